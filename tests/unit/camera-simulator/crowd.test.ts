import { describe, expect, it } from 'vitest';
import { Crowd, type CrowdState } from '../../../devices/simulators/camera/picture/crowd/crowd.ts';
import { joinWays, type Stage } from '../../../devices/simulators/camera/picture/crowd/stage.ts';
import { hallStage } from '../../../devices/simulators/camera/picture/scenery/hall-stage.ts';
import { windowStage } from '../../../devices/simulators/camera/picture/scenery/window-stage.ts';

const serving = { staffPresent: true, customer: true, windowState: 'serving' as const, ticketNo: 'A012' };
const deserted = { staffPresent: false, customer: false, windowState: 'closed' as const, ticketNo: null };

/** Lets seconds pass as a painter does. */
function pass(crowd: Crowd, from: number, seconds: number, state: CrowdState): number {
  let now = from;
  for (; now < from + seconds * 1000; now += 1000 / 15) crowd.advance(now, state);
  return now;
}

const quiet = (stage: Stage): Stage => ({ ...stage, passers: { most: 0, everyMs: 1000 } });
const poses = (crowd: Crowd) =>
  crowd
    .actors()
    .map(({ pose }) => pose.split('-')[0])
    .sort();

describe('people before a window', () => {
  it('are there from the first picture on, each in the place of the state', () => {
    const crowd = new Crowd(quiet(windowStage(1)), 1);
    crowd.advance(0, { waiting: 3, windows: [serving] });
    expect(poses(crowd)).toEqual(['counter', 'desk', 'sit', 'sit', 'sit']);
  });

  it('follow the state: the clerk walks off and comes back, one of those who wait goes to the window', () => {
    const crowd = new Crowd(quiet(windowStage(1)), 1);
    let now = pass(crowd, 0, 1, { waiting: 3, windows: [{ ...serving, customer: false }] });
    expect(poses(crowd)).toEqual(['desk', 'sit', 'sit', 'sit']);

    now = pass(crowd, now, 2, { waiting: 3, windows: [deserted] });
    expect(poses(crowd)).toContain('walk');
    expect(poses(crowd)).not.toContain('desk');
    now = pass(crowd, now, 15, { waiting: 3, windows: [deserted] });
    expect(poses(crowd)).toEqual(['sit', 'sit', 'sit']);

    pass(crowd, now, 25, { waiting: 2, windows: [serving] });
    expect(poses(crowd)).toEqual(['counter', 'desk', 'sit', 'sit']);
  });

  it('stay in the room: nobody sits on the same chair, and all who leave are gone at last', () => {
    const stage = quiet(hallStage(6, 3));
    const crowd = new Crowd(stage, 3);
    const windows = Array.from({ length: 6 }, () => serving);
    const now = pass(crowd, 0, 60, { waiting: 40, windows });
    const seats = crowd.actors().map(({ x, z }) => `${x.toFixed(2)}/${z.toFixed(2)}`);
    expect(seats).toHaveLength(52);
    expect(new Set(seats).size).toBe(52);
    pass(crowd, now, 90, { waiting: 0, windows: windows.map(() => deserted) });
    expect(crowd.actors()).toEqual([]);
  });

  it('are simply where they belong after a time that nobody saw', () => {
    const crowd = new Crowd(quiet(windowStage(2)), 2);
    crowd.advance(0, { waiting: 0, windows: [deserted] });
    crowd.advance(60_000, { waiting: 2, windows: [serving] });
    expect(poses(crowd)).toEqual(['counter', 'desk', 'sit', 'sit']);
  });

  it('move the same way for the same seed', () => {
    const walk = () => {
      const crowd = new Crowd(windowStage(5), 5);
      pass(crowd, 0, 40, { waiting: 5, windows: [serving] });
      return crowd.actors().map(({ x, z, pose, figure }) => [x, z, pose, figure.key]);
    };
    expect(walk()).toEqual(walk());
  });
});

describe('a way from one place to another', () => {
  it('goes along the lane, but no stretch to and fro', () => {
    const seat = [
      { x: 2, z: 5 },
      { x: 0, z: 5 },
      { x: 0, z: 2 },
    ];
    const entrance = [
      { x: 0, z: 15 },
      { x: 0, z: 2 },
    ];
    const counter = [
      { x: 6, z: 1 },
      { x: 6, z: 2 },
    ];
    expect(joinWays(entrance, seat)).toEqual([
      { x: 0, z: 15 },
      { x: 0, z: 5 },
      { x: 2, z: 5 },
    ]);
    expect(joinWays(seat, counter)).toEqual([
      { x: 2, z: 5 },
      { x: 0, z: 5 },
      { x: 0, z: 2 },
      { x: 6, z: 2 },
      { x: 6, z: 1 },
    ]);
  });
});
