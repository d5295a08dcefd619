import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock, type Clock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { FlvGateway } from '../../../streams/gateway/flv-gateway.ts';
import type { HubsPort } from '../../../streams/gateway/live-gateway.ts';
import { StreamHouse } from '../../../streams/house.ts';
import { Hub } from '../../../streams/hub.ts';
import { RELAY_HEIGHT, RELAY_WIDTH, RtspRelay, type RelayCodec } from '../../helpers/rtsp-relay.ts';
import { format, state, unit } from '../../unit/streams/samples.ts';

const closing: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function serve(house: HubsPort, { maxViewers = 10, clock = systemClock } = {}) {
  const gateway = new FlvGateway({ house, clock, log: silentLogger, maxViewers });
  const watched = { now: 0, allowed: true };
  const begin = () => {
    watched.now += 1;
    return () => (watched.now -= 1);
  };
  const admission = { cameraId: 'c1', role: 'sub', begin, mayStay: () => watched.allowed } as const;
  const server = http.createServer((_, response) => {
    const refused = gateway.serve(admission, response);
    if (refused) response.writeHead(500).end(refused);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(
    () => void server.close(),
    () => gateway.stop(),
  );
  const { port } = server.address() as AddressInfo;
  return { gateway, watched, port, url: `http://127.0.0.1:${port}/` };
}

async function openStream(codec: RelayCodec) {
  const relay = new RtspRelay({ codec });
  closing.push(() => relay.stop());
  await relay.start();
  const house = new StreamHouse({ clock: systemClock, log: silentLogger, ffmpegPath: 'ffmpeg' });
  closing.push(() => house.stop());
  const account = { username: '', password: '' };
  house.setTarget({ cameraId: 'c1', role: 'sub', uri: relay.uri, ...account, sourceChoice: 'auto', keepOpen: true });
  house.start();
  return house;
}

function openHub() {
  const hub = new Hub({ state, onViewers: () => undefined });
  hub.setFormat(format);
  return { hub, house: { hub: () => hub } };
}

/** What ffprobe sees in the first pictures. */
async function probe(url: string): Promise<unknown> {
  const entries = 'stream=codec_name,width,height,nb_read_packets';
  const quick = ['-v', 'error', '-analyzeduration', '500000', '-fpsprobesize', '2'];
  const args = [...quick, '-count_packets', '-read_intervals', '%+#25', '-show_entries', entries, '-of', 'json', url];
  const child = spawn('ffprobe', args);
  const [answer, words] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(words).toBe('');
  return JSON.parse(answer);
}

describe('FLV over HTTP', () => {
  it.each(['h264', 'h265'] as const)('plays a camera that sends %s, as H.264', async (codec) => {
    const { url } = await serve(await openStream(codec));
    const { streams } = (await probe(url)) as { streams: { nb_read_packets: string }[] };
    expect(streams).toMatchObject([{ codec_name: 'h264', width: RELAY_WIDTH, height: RELAY_HEIGHT }]);
    expect(Number(streams[0]!.nb_read_packets)).toBeGreaterThan(20);
  });

  it('ends a player that does not read, and holds little for it', async () => {
    const { hub, house } = openHub();
    // Time runs five times as fast for it.
    const clock = { ...systemClock, monotonic: () => 5 * systemClock.monotonic() };
    const { port } = await serve(house, { clock });
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'readable'); // and nothing is taken
    const closed = once(socket, 'close');
    let pts = 0;
    const end = systemClock.every(1, () => hub.push(unit((pts += 40) % 1000 === 0, pts, 50_000)));
    closing.push(end);
    await expect.poll(() => hub.viewers).toBe(0);
    socket.resume();
    await closed;
    expect(hub.counts.skipped).toBeGreaterThan(0);
  });

  it('refuses more players than there may be, and forgets those who hang up', async () => {
    const { hub, house } = openHub();
    const { url } = await serve(house, { maxViewers: 1 });
    const first = await fetch(url);
    expect(await (await fetch(url)).text()).toBe('LIVE_VIEWERS_FULL');
    await first.body!.cancel();
    await expect.poll(() => hub.viewers).toBe(0);
    expect((await fetch(url)).status).toBe(200);
  });

  it('cuts who may see it no more, and nobody else', async () => {
    const { hub, house } = openHub();
    const { gateway, url, watched } = await serve(house);
    const answer = await fetch(url);
    gateway.review();
    expect([hub.viewers, watched.now]).toEqual([1, 1]);
    watched.allowed = false;
    gateway.review();
    hub.push(unit(true, 40));
    expect(await answer.text()).toBe('');
    await expect.poll(() => [hub.viewers, watched.now]).toEqual([0, 0]);
  });

  it('cuts who may see it no more, though it does not read', async () => {
    const { hub, house } = openHub();
    const clock: Clock = { ...systemClock, after: (_, act) => systemClock.after(50, act) };
    const { gateway, port, watched } = await serve(house, { clock });
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'readable'); // and nothing is taken
    for (let pts = 0; pts < 400; pts += 40) hub.push(unit(pts === 0, pts, 1_000_000));
    watched.allowed = false;
    gateway.review();
    await expect.poll(() => hub.viewers).toBe(0);
    socket.destroy();
  });

  it('ends with the server', async () => {
    const { house } = openHub();
    const { url, gateway } = await serve(house);
    const answer = await fetch(url);
    gateway.stop();
    expect(await answer.text()).toBe('');
  });
});
