import net, { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock, systemClock, type Clock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import { STILL_THERE_EVERY_MS } from '../../../streams/rtsp/rtsp-pull.ts';
import { RtspSource } from '../../../streams/rtsp/rtsp-source.ts';
import type { SourceEnd } from '../../../streams/source.ts';
import { RELAY_HEIGHT, RELAY_WIDTH, RtspRelay, type RelayOptions } from '../../helpers/rtsp-relay.ts';
import { annexB, CollectingSink } from './collecting-sink.ts';
import { decode } from './decode.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function openRelay(options: RelayOptions = {}): Promise<RtspRelay> {
  const relay = new RtspRelay(options);
  closing.push(() => relay.stop());
  await relay.start();
  return relay;
}

function pull(uri: string, account = { username: '', password: '' }, clock: Clock = systemClock) {
  const sink = new CollectingSink();
  const abort = new AbortController();
  const ended = new RtspSource({ address: { uri, ...account }, clock }).run(sink, abort.signal);
  closing.push(() => {
    abort.abort();
    return ended;
  });
  return { sink, abort, ended };
}

describe('rtsp source', () => {
  it.each(['h264', 'h265'] as const)('pulls %s that decodes without a complaint', async (codec) => {
    const relay = await openRelay({ codec });
    const { sink, abort, ended } = pull(relay.uri);
    await sink.more(60);
    abort.abort();
    expect(await ended).toEqual({ reason: 'stopped' });

    expect(sink.formats).toHaveLength(1);
    expect(sink.formats[0]).toMatchObject({ codec, width: RELAY_WIDTH, height: RELAY_HEIGHT });
    expect(sink.formats[0]!.codecString).toMatch(codec === 'h264' ? /^avc1\.42c0/ : /^hvc1\.1\.6\.L/);
    expect(sink.units[0]!.key).toBe(true);
    expect(sink.units.filter((unit) => unit.key).length).toBeGreaterThanOrEqual(2);
    const { frames, complaints } = decode(
      codec === 'h264' ? 'h264' : 'hevc',
      annexB(sink.formats[0]!, sink.units),
      RELAY_WIDTH,
      RELAY_HEIGHT,
    );
    expect(complaints).toBe('');
    expect(frames).toBe(sink.units.length);
  });

  it('counts time by the clock of the camera and tells its wall clock', async () => {
    const relay = await openRelay();
    const { sink } = pull(relay.uri);
    await sink.until(() => sink.units.length > 30 && sink.units.at(-1)!.wallclock !== null);
    const steps = sink.units.slice(1).map((unit, i) => unit.pts - sink.units[i]!.pts);
    for (const each of steps) expect(each).toBeCloseTo(40, 0);
    const { wallclock, receivedAt } = sink.units.at(-1)!;
    expect(Math.abs(wallclock! - receivedAt)).toBeLessThan(2000);
  });

  it.each(['md5', 'sha256', 'basic'] as const)('signs in with %s', async (scheme) => {
    const account = { username: 'admin', password: 'pa:ss "word"' };
    const relay = await openRelay({ account, scheme });
    const { sink } = pull(relay.uri, account);
    await sink.more(1);
    expect(relay.requests.filter(({ method }) => method === 'DESCRIBE')).toHaveLength(2);
    expect(relay.requests.filter(({ method }) => method === 'SETUP')).toHaveLength(1);
  });

  it('tells a refused password after one try', async () => {
    const relay = await openRelay({ account: { username: 'admin', password: 'right' } });
    const { ended } = pull(relay.uri, { username: 'admin', password: 'wrong' });
    expect(await ended).toMatchObject({ reason: 'failed', code: 'CAMERA_UNAUTHORIZED' });
    expect(relay.requests.filter(({ headers }) => headers.has('authorization'))).toHaveLength(1);
  });

  it('tells what a codec it cannot read is called', async () => {
    const relay = await openRelay({ codec: 'mpeg4' });
    expect(await pull(relay.uri).ended).toEqual({
      reason: 'failed',
      code: 'CAMERA_CODEC_UNSUPPORTED',
      detail: 'MP4V-ES',
    });
  });

  it('leaves out pictures that lost packets spoil, and goes on at the next key frame', async () => {
    const relay = await openRelay();
    const { sink, abort, ended } = pull(relay.uri);
    await sink.until(() => sink.units.length > 5 && !sink.units.at(-1)!.key);
    relay.lose(1);
    await sink.until(() => sink.lost > 0);
    const before = sink.units.length;
    await sink.more(10);
    abort.abort();
    await ended;
    expect(sink.units[before]!.key).toBe(true);
    const { frames, complaints } = decode('h264', annexB(sink.formats[0]!, sink.units), RELAY_WIDTH, RELAY_HEIGHT);
    expect(complaints).toBe('');
    expect(frames).toBe(sink.units.length);
  });

  it('tells when the camera cuts the connection in the middle of a picture', async () => {
    const relay = await openRelay();
    const { sink, ended } = pull(relay.uri);
    await sink.more(3);
    relay.cut();
    expect(await ended).toEqual({
      reason: 'failed',
      code: 'CAMERA_UNREACHABLE',
      detail: 'the camera closed the connection',
    });
  });

  it('tells when the camera sends what is no RTSP', async () => {
    const relay = await openRelay();
    const { sink, ended } = pull(relay.uri);
    await sink.more(3);
    relay.babble();
    expect(await ended).toMatchObject({ reason: 'failed', code: 'CAMERA_PROTOCOL' });
  });

  it('says goodbye and leaves no connection', async () => {
    const relay = await openRelay();
    const { sink, abort, ended } = pull(relay.uri);
    await sink.more(1);
    abort.abort();
    expect(await ended).toEqual({ reason: 'stopped' });
    const count = sink.units.length;
    await relay.emptied();
    expect(relay.requests.at(-1)!.method).toBe('TEARDOWN');
    expect(sink.units).toHaveLength(count);
  });
});

describe('a camera that behaves badly while we connect', () => {
  type Reply = (method: string, cseq: string, socket: net.Socket) => string | null;

  async function serve(reply: Reply): Promise<string> {
    const sockets = new Set<net.Socket>();
    const server = net.createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        const text = chunk.toString('latin1');
        const answer = reply(text.split(' ')[0]!, /CSeq: (\d+)/.exec(text)?.[1] ?? '', socket);
        if (answer !== null) socket.write(answer);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    });
    return `rtsp://127.0.0.1:${(server.address() as AddressInfo).port}/x`;
  }

  const ok = (cseq: string, ...lines: string[]) => ['RTSP/1.0 200 OK', `CSeq: ${cseq}`, ...lines, '', ''].join('\r\n');
  const sdp = 'm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n';
  const describe200 = (cseq: string) => `${ok(cseq, `Content-Length: ${sdp.length}`)}${sdp}`;

  it.each<[string, Reply, Exclude<SourceEnd, { reason: 'stopped' }>['code']]>([
    ['hangs up', (_m, _c, socket) => (socket.destroy(), null), 'CAMERA_UNREACHABLE'],
    [
      'hangs up on a request it does not like',
      (method, cseq, socket) => (method === 'OPTIONS' ? ok(cseq) : (socket.end(), null)),
      'CAMERA_PROTOCOL',
    ],
    ['speaks HTTP', () => 'HTTP/1.1 400 Bad Request\r\n\r\n', 'CAMERA_PROTOCOL'],
    ['sends garbage', () => '\u0000\u0001\u0002', 'CAMERA_PROTOCOL'],
    ['sends a head without an end', () => `RTSP/1.0 200 OK\r\n${'X-Filler: yes\r\n'.repeat(5000)}`, 'CAMERA_PROTOCOL'],
    ['does not know the path', (_m, cseq) => `RTSP/1.0 404 Not Found\r\nCSeq: ${cseq}\r\n\r\n`, 'CAMERA_NO_STREAM'],
    ['forbids', (_m, cseq) => `RTSP/1.0 403 Forbidden\r\nCSeq: ${cseq}\r\n\r\n`, 'CAMERA_UNAUTHORIZED'],
    ['is too busy', (_m, cseq) => `RTSP/1.0 503 Service Unavailable\r\nCSeq: ${cseq}\r\n\r\n`, 'CAMERA_NO_STREAM'],
    ['describes nothing', (_m, cseq) => ok(cseq), 'CAMERA_NO_STREAM'],
    [
      'wants neither TCP nor UDP',
      (method, cseq) =>
        method === 'DESCRIBE'
          ? describe200(cseq)
          : method === 'SETUP'
            ? `RTSP/1.0 461 Unsupported Transport\r\nCSeq: ${cseq}\r\n\r\n`
            : ok(cseq),
      'CAMERA_PROTOCOL',
    ],
    [
      'refuses to play',
      (method, cseq) =>
        method === 'DESCRIBE'
          ? describe200(cseq)
          : method === 'PLAY'
            ? `RTSP/1.0 455 Method Not Valid\r\nCSeq: ${cseq}\r\n\r\n`
            : ok(cseq, 'Session: 1'),
      'CAMERA_PROTOCOL',
    ],
    [
      'sends us elsewhere',
      (_m, cseq) => `RTSP/1.0 302 Moved\r\nCSeq: ${cseq}\r\nLocation: rtsp://192.0.2.1/y\r\n\r\n`,
      'CAMERA_PROTOCOL',
    ],
    [
      'calls every answer stale',
      (_m, cseq) =>
        `RTSP/1.0 401 Unauthorized\r\nCSeq: ${cseq}\r\nWWW-Authenticate: Digest realm="r", nonce="${cseq}", stale=true\r\n\r\n`,
      'CAMERA_UNAUTHORIZED',
    ],
  ])('%s', async (_, reply, code) => {
    const uri = await serve(reply);
    const { ended } = pull(uri, { username: 'user', password: 'secret' });
    expect(await ended).toMatchObject({ reason: 'failed', code });
  });

  it('is not there', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    expect(await pull(`rtsp://127.0.0.1:${port}/x`).ended).toMatchObject({
      reason: 'failed',
      code: 'CAMERA_UNREACHABLE',
    });
  });

  it('takes the connection and never answers', async () => {
    const asked = Promise.withResolvers<void>();
    const uri = await serve(() => (asked.resolve(), null));
    const clock = new ManualClock(0);
    const { ended } = pull(uri, undefined, clock);
    await asked.promise;
    clock.advance(5000);
    expect(await ended).toMatchObject({ reason: 'failed', code: 'CAMERA_SILENT' });
  });

  it.each([
    ['GET_PARAMETER', 'OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER'],
    ['OPTIONS', 'OPTIONS, DESCRIBE, SETUP, PLAY'],
  ])('hears %s twice a session timeout where it announces %s', async (sign, methods) => {
    const heard = new Emitter<string>();
    const uri = await serve((method, cseq) => {
      queueMicrotask(() => heard.emit(method));
      return method === 'DESCRIBE' ? describe200(cseq) : ok(cseq, `Public: ${methods}`, 'Session: 4711;timeout=20');
    });
    const next = (wanted: string) =>
      new Promise<void>((resolve) => heard.on((method) => (method === wanted ? resolve() : undefined)));
    const playing = Promise.withResolvers<number>();
    class WatchedClock extends ManualClock {
      override every(ms: number, action: () => void): () => void {
        playing.resolve(ms);
        // Time that leaps leaves no time for a knock beside it, by which a camera without pictures is asked.
        return ms === STILL_THERE_EVERY_MS ? () => undefined : super.every(ms, action);
      }
    }
    const clock = new WatchedClock(0);
    const { abort } = pull(uri, undefined, clock);
    expect(await playing.promise).toBe(10_000);
    for (let i = 0; i < 2; i += 1) {
      const alive = next(sign);
      clock.advance(10_000);
      await alive;
    }
    const torn = next('TEARDOWN');
    abort.abort();
    await torn;
  });

  it('is left at once when we stop in the middle', async () => {
    const asked = Promise.withResolvers<void>();
    const uri = await serve(() => (asked.resolve(), null));
    const { abort, ended } = pull(uri);
    await asked.promise;
    abort.abort();
    expect(await ended).toEqual({ reason: 'stopped' });
  });

  it('follows a redirection on the same host', async () => {
    const relay = await openRelay();
    const uri = await serve((_m, cseq) => `RTSP/1.0 302 Moved\r\nCSeq: ${cseq}\r\nLocation: ${relay.uri}\r\n\r\n`);
    const { sink } = pull(uri);
    await sink.more(1);
  });
});
