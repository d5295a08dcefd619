/**
 * The product's streams, its recorder and its live gateway alone, as a process of their own: pulls every address given, records
 * it into the folder named first, and lets who comes watch; the token is the number of the stream. User and password come from
 * the environment. Prints the port of the gateway, a line when all are recorded, and at the end of standard input, when all
 * is written, the bytes of footage.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../server/lib/clock.ts';
import { silentLogger } from '../../server/lib/logger.ts';
import { LiveGateway } from '../../streams/gateway/live-gateway.ts';
import { StreamHouse } from '../../streams/house.ts';
import { Recorder } from '../../streams/recorder/recorder.ts';

const [folder = '', ...uris] = process.argv.slice(2);
const house = new StreamHouse({ clock: systemClock, log: silentLogger, ffmpegPath: 'ffmpeg' });
const { BENCH_USER: username = '', BENCH_PASSWORD: password = '' } = process.env;
const recorder = new Recorder({
  clock: systemClock,
  log: silentLogger,
  volumes: {
    choose: () => ({ ok: true, volume: { id: 'bench', path: folder } }),
    failed: (_id, trouble) => console.error(trouble),
  },
  hubOf: (cameraId, role) => house.hub(cameraId, role),
  report: () => undefined,
});
const gateway = new LiveGateway({
  ...{ house, clock: systemClock, log: silentLogger, maxViewers: 1 },
  authorise: (token) => ({ ok: true, cameraId: `pull-${token}`, role: 'main', mayStay: () => true }),
});
const server = createServer().on('upgrade', (request, socket, head) => gateway.handleUpgrade(request, socket, head));
await once(server.listen(0, '127.0.0.1'), 'listening');
const from = systemClock.now();
uris.forEach((uri, index) => {
  const stream = { cameraId: `pull-${index}`, role: 'main' } as const;
  house.setTarget({ ...stream, uri, username, password, sourceChoice: 'rtsp', keepOpen: true });
  recorder.assign({ ...stream, record: true, cause: 'not-planned', preRollMs: 0 }, { from, gap: null });
});
recorder.statusChanged.on(() => {
  if (recorder.statuses().every(({ status }) => status === 'recording')) console.log('recording');
});
house.start();
recorder.start();
console.log((server.address() as AddressInfo).port);
process.stdin.resume().on('end', () => {
  void recorder.stop().then(async () => {
    console.log(recorder.counts.bytes);
    await Promise.all([gateway.stop(), house.stop()]);
    process.exit(0);
  });
});
