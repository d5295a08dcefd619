import { afterEach, describe, expect, it } from 'vitest';
import { ScriptedCamera, type CameraScript } from '../../helpers/scripted-camera.ts';
import { FIRST_SIZE, OTHER_SIZE, PICTURES_A_GROUP, SCRIPT_FPS } from '../../helpers/scripted-media.ts';
import { isLive, openWatchedHouse } from '../../helpers/watched-house.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A camera, and one beside it that nothing happens to. */
async function open(script: Partial<CameraScript> = {}) {
  const { watch, stop } = openWatchedHouse();
  closing.push(stop);
  const cameras = [new ScriptedCamera(script), new ScriptedCamera()];
  for (const camera of cameras) {
    await camera.start();
    closing.push(() => camera.stop());
  }
  const [seen, beside] = cameras.map((camera) => watch(camera.uri));
  await Promise.all([seen!.until(isLive), beside!.until(isLive)]);
  await seen!.more(PICTURES_A_GROUP);
  closing.push(() => {
    expect(beside!.states.map(({ status }) => status)).toEqual(['connecting', 'live']);
    expect(beside!.hub.counts).toMatchObject({ losses: 0, dropped: 0 });
    return Promise.resolve();
  });
  return { camera: cameras[0]!, seen: seen! };
}

const GROUPS = 3 * PICTURES_A_GROUP;
const steps = (units: { pts: number }[]) => units.slice(1).map(({ pts }, i) => pts - units[i]!.pts);

describe.each(['tcp', 'udp'] as const)('a stream over %s that changes while it runs', (transport) => {
  const over = { transports: [transport] };

  it('tells the new format before the key picture from which it holds', async () => {
    const { camera, seen } = await open(over);
    const order: string[] = [];
    seen.hub.join({
      onState: () => undefined,
      onFormat: ({ width, height }) => order.push(`${width}x${height}`),
      onUnit: ({ key }) => order.push(key ? 'key' : 'delta'),
      onEnd: () => undefined,
    });
    camera.media.changeSize();
    await seen.more(GROUPS);
    const { width, height } = OTHER_SIZE;
    const at = order.indexOf(`${width}x${height}`);
    expect(order[0]).toBe(`${FIRST_SIZE.width}x${FIRST_SIZE.height}`);
    expect(order[at + 1]).toBe('key');
    expect(seen.hub.format).toMatchObject(OTHER_SIZE);
    expect(seen.hub.counts).toMatchObject({ losses: 0, dropped: 0 });
  });

  it.each([
    ['an hour ahead', 3_600_000],
    ['an hour back', -3_600_000],
    ['some seconds back', -5000],
  ])('goes on where its clock is set %s', async (_, ms) => {
    const { camera, seen } = await open(over);
    camera.media.jump(ms);
    const before = seen.units.at(-1)!.pts;
    await seen.more(GROUPS);
    // Time neither leaps nor stands still.
    expect(seen.units.at(-1)!.pts - before).toBeGreaterThan((800 * GROUPS) / SCRIPT_FPS);
    expect(seen.hub.counts).toMatchObject({ losses: 0, dropped: 0 });
    for (const step of steps(seen.units)) {
      expect(step).toBeGreaterThan(0);
      expect(step).toBeLessThan(2000);
    }
    const { wallclock, receivedAt } = seen.units.at(-1)!;
    expect(Math.abs(wallclock! - receivedAt - ms)).toBeLessThan(1000);
  });

  it('goes on as another source without notice', async () => {
    const { camera, seen } = await open(over);
    camera.media.changeSource();
    await seen.more(GROUPS);
    expect(seen.hub.counts.losses).toBe(0);
    expect(seen.hub.counts.dropped).toBeLessThanOrEqual(1);
    for (const step of steps(seen.units)) expect(step).toBeLessThan(2000);
  });

  it('passes over garbage between its packets, and over packets that nobody announced', async () => {
    const { camera, seen } = await open(over);
    for (let i = 0; i < 5; i += 1) {
      camera.media.babble(200);
      camera.media.sendForeign(3);
      await seen.more(3);
    }
    await seen.more(GROUPS);
    expect(seen.states.map(({ status }) => status)).toEqual(['connecting', 'live']);
    // Noise may happen to look like the stream; it must not do so for long, and never be shown.
    expect(seen.hub.counts.dropped).toBeLessThan(2 * PICTURES_A_GROUP);
    for (const { data } of seen.units) expect([3006, 306]).toContain(data.length);
  });

  it('leaves out what lost packets spoil, counts them, and is whole again with the next key picture', async () => {
    const { camera, seen } = await open(over);
    camera.media.lose(2);
    await seen.more(GROUPS);
    const { losses, dropped } = seen.hub.counts;
    expect(losses).toBe(0);
    expect(dropped).toBeGreaterThan(0);
    expect(dropped).toBeLessThanOrEqual(PICTURES_A_GROUP);
    for (const step of steps(seen.units)) expect(step).toBeLessThan((1000 * (PICTURES_A_GROUP + 2)) / SCRIPT_FPS);
  });
});
