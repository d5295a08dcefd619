import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CameraEvent } from '#contract/camera-events.ts';
import { openControls } from '../../../devices/onvif/controls.ts';
import { describeCamera } from '../../../devices/onvif/describe.ts';
import { subscribeEvents } from '../../../devices/onvif/events.ts';
import { account, camera, scene, simulator, withAccount } from './simulated.ts';

const shared = scene('07');
const cameras = simulator([
  camera('dome', { scene: shared, ptz: true, audio: 'pcma' }),
  camera('hevc', { scene: shared, codec: 'h265', audio: 'aac', httpDigest: 'SHA-256' }),
  camera('old', { scene: shared, media2: false, httpDigest: 'MD5' }),
]);
let ending: AbortController;

beforeAll(() => cameras.start());
afterEach(() => ending.abort());
afterAll(() => cameras.stop());

function access(id: string, password = account.password) {
  ending = new AbortController();
  const { onvifUrl } = cameras.addresses().find((address) => address.id === id)!;
  return { onvifUrl, ...account, password, timeoutMs: 5000, signal: ending.signal };
}

/** The light of one picture of the sub stream, pixel by pixel. */
async function look(id: string, skip = 0): Promise<Buffer> {
  const { rtsp } = cameras.addresses().find((address) => address.id === id)!;
  const input = [
    '-rtsp_transport',
    'tcp',
    '-allowed_media_types',
    'video',
    '-fpsprobesize',
    '0',
    '-i',
    withAccount(rtsp.sub),
  ];
  const output = ['-vf', `select=gte(n\\,${skip})`, '-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'gray', 'pipe:1'];
  const child = spawn('ffmpeg', ['-loglevel', 'error', ...input, ...output], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [picture] = await Promise.all([buffer(child.stdout), once(child, 'close')]);
  return picture;
}

const mean = (values: Uint8Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
const difference = (a: Buffer, b: Buffer) => mean(a.map((value, at) => Math.abs(value - b[at]!)));

describe('a camera is described', () => {
  it.each([
    ['dome', 'h264', 'pcma'],
    ['hevc', 'h265', 'aac'],
    ['old', 'h264', null],
  ])('%s', async (id, codec, audio) => {
    const described = await describeCamera(access(id));
    expect(described.profiles.map((profile) => [profile.codec, profile.audio])).toEqual([
      [codec, audio],
      [codec, audio],
    ]);
    expect(described.profiles.map(({ keyIntervalSec }) => keyIntervalSec)).toEqual([2, 2]);
  });

  it('and not to who has another password', async () => {
    await expect(describeCamera(access('hevc', 'wrong'))).rejects.toMatchObject({ code: 'CAMERA_UNAUTHORIZED' });
  });
});

describe('a camera that can be moved', () => {
  it('shows something else afterwards, and the same again at home', async () => {
    const controls = openControls(access('dome'));
    const home = await look('dome');
    await controls.move({ pan: 1, tilt: 0, zoom: 0.5 });
    // It goes on until it is stopped, however fast the machine is.
    await expect.poll(async () => difference(home, await look('dome'))).toBeGreaterThan(10);
    await controls.stop();
    expect((await controls.controls()).ptz!.presets).toEqual([]);
    const aside = await controls.savePreset('东侧');
    expect((await controls.controls()).ptz).toEqual({ presets: [aside], home: true });
    await controls.goToPreset(aside.token);
    await expect.poll(async () => difference(home, await look('dome'))).toBeGreaterThan(8);
    await controls.home();
    await expect.poll(async () => difference(home, await look('dome')), { timeout: 15_000 }).toBeLessThan(5);
    await controls.removePreset(aside.token);
    expect((await controls.controls()).ptz!.presets).toEqual([]);
  });

  it('gets brighter when it is told so, and its neighbour does not', async () => {
    const controls = openControls(access('dome'));
    const before = await look('dome');
    await controls.setImaging({ brightness: 80, saturation: 0 });
    expect((await controls.controls()).imaging!.brightness).toEqual({ value: 80, min: 0, max: 100 });
    expect(mean(await look('dome')) - mean(before)).toBeGreaterThan(20);
    expect(Math.abs(mean(await look('old')) - mean(before))).toBeLessThan(5);
    await controls.setImaging({ brightness: 50, saturation: 50 });
  });
});

describe('a picture fault', () => {
  it('is seen on that camera alone', async () => {
    access('old');
    await cameras.setFault('old', { picture: 'black' });
    expect(mean(await look('old'))).toBeLessThan(30);
    expect(mean(await look('dome'))).toBeGreaterThan(80);
    await cameras.setFault('old', { picture: null });
  });
});

describe('what a camera notices', () => {
  it('is pulled: how it stands, what changes by hand, and its own relay', async () => {
    const events: Omit<CameraEvent, 'cameraId'>[] = [];
    const request = access('old');
    let wake: () => void = () => undefined;
    const told = (kind: string, active: boolean, initial: boolean) =>
      new Promise<void>((resolve) => {
        wake = () => {
          if (events.some((event) => event.kind === kind && event.active === active && event.initial === initial)) {
            resolve();
          }
        };
        wake();
      });
    const subscribed = subscribeEvents({
      ...request,
      onState: () => undefined,
      onEvent: (event) => {
        events.push(event);
        wake();
      },
    });
    await told('tamper', false, true);
    cameras.trigger('old', { kind: 'tamper', active: true });
    await told('tamper', true, false);
    cameras.trigger('old', { kind: 'digital-input', active: true });
    await told('digital-input', true, false);
    const controls = openControls(request);
    expect((await controls.controls()).relays).toEqual([
      { token: 'RelayOutput_1', mode: 'bistable', delaySec: null },
      { token: 'RelayOutput_2', mode: 'bistable', delaySec: null },
    ]);
    await controls.setRelay('RelayOutput_2', true);
    await told('other', true, false);
    ending.abort();
    await subscribed;
  });
});
