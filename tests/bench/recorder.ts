/**
 * The product's streams and its recorder alone, as a process of their own: pulls every address given, records it into the
 * folder named first, and has one viewer each, whose messages are made and thrown away. User and password come from the
 * environment. Prints a line when all are recorded; ends with standard input, with the bytes of footage as its last line.
 */
import { systemClock } from '../../server/lib/clock.ts';
import { silentLogger } from '../../server/lib/logger.ts';
import { createEncoding } from '../../streams/gateway/encoding.ts';
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
const nothing = () => undefined;
const from = systemClock.now();
uris.forEach((uri, index) => {
  const stream = { cameraId: `pull-${index}`, role: 'main' } as const;
  house.setTarget({ ...stream, uri, username, password, sourceChoice: 'rtsp', keepOpen: true });
  const encoding = createEncoding('units');
  house.hub(stream.cameraId, 'main')!.join({
    ...{ onState: nothing, onFormat: nothing, onEnd: nothing },
    onUnit: (unit) => void encoding.unit(unit),
  });
  recorder.assign({ ...stream, record: true, cause: 'not-planned', preRollMs: 0 }, { from, gap: null });
});
recorder.statusChanged.on(() => {
  if (recorder.statuses().every(({ status }) => status === 'recording')) console.log('recording');
});
house.start();
recorder.start();
process.stdin.resume().on('end', () => {
  void recorder.stop().then(async () => {
    console.log(recorder.counts.bytes);
    await house.stop();
    process.exit(0);
  });
});
