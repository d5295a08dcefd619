import { afterEach, describe, expect, it } from 'vitest';
import { systemClock, pause } from '#lib/clock.ts';
import { ScriptedCamera } from '../../helpers/scripted-camera.ts';
import { isLive, isLost, openWatchedHouse, type WatchedCamera } from '../../helpers/watched-house.ts';

/** What a supervisor in a hall is promised. How it comes about is in `retry-pace.ts` and `knock.ts`. */
const MARKED_WITHIN_MS = 5000;
const LIVE_AGAIN_WITHIN_MS = 3000;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function open(...cameras: ScriptedCamera[]) {
  const watched = openWatchedHouse();
  closing.push(() => watched.stop());
  for (const camera of cameras) {
    await camera.start();
    closing.push(() => camera.stop());
  }
  const seen = cameras.map((camera) => watched.watch(camera.uri));
  await Promise.all(seen.map((camera) => camera.until(isLive)));
  return { ...watched, seen };
}

/** Nothing happened to it: one pull from beginning to end, without a picture lost. */
function expectUntouched({ hub, states }: WatchedCamera): void {
  expect(states.map(({ status }) => status)).toEqual(['connecting', 'live']);
  expect(hub.counts).toMatchObject({ losses: 0, dropped: 0 });
}

describe('a camera that goes away and comes back', () => {
  it('is marked lost within 5 s and live again within 3 s of its return, and the one beside it hears nothing', async () => {
    const rebooting = new ScriptedCamera();
    const unplugged = new ScriptedCamera();
    const frozen = new ScriptedCamera();
    const unpluggedOverUdp = new ScriptedCamera({ transports: ['udp'] });
    const frozenThenUnplugged = new ScriptedCamera();
    const healthy = new ScriptedCamera();
    const { seen } = await open(rebooting, unplugged, frozen, unpluggedOverUdp, frozenThenUnplugged, healthy);
    const beside = seen.pop()!;
    await Promise.all(seen.map((camera) => camera.more(10)));

    const gone = performance.now();
    unplugged.script.swallowing = unpluggedOverUdp.script.swallowing = true;
    frozen.script.frozen = frozenThenUnplugged.script.frozen = true;
    await rebooting.stop();
    const marked = await Promise.all(seen.map((camera) => camera.until(isLost)));
    for (const at of marked) expect(at - gone).toBeLessThan(MARKED_WITHIN_MS);
    expect(seen.map(({ hub }) => hub.state.code)).toEqual([
      'CAMERA_UNREACHABLE',
      'CAMERA_SILENT',
      'CAMERA_SILENT',
      'CAMERA_SILENT',
      'CAMERA_SILENT',
    ]);

    // Long enough that a growing pause between attempts would show, and at no moment of theirs in particular.
    let connections = 0;
    // This one plays, shows nothing, and then is gone without a word.
    await expect.poll(() => frozenThenUnplugged.playing).toBe(1);
    frozenThenUnplugged.script.swallowing = true;
    for (const from = performance.now(); performance.now() - from < 9300;) {
      await pause(systemClock, 90);
      connections = Math.max(connections, unplugged.connections);
    }
    // A dead line is knocked at, and knocks do not pile up; a camera that answers is asked once and waited for.
    expect(connections).toBeGreaterThan(0);
    expect(connections).toBeLessThanOrEqual(3);
    expect(frozen.playing).toBe(1);
    // when it was found first, and once more since it froze
    expect(frozen.requests.filter((method) => method === 'PLAY')).toHaveLength(2);

    const back = performance.now();
    for (const { script } of [unplugged, unpluggedOverUdp, frozen, frozenThenUnplugged]) {
      script.swallowing = script.frozen = false;
    }
    await rebooting.start();
    const live = await Promise.all(seen.map((camera) => camera.until(isLive)));
    for (const at of live) expect(at - back).toBeLessThan(LIVE_AGAIN_WITHIN_MS);
    await Promise.all(seen.map((camera) => camera.more(10)));

    for (const { hub, states } of seen) {
      expect(hub.counts.losses).toBe(1);
      expect(states.map(({ status }) => status)).toEqual(['connecting', 'live', 'lost', 'live']);
    }
    expectUntouched(beside);
  });
});
