import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StreamState } from '#contract/cameras.ts';
import { systemClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { CameraSimulator } from '../../../devices/simulators/camera/camera-simulator.ts';
import {
  kept,
  type AccessUnit,
  type SoundFormat,
  type SoundUnit,
  type StreamFormat,
} from '../../../streams/access-unit.ts';
import { StreamHouse } from '../../../streams/house.ts';
import { annexB } from './collecting-sink.ts';
import { decode } from './decode.ts';

const account = { username: 'admin', password: 'Hall-2026' };
const simulator = new CameraSimulator({
  clock: systemClock,
  log: silentLogger,
  ffmpegPath: 'ffmpeg',
  interfaceAddress: '127.0.0.1',
  rtspPort: 0,
  onvifPortBase: 0,
  discovery: false,
  ...account,
  cameras: [
    {
      id: 'w07',
      name: 'Window 07',
      location: 'hall',
      hardware: 'HW',
      model: 'M1',
      serial: '0012345678901234567',
      clockOffsetMs: 3_600_000,
      audio: 'aac',
      scene: {
        kind: 'window',
        label: '07',
        seed: 7,
        state: () => ({ staffPresent: true, customer: true, windowState: 'serving', ticketNo: 'A012', waiting: 3 }),
      },
    },
  ],
});
const house = new StreamHouse({ clock: systemClock, log: silentLogger, ffmpegPath: 'ffmpeg' });

beforeAll(async () => {
  await simulator.start();
  const [address] = simulator.addresses();
  house.setTarget({
    cameraId: 'w07',
    role: 'sub',
    uri: address!.rtsp.sub,
    ...account,
    sourceChoice: 'auto',
    keepOpen: true,
  });
  house.start();
});
afterAll(async () => {
  await house.stop();
  await simulator.stop();
});

function reached(status: StreamState['status'], code: StreamState['code'] = null): Promise<void> {
  return new Promise((resolve) => {
    const look = (state: StreamState) => {
      if (state.status !== status || state.code !== code) return;
      leave();
      resolve();
    };
    const leave = house.stateChanged.on(look);
    house.states().forEach(look);
  });
}

/** Watches until so many units have come. */
function watch(count: number): Promise<{ format: StreamFormat; units: AccessUnit[] }> {
  return new Promise((resolve) => {
    const units: AccessUnit[] = [];
    let format: StreamFormat | null = null;
    const leave = house.hub('w07', 'sub')!.join({
      onState: () => undefined,
      onEnd: () => undefined,
      onFormat: (told) => (format = told),
      onUnit: (unit) => {
        units.push(kept(unit));
        if (units.length !== count) return;
        queueMicrotask(() => leave?.());
        resolve({ format: format!, units });
      },
    });
  });
}

/** Until so much sound has come. */
function listen(count: number): Promise<{ format: SoundFormat | null; sounds: SoundUnit[] }> {
  return new Promise((resolve) => {
    const sounds: SoundUnit[] = [];
    let format: SoundFormat | null = null;
    const leave = house.hub('w07', 'sub')!.join({
      onState: () => undefined,
      onEnd: () => undefined,
      onFormat: () => undefined,
      onUnit: () => undefined,
      onSoundFormat: (told) => (format = told),
      onSound: (sound) => {
        sounds.push(kept(sound));
        if (sounds.length !== count) return;
        queueMicrotask(() => leave?.());
        resolve({ format, sounds });
      },
    });
  });
}

describe('a simulated camera', () => {
  it('is pulled by the rtsp source; its pictures decode, and its own clock is known', async () => {
    await reached('live');
    expect(house.states()).toMatchObject([{ status: 'live', source: 'rtsp' }]);
    const { format, units } = await watch(30);
    expect(format).toMatchObject({ codec: 'h264', width: 640, height: 360, fps: 15 });
    const { frames, complaints } = decode('h264', annexB(format, units), 640, 360);
    expect(complaints).toBe('');
    expect(frames).toBe(units.length);
    const { wallclock, receivedAt } = units.at(-1)!;
    expect(Math.abs(wallclock! - receivedAt - 3_600_000)).toBeLessThan(2000);
  });

  it('gives its sound in step with its pictures', async () => {
    await reached('live');
    const { format, sounds } = await listen(20);
    expect(format).toMatchObject({ codecString: 'mp4a.40.2' });
    const { sampleRate } = format!;
    const steps = sounds.slice(1).map(({ pts }, i) => pts - sounds[i]!.pts);
    expect(steps.reduce((sum, step) => sum + step, 0) / steps.length).toBeCloseTo((1024 * 1000) / sampleRate, 0);
    const { lastPts } = house.hub('w07', 'sub')!;
    expect(Math.abs(sounds.at(-1)!.pts - lastPts)).toBeLessThan(1000);
  });

  it('is pulled over UDP where it refuses TCP: put in order, noise left out, through a change of size', async () => {
    await simulator.setFault('w07', { down: true });
    await reached('lost', 'CAMERA_UNREACHABLE');
    await simulator.setFault('w07', { refusesTransport: 'tcp', reordersPackets: true, garbageRtp: true, down: false });
    await reached('live');
    const { dropped } = house.hub('w07', 'sub')!.counts;
    const large = await watch(40);
    await simulator.setFault('w07', { halfSize: true });
    await expect.poll(() => house.hub('w07', 'sub')!.format?.width, { timeout: 10_000 }).toBe(320);
    const small = await watch(20);
    for (const { format, units } of [large, small]) {
      const { frames, complaints } = decode('h264', annexB(format, units), format.width, format.height);
      expect(complaints).toBe('');
      expect(frames).toBe(units.length);
    }
    expect(house.hub('w07', 'sub')!.counts.dropped).toBe(dropped);
    await listen(5);
    const mended = { refusesTransport: null, reordersPackets: false, garbageRtp: false, halfSize: false } as const;
    await simulator.setFault('w07', mended);
  });

  it('is lost with the right code for every fault, and comes back', async () => {
    await reached('live');
    await simulator.setFault('w07', { silent: true });
    await reached('lost', 'CAMERA_SILENT');
    await simulator.setFault('w07', { silent: false });
    await reached('live');
    await simulator.setFault('w07', { down: true });
    await reached('lost', 'CAMERA_UNREACHABLE');
    await simulator.setFault('w07', { down: false });
    await reached('live');
  });
});
