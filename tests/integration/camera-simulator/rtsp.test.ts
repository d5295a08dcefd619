import { spawn } from 'node:child_process';
import { buffer, text } from 'node:stream/consumers';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RtspTalker } from './rtsp-talker.ts';
import { account, camera, scene, simulator, withAccount } from './simulated.ts';

const shared = scene('07');
const cameras = simulator(
  [camera('w07', { scene: shared }), camera('w07b', { scene: shared, clockOffsetMs: 3_600_000 }), camera('w08')],
  { barcode: true },
);
let uris: Record<string, { main: string; sub: string }>;
const talkers: RtspTalker[] = [];

function talk(password = account.password): RtspTalker {
  const talker = new RtspTalker(uris.w07!.sub, { ...account, password });
  talkers.push(talker);
  return talker;
}

async function run(program: string, args: string[]): Promise<{ code: number; out: Buffer; err: string }> {
  const child = spawn(program, ['-hide_banner', '-loglevel', 'error', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err, [code]] = await Promise.all([
    buffer(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number]>,
  ]);
  return { code, out, err };
}

beforeAll(async () => {
  await cameras.start();
  uris = Object.fromEntries(cameras.addresses().map(({ id, rtsp }) => [id, rtsp]));
});
afterAll(async () => {
  for (const talker of talkers) talker.end();
  await cameras.stop();
});

describe('players', () => {
  it.each(['tcp', 'udp'])('play the sub stream over %s', async (transport) => {
    const input = [
      '-rtsp_transport',
      transport,
      '-allowed_media_types',
      'video',
      '-fpsprobesize',
      '0',
      '-i',
      withAccount(uris.w07!.sub),
    ];
    const { code, out, err } = await run('ffmpeg', [
      ...input,
      '-vsync',
      'passthrough',
      // As fine as RTP's own: two pictures of a busy machine may fall into one fifteenth of a second.
      '-enc_time_base',
      '1:90000',
      '-frames:v',
      '20',
      '-f',
      'rawvideo',
      '-pix_fmt',
      'gray',
      'pipe:1',
    ]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.length).toBe(640 * 360 * 20);
    const times = Array.from({ length: 20 }, (_, frame) =>
      readBarcode(out.subarray(frame * 640 * 360, (frame + 1) * 640 * 360), 640),
    );
    // Painted one after another, just now.
    expect([...times].sort((a, b) => a - b)).toEqual(times);
    expect(new Set(times).size).toBe(20);
    expect(Math.abs((Date.now() % 2 ** 32) - times.at(-1)!)).toBeLessThan(20_000);
  });

  it('find what the profiles promise', async () => {
    const entries = ['-show_entries', 'stream=codec_name,profile,width,height,avg_frame_rate', '-of', 'csv=p=0'];
    const probe = async (uri: string) =>
      (
        await run('ffprobe', ['-rtsp_transport', 'tcp', '-analyzeduration', '60000000', ...entries, withAccount(uri)])
      ).out
        .toString()
        .trim();
    expect(await probe(uris.w07!.main)).toBe('h264,Constrained Baseline,1280,720,25/1');
    expect(await probe(uris.w07!.sub)).toBe('h264,Constrained Baseline,640,360,15/1');
  });

  it('are told what is wrong', async () => {
    const wrong = await run('ffprobe', [withAccount(uris.w07!.sub, { ...account, password: 'wrong' })]);
    expect(wrong.err).toContain('401 Unauthorized');
    const unknown = await run('ffprobe', [withAccount(uris.w07!.sub.replace('w07', 'w99'))]);
    expect(unknown.err).toContain('404 Not Found');
  });
});

describe('an RTSP session', () => {
  it('goes from options to teardown, with the wall clock ahead of the first picture', async () => {
    const uri = uris.w07b!.sub;
    const talker = talk();
    expect((await talker.ask('OPTIONS', uri)).headers.get('public')).toContain('GET_PARAMETER');
    const described = await talker.ask('DESCRIBE', uri);
    expect(described.headers.get('content-base')).toBe(`${uri}/`);
    expect(described.body).toMatch(
      /a=fmtp:96 packetization-mode=1;profile-level-id=42c0..;sprop-parameter-sets=\S+,\S+\r\n/,
    );
    const setup = await talker.ask('SETUP', `${uri}/trackID=0`, { Transport: 'RTP/AVP/TCP;unicast;interleaved=4-5' });
    expect(setup.headers.get('transport')).toContain('interleaved=4-5');
    const [session, timeout] = setup.headers.get('session')!.split(';');
    expect(timeout).toBe('timeout=60');
    expect((await talker.ask('PLAY', uri, { Session: session! })).status).toBe(200);

    const report = await talker.packet();
    expect([report.channel, report.data[1]]).toEqual([5, 200]);
    const wallClock = (report.data.readUInt32BE(8) - 2_208_988_800) * 1000;
    // This camera's own clock is an hour ahead.
    expect(Math.abs(wallClock - 3_600_000 - Date.now())).toBeLessThan(10_000);
    const first = await talker.packet();
    expect([first.channel, first.data[12]! & 0x1f]).toEqual([4, 7]);

    expect((await talker.ask('GET_PARAMETER', uri, { Session: session! })).status).toBe(200);
    expect((await talker.ask('PAUSE', uri, { Session: session! })).status).toBe(200);
    expect((await talker.ask('TEARDOWN', uri, { Session: session! })).status).toBe(200);
    await talker.closed();
  });

  it.each([
    ['461 for a transport it does not speak', 'SETUP', '/trackID=0', { Transport: 'RTP/AVP;multicast' }, 461],
    ['404 for a track that is not there', 'SETUP', '/trackID=9', { Transport: 'RTP/AVP/TCP;interleaved=0-1' }, 404],
    ['454 for a session it does not know', 'PLAY', '', { Session: 'FFFF' }, 454],
    ['454 without a session', 'TEARDOWN', '', {}, 454],
    ['501 for a method it does not have', 'RECORD', '', {}, 501],
    ['551 for a feature it does not have', 'DESCRIBE', '', { Require: 'teleportation' }, 551],
  ])('answers %s', async (_, method, path, headers, status) => {
    expect((await talk().ask(method, `${uris.w07!.sub}${path}`, headers as Record<string, string>)).status).toBe(
      status,
    );
  });

  it('of two cameras with one scene carries one stream', async () => {
    const ssrc = async (uri: string) => {
      const setup = await talk().ask('SETUP', `${uri}/trackID=0`, { Transport: 'RTP/AVP/TCP;interleaved=0-1' });
      return /ssrc=(\w+)/.exec(setup.headers.get('transport')!)![1];
    };
    expect(await ssrc(uris.w07!.sub)).toBe(await ssrc(uris.w07b!.sub));
    expect(await ssrc(uris.w07!.sub)).not.toBe(await ssrc(uris.w08!.sub));
  });
});

describe('a camera that is broken on purpose', () => {
  it('drops its clients when it is down, and is back afterwards', async () => {
    const talker = talk();
    expect((await talker.ask('DESCRIBE', uris.w08!.sub)).status).toBe(200);
    await cameras.setFault('w08', { down: true });
    await talker.closed();
    const late = talk();
    late.say('DESCRIBE', uris.w08!.sub);
    await late.closed();
    await cameras.setFault('w08', { down: false });
    expect((await talk().ask('DESCRIBE', uris.w08!.sub)).status).toBe(200);
  });

  it('keeps connections open and says nothing when it is hung', async () => {
    const talker = talk();
    expect((await talker.ask('OPTIONS', uris.w08!.sub)).headers.get('cseq')).toBe('1');
    await cameras.setFault('w08', { silent: true });
    talker.say('OPTIONS', uris.w08!.sub);
    // Another camera answers on the same connection, so the hung one was asked before.
    talker.say('OPTIONS', uris.w07!.sub);
    expect((await talker.answer()).headers.get('cseq')).toBe('3');
    await cameras.setFault('w08', { silent: false });
    expect((await talker.ask('OPTIONS', uris.w08!.sub)).headers.get('cseq')).toBe('4');
  });

  it('throws out who has the old password', async () => {
    const talker = talk();
    await talker.ask('DESCRIBE', uris.w08!.sub);
    await cameras.setFault('w08', { wrongPassword: true });
    await talker.closed();
    expect((await talk().ask('DESCRIBE', uris.w08!.sub)).status).toBe(401);
    await cameras.setFault('w08', { wrongPassword: false });
  });
});

/** Low 32 bits of the epoch milliseconds that were painted into the top strip. */
function readBarcode(frame: Buffer, width: number): number {
  const cell = width / 40;
  const middle = Math.floor(cell / 2);
  const bits = Array.from({ length: 40 }, (_, bit) => (frame[middle * width + bit * cell + middle]! > 128 ? 1 : 0));
  const number = (from: number, to: number) => Number.parseInt(bits.slice(from, to).join(''), 2);
  const time = number(0, 32);
  const check = [24, 16, 8, 0].reduce((sum, shift) => sum ^ ((time >>> shift) & 255), 0xa5);
  expect(number(32, 40)).toBe(check);
  return time;
}
