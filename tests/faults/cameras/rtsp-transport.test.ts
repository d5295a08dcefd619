import { afterEach, describe, expect, it } from 'vitest';
import { systemClock, type Clock } from '#lib/clock.ts';
import { REPORT_EVERY_MS } from '../../../streams/rtsp/rtsp-pull.ts';
import { ScriptedCamera, type CameraScript } from '../../helpers/scripted-camera.ts';
import { PICTURES_A_GROUP } from '../../helpers/scripted-media.ts';
import { isLive, isLost, openWatchedHouse } from '../../helpers/watched-house.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Real time, but reports come and patience ends ten times as fast. */
const hasty: Clock = {
  ...systemClock,
  after: (ms, action) => systemClock.after(ms > 100 ? ms / 10 : ms, action),
  every: (ms, action) => systemClock.every(ms === REPORT_EVERY_MS ? ms / 10 : ms, action),
};

async function open(script: Partial<CameraScript>, clock: Clock = systemClock) {
  const watched = openWatchedHouse(clock);
  closing.push(() => watched.stop());
  const camera = new ScriptedCamera(script);
  await camera.start();
  closing.push(() => camera.stop());
  return { camera, house: watched.house, seen: watched.watch(camera.uri) };
}

const setUps = ({ requests }: ScriptedCamera) => requests.filter((request) => request.startsWith('SETUP'));

describe('transport', () => {
  it('is TCP where the camera takes it', async () => {
    const { camera, seen } = await open({});
    await seen.until(isLive);
    expect(setUps(camera)).toEqual(['SETUP tcp']);
  });

  it.each([
    ['refuses TCP with 461', { transports: ['udp'] }],
    ['answers TCP with UDP', { transports: ['udp'], answersWithUdp: true }],
    [
      'answers TCP with UDP and sends its packets in any order',
      { transports: ['udp'], answersWithUdp: true, shuffled: true },
    ],
  ] as [string, Partial<CameraScript>][])('is UDP where the camera %s', async (_, script) => {
    const { camera, seen } = await open(script);
    await seen.until(isLive);
    await seen.more(3 * PICTURES_A_GROUP);
    expect(setUps(camera)).toEqual(['SETUP tcp', 'SETUP udp']);
    expect(seen.states.map(({ status }) => status)).toEqual(['connecting', 'live']);
    expect(seen.hub.counts.dropped).toBe(0);
  });

  it('is UDP where the camera closes after two PLAYs over TCP', async () => {
    const { camera, seen } = await open({ closesAfterPlay: ['tcp'] });
    await seen.until(isLive);
    expect(setUps(camera)).toEqual(['SETUP tcp', 'SETUP tcp', 'SETUP udp']);
    expect(seen.hub.state.source).toBe('rtsp');
  });

  it('is left to ffmpeg where the camera closes over UDP too', async () => {
    const { camera, seen } = await open({ closesAfterPlay: ['tcp', 'udp'] }, hasty);
    await seen.until(({ code }) => code === 'CAMERA_PROTOCOL');
    await expect.poll(() => [...camera.agents], { timeout: 10_000 }).toEqual(['Hallwatch', 'Lavf']);
    const ours = ['SETUP tcp', 'SETUP tcp', 'SETUP udp'];
    expect(setUps(camera).slice(0, 6)).toEqual([...ours, ...ours]);
  });

  it('is told to be in doubt where no datagram comes', async () => {
    const { camera, seen } = await open({ transports: ['udp'], frozen: true }, hasty);
    await seen.until(isLost);
    expect(seen.hub.state).toMatchObject({ code: 'CAMERA_SILENT', detail: expect.stringContaining('UDP') as string });
    camera.script.frozen = false;
    await seen.until(isLive);
  });

  it.each(['tcp', 'udp'] as const)('over %s tells the camera how its packets fare, and us', async (transport) => {
    const { camera, house, seen } = await open({ transports: [transport], clockOffsetMs: 4000 }, hasty);
    await seen.until(isLive);
    camera.reports.length = 0;
    camera.media.lose(10);
    await seen.more(4 * PICTURES_A_GROUP);
    const report = camera.reports.find((packet) => packet.length >= 32 && packet[12]! > 0)!;
    expect(report.readUInt32BE(8)).toBe(7);
    expect(report.readIntBE(13, 3)).toBe(10);
    const health = house.health()[0]!;
    expect(health).toMatchObject({
      cameraId: 'c1',
      role: 'sub',
      status: 'live',
      source: 'rtsp',
      losses: 0,
      uptime: expect.any(Number) as number,
    });
    expect(health.lossRatio).toBeGreaterThan(0);
    expect(health.lossRatio).toBeLessThan(0.5);
    expect(Math.abs(health.clockOffsetMs! - 4000)).toBeLessThan(500);
    expect(health.fps).toBeGreaterThan(5);
    expect(health.kbps).toBeGreaterThan(10);
    expect(health.jitterMs).toBeGreaterThan(0);
    expect(health.jitterMs).toBeLessThan(500);
    expect(health.keyIntervalSec).toBeGreaterThanOrEqual(0.15);
    expect(house.health()[0]!.lossRatio).toBeNull();
  });

  it('over UDP takes packets of the camera alone', async () => {
    const { camera, seen } = await open({ transports: ['udp'] });
    await seen.until(isLive);
    const port = camera.ports.at(-1)!;
    for (let i = 0; i < 20; i += 1) await camera.intrude(port);
    await seen.more(2 * PICTURES_A_GROUP);
    expect(seen.hub.counts).toMatchObject({ losses: 0, dropped: 0 });
    for (const { data } of seen.units) expect(data.length).toBeGreaterThan(100);
  });
});
