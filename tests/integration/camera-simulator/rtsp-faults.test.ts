import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CameraFault } from '../../../devices/simulators/camera/model.ts';
import { RtspTalker } from './rtsp-talker.ts';
import { account, camera, scene, simulator, withAccount } from './simulated.ts';

const shared = scene('07');
const cameras = simulator([
  camera('w01', { scene: shared }),
  camera('w02', { scene: shared }),
  camera('aac', { scene: shared, audio: 'aac' }),
  camera('pcmu', { scene: shared, audio: 'pcmu' }),
  camera('pcma', { scene: shared, audio: 'pcma' }),
  camera('hevc', { scene: shared, codec: 'h265', audio: 'pcma' }),
  camera('hevc-aac', { scene: shared, codec: 'h265', audio: 'aac' }),
  camera('hevc-pcmu', { scene: shared, codec: 'h265', audio: 'pcmu' }),
]);
let uris: Record<string, { main: string; sub: string }>;
const talkers: RtspTalker[] = [];

beforeAll(async () => {
  await cameras.start();
  uris = Object.fromEntries(cameras.addresses().map(({ id, rtsp }) => [id, rtsp]));
  // The room is rendered for the first picture; whoever comes later gets theirs beside the sound.
  const first = talk();
  await play(first);
  await packets(first, () => true);
});
afterEach(async () => {
  for (const talker of talkers.splice(0)) talker.end();
  const mended: CameraFault = { refusesTransport: null, closesAfterPlay: false, frozenEncoder: false };
  await cameras.setFault('w01', { ...mended, halfSize: false, clockJumpMs: 0, garbageRtp: false, locksOut: false });
});
afterAll(() => cameras.stop());

function talk(password = account.password): RtspTalker {
  const talker = new RtspTalker(uris.w01!.sub, { ...account, password });
  talkers.push(talker);
  return talker;
}

async function play(talker: RtspTalker, uri = uris.w01!.sub): Promise<void> {
  const setup = await talker.ask('SETUP', `${uri}/trackID=0`, { Transport: 'RTP/AVP/TCP;interleaved=0-1' });
  await talker.ask('PLAY', uri, { Session: setup.headers.get('session')!.split(';')[0]! });
}

/** RTP packets of the picture, from the next one on until `isEnough`. */
async function packets(talker: RtspTalker, isEnough: (packet: Buffer) => boolean): Promise<Buffer[]> {
  const all: Buffer[] = [];
  for (;;) {
    const { channel, data } = await talker.packet();
    if (channel !== 0) continue;
    all.push(data);
    if (isEnough(data)) return all;
  }
}

const isSps = (packet: Buffer) => (packet[12]! & 0x1f) === 7;

describe.concurrent('ffprobe reads', () => {
  it.each([
    ['aac', 'tcp', 'h264,aac'],
    ['aac', 'udp', 'h264,aac'],
    ['pcmu', 'tcp', 'h264,pcm_mulaw'],
    ['pcmu', 'udp', 'h264,pcm_mulaw'],
    ['pcma', 'tcp', 'h264,pcm_alaw'],
    ['hevc', 'tcp', 'hevc,pcm_alaw'],
    ['hevc', 'udp', 'hevc,pcm_alaw'],
    ['hevc-aac', 'udp', 'hevc,aac'],
    ['hevc-pcmu', 'tcp', 'hevc,pcm_mulaw'],
  ])('%s over %s', async (id, transport, codecs) => {
    const show = [
      '-show_entries',
      'packet=codec_type:stream=codec_name',
      '-of',
      'csv=p=0',
      '-read_intervals',
      '%+#120',
    ];
    const args = ['-hide_banner', '-loglevel', 'error', '-rtsp_transport', transport, ...show];
    const child = spawn('ffprobe', [...args, withAccount(uris[id]!.sub)]);
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    const lines = out.trim().split('\n');
    expect(err).toBe('');
    expect(lines.filter((line) => /^(h264|hevc|aac|pcm)/.test(line)).join(',')).toBe(codecs);
    expect(lines.filter((line) => line.startsWith('video')).length).toBeGreaterThan(0);
    expect(lines.filter((line) => line.startsWith('audio')).length).toBeGreaterThan(0);
  });
});

describe('a camera', () => {
  it.each([
    ['tcp', 461, 200],
    ['udp', 200, 461],
    ['both', 461, 461],
  ] as const)('that refuses %s says so with 461', async (refusesTransport, tcp, udp) => {
    await cameras.setFault('w01', { refusesTransport });
    const ask = async (transport: string) =>
      (await talk().ask('SETUP', `${uris.w01!.sub}/trackID=0`, { Transport: transport })).status;
    expect(await ask('RTP/AVP/TCP;interleaved=0-1')).toBe(tcp);
    expect(await ask('RTP/AVP;client_port=50000-50001')).toBe(udp);
  });

  it('that hangs up after PLAY answers it first', async () => {
    await cameras.setFault('w01', { closesAfterPlay: true });
    const talker = talk();
    await play(talker);
    await talker.closed();
  });

  it('whose encoder is frozen goes on with pictures in the same stream afterwards', async () => {
    const talker = talk();
    await play(talker);
    const [first] = await packets(talker, () => true);
    await cameras.setFault('w01', { frozenEncoder: true });
    await cameras.setFault('w01', { frozenEncoder: false });
    const later = await packets(talker, isSps);
    expect(later.at(-1)!.readUInt32BE(8)).toBe(first!.readUInt32BE(8));
  });

  it('whose resolution is changed sends other parameter sets in the same stream, and its neighbour does not', async () => {
    const [talker, neighbour] = [talk(), talk()];
    await play(talker);
    await play(neighbour, uris.w02!.sub);
    const before = (await packets(talker, isSps)).at(-1)!;
    await cameras.setFault('w01', { halfSize: true });
    const after = await packets(talker, (packet) => isSps(packet) && !packet.subarray(12).equals(before.subarray(12)));
    expect(new Set(after.map((packet) => packet.readUInt32BE(8)))).toEqual(new Set([before.readUInt32BE(8)]));
    const numbers = after.map((packet) => packet.readUInt16BE(2));
    expect(numbers).toEqual(numbers.map((_, at) => (numbers[0]! + at) & 0xffff));
    expect((await packets(neighbour, isSps)).at(-1)!.subarray(12)).toEqual(before.subarray(12));
  });

  it('that restarts is away, and comes back with another stream', async () => {
    const talker = talk();
    await play(talker);
    const [before] = await packets(talker, () => true);
    await cameras.reboot('w01', 50);
    await talker.closed();
    const next = talk();
    await play(next);
    const [after] = await packets(next, () => true);
    expect(after!.readUInt32BE(8)).not.toBe(before!.readUInt32BE(8));
  });

  it('that babbles sends what is no RTP between what is', async () => {
    await cameras.setFault('w01', { garbageRtp: true });
    const talker = talk();
    await play(talker);
    const all = await packets(talker, isSps);
    expect(all.some((packet) => packet.length < 12 || packet[0] !== 0x80)).toBe(true);
  });

  it('locks everybody out after three wrong passwords', async () => {
    await cameras.setFault('w01', { locksOut: true });
    const status = async (password?: string) => (await talk(password).ask('DESCRIBE', uris.w01!.sub)).status;
    expect(await status()).toBe(200);
    for (let attempt = 0; attempt < 3; attempt++) expect(await status(`wrong ${attempt}`)).toBe(401);
    expect(await status()).toBe(401);
  });
});

describe('an ONVIF port', () => {
  it('may name an address that leads nowhere, or show a page', async () => {
    const ask = async () => {
      const body =
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>' +
        '<GetServices xmlns="http://www.onvif.org/ver10/device/wsdl"/></s:Body></s:Envelope>';
      const url = cameras.addresses().find(({ id }) => id === 'w02')!.onvifUrl;
      return (await fetch(url, { method: 'POST', body })).text();
    };
    await cameras.setFault('w02', { wrongAddress: true });
    expect(await ask()).toMatch(/http:\/\/192\.0\.2\.1:\d+\/onvif\/device_service/);
    await cameras.setFault('w02', { wrongAddress: false, html: true });
    expect(await ask()).toContain('<!DOCTYPE html>');
    await cameras.setFault('w02', { html: false });
  });
});
