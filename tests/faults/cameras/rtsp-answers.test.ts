import { afterEach, describe, expect, it } from 'vitest';
import { ScriptedCamera, type CameraScript } from '../../helpers/scripted-camera.ts';
import { PICTURES_A_GROUP } from '../../helpers/scripted-media.ts';
import { isLive, isLost, openWatchedHouse } from '../../helpers/watched-house.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function open(script: Partial<CameraScript>) {
  const { watch, stop } = openWatchedHouse();
  closing.push(stop);
  const cameras = [new ScriptedCamera(script), new ScriptedCamera()];
  for (const camera of cameras) {
    await camera.start();
    closing.push(() => camera.stop());
  }
  const [seen, beside] = cameras.map((camera) => watch(camera.uri));
  await beside!.until(isLive);
  closing.push(() => {
    expect(beside!.states.map(({ status }) => status)).toEqual(['connecting', 'live']);
    return Promise.resolve();
  });
  return { camera: cameras[0]!, seen: seen!, beside: beside! };
}

describe('a camera with odd answers', () => {
  it('may be slow: it is knocked at again meanwhile, and its first answer is taken', async () => {
    const { camera, seen } = await open({ answerAfterMs: (method) => (method === 'OPTIONS' ? 2200 : 300) });
    await seen.until(isLive);
    expect(seen.states.map(({ status }) => status)).toEqual(['connecting', 'live']);
    expect(camera.requests.filter((method) => method === 'PLAY')).toHaveLength(1);
    expect(camera.connections).toBe(1);
  });

  it('does not get to fill our memory with an answer that has no end', async () => {
    const { camera, seen, beside } = await open({ endless: true });
    await seen.until(isLost);
    expect(seen.hub.state.code).toBe('CAMERA_PROTOCOL');
    await beside.more(PICTURES_A_GROUP);
    // What it could write before we hung up lies in the buffers of the kernel, not with us.
    expect(camera.bytesWritten).toBeLessThan(8 * 1024 * 1024);
    expect(camera.connections).toBe(0);
  });

  it.each(['pcma', 'aac'] as const)('gives its sound beside the pictures (%s)', async (sound) => {
    const { seen } = await open({ sound });
    await seen.until(isLive);
    await seen.more(3 * PICTURES_A_GROUP);
    expect(seen.soundFormats).toMatchObject([{ codec: sound === 'aac' ? 'aac' : 'alaw' }]);
    expect(seen.sounds.length).toBeGreaterThan(2 * PICTURES_A_GROUP);
    for (const { data } of seen.sounds) expect(data).toHaveLength(320);
    const [last, picture] = [seen.sounds.at(-1)!, seen.units.at(-1)!];
    expect(Math.abs(last.pts - picture.pts)).toBeLessThan(150);
    expect(Math.abs(last.wallclock! - last.receivedAt)).toBeLessThan(500);
  });

  it('gives its sound over UDP as well', async () => {
    const { seen } = await open({ sound: 'aac', transports: ['udp'] });
    await seen.until(isLive);
    await seen.more(PICTURES_A_GROUP);
    expect(seen.sounds.length).toBeGreaterThan(PICTURES_A_GROUP / 2);
  });

  it.each(['refused', 'hangs up'] as const)('gives its pictures without the sound that is %s', async (sound) => {
    const { seen } = await open({ sound });
    await seen.until(isLive);
    await seen.more(2 * PICTURES_A_GROUP);
    expect(seen.states.map(({ status }) => status)).toEqual(['connecting', 'live']);
    expect(seen.soundFormats).toEqual([]);
  });

  it('gives its pictures without sound whose SETUP it never answers', async () => {
    const { seen } = await open({ sound: 'pcma', answerAfterMs: (_, uri) => (uri.endsWith('sound') ? 60_000 : 0) });
    await seen.until(isLive);
    await seen.more(PICTURES_A_GROUP);
    expect(seen.soundFormats).toEqual([]);
  });
});
