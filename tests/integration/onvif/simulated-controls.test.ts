import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CameraEvent } from '#contract/camera-events.ts';
import { systemClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { openControls } from '../../../devices/onvif/controls.ts';
import { describeCamera } from '../../../devices/onvif/describe.ts';
import { subscribeEvents } from '../../../devices/onvif/events.ts';
import { CameraSimulator } from '../../../devices/simulators/camera/camera-simulator.ts';
import type { SimulatedCamera } from '../../../devices/simulators/camera/model.ts';

const scene: SimulatedCamera['scene'] = {
  kind: 'window',
  label: '07',
  seed: 7,
  state: () => ({ staffPresent: true, customer: false, windowState: 'idle', ticketNo: null, waiting: 0 }),
};
const about = { name: 'x', location: 'x', hardware: 'x', model: 'x', scene, ptz: true, clockOffsetMs: -7 * 3_600_000 };
const password = 'camera password';
let simulator: CameraSimulator;

beforeAll(async () => {
  simulator = new CameraSimulator({
    clock: systemClock,
    log: silentLogger,
    ffmpegPath: 'ffmpeg',
    interfaceAddress: '127.0.0.1',
    rtspPort: 0,
    onvifPortBase: 0,
    username: 'admin',
    password,
    discovery: false,
    cameras: [
      { ...about, id: 'token', serial: '0001', media2: true },
      { ...about, id: 'md5', serial: '0002', httpDigest: 'MD5', media2: false },
      { ...about, id: 'sha', serial: '0003', httpDigest: 'SHA-256', media2: true },
    ],
  });
  await simulator.start();
});
afterAll(() => simulator.stop());

const accessTo = (id: string) => {
  const { onvifUrl } = simulator.addresses().find((camera) => camera.id === id)!;
  return { onvifUrl, username: 'admin', password, timeoutMs: 5000, signal: new AbortController().signal };
};

describe.each([
  ['token', 'token', ['media', 'media2']],
  ['md5', 'digest-md5', ['media']],
  ['sha', 'digest-sha256', ['media', 'media2']],
] as const)('the simulated camera %s', (id, auth, media) => {
  it('says what it can do', async () => {
    const probe = await describeCamera(accessTo(id));
    expect(probe.auth).toBe(auth);
    expect(probe.capabilities).toEqual({ ptz: true, imaging: true, relays: true, events: true });
    expect(
      probe.services
        .map(({ name }) => name)
        .filter((name) => name.startsWith('media'))
        .sort(),
    ).toEqual(media);
    expect(probe.profiles.map(({ keyIntervalSec }) => keyIntervalSec)).toEqual([2, 2]);
  });

  it('is moved, adjusted and switched', async () => {
    const controls = openControls(accessTo(id));
    await controls.move({ pan: 0.5, tilt: 0.2, zoom: 0 });
    await controls.stop();
    const preset = await controls.savePreset('门口');
    expect((await controls.controls()).ptz?.presets).toContainEqual(preset);
    await controls.goToPreset(preset.token);
    await controls.removePreset(preset.token);
    await expect(controls.goToPreset(preset.token)).rejects.toMatchObject({ code: 'CAMERA_COMMAND_REFUSED' });
    const before = await controls.controls();
    expect(before.ptz?.presets).not.toContainEqual(preset);
    if (before.ptz?.home) await controls.home();
    const { min, max } = before.imaging!.brightness!;
    const value = Math.round(min + (max - min) / 4);
    await controls.setImaging({ brightness: value });
    expect((await controls.controls()).imaging?.brightness?.value).toBe(value);
    await controls.setRelay(before.relays[0]!.token, true);
    await expect(controls.setRelay('nowhere', true)).rejects.toMatchObject({ code: 'CAMERA_COMMAND_REFUSED' });
  });

  it('tells what it notices', async () => {
    const events: Omit<CameraEvent, 'cameraId'>[] = [];
    const ending = new AbortController();
    const running = subscribeEvents({
      ...accessTo(id),
      signal: ending.signal,
      onEvent: (event) => events.push(event),
      onState: () => undefined,
    });
    // by kind: somebody moves before the camera now and then
    const of = (wanted: CameraEvent['kind']) => events.filter(({ kind }) => kind === wanted);
    const inputs = () => of('digital-input');
    await expect.poll(() => inputs().some(({ initial }) => initial), { timeout: 5000 }).toBe(true);
    simulator.trigger(id, { kind: 'digital-input', active: true });
    await expect.poll(() => inputs().at(-1), { timeout: 5000 }).toMatchObject({ active: true, initial: false });
    simulator.trigger(id, { kind: 'tamper', active: true });
    await expect.poll(() => of('tamper').at(-1), { timeout: 5000 }).toMatchObject({ active: true });
    ending.abort();
    await running;
    // Each stays to itself: the next one hears of it as a state that holds.
    simulator.trigger(id, { kind: 'tamper', active: false });
    simulator.trigger(id, { kind: 'digital-input', active: false });
  });
});

it('a camera that tells addresses of another network is reached where it answered', async () => {
  await simulator.setFault('sha', { wrongAddress: true });
  await openControls(accessTo('sha')).stop();
  await simulator.setFault('sha', { wrongAddress: false });
});

it('a camera that locks everybody out after three wrong passwords is not locked by us', async () => {
  await simulator.setFault('md5', { locksOut: true });
  const wrong = openControls({ ...accessTo('md5'), password: 'wrong' });
  for (let n = 0; n < 5; n += 1)
    await expect(wrong.stop()).rejects.toMatchObject({ code: 'CAMERA_CREDENTIALS_REFUSED' });
  await openControls(accessTo('md5')).stop();
});
