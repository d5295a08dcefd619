import { describe, expect, it } from 'vitest';
import type { QueueLive } from '#contract/hall-state.ts';
import { FloorPlan } from '../../../server/contract/places.ts';
import { begin, redo, step, undo } from '../../../client/features/plan-editor/history.ts';
import {
  addShape,
  boxBetween,
  gridStep,
  hallWith,
  movedCameras,
  moveBy,
  moveCorner,
  placeOf,
  putAt,
  remove,
  setImage,
  snapped,
  turnCamera,
  type PlanDraft,
} from '../../../client/features/plan-editor/plan-draft.ts';
import { areasOf } from '../../../client/map/heat.ts';
import { hall } from '../../helpers/hall-fixture.ts';

const area = boxBetween({ x: 100, y: 100 }, { x: 300, y: 200 });
const draft: PlanDraft = {
  plan: FloorPlan.parse({ width: 1000, height: 500, shapes: [{ kind: 'waiting', points: area, queueIds: ['soc'] }] }),
  windows: { w01: { x: 10, y: 20 }, w02: null },
  cameras: { c1: { place: { x: 5, y: 5 }, bearing: 90 }, c2: { place: null, bearing: null } },
};
const kiosk = { what: 'terminal', kind: 'kiosk', deviceId: 'k1' } as const;

describe('a floor plan that is being changed', () => {
  it('puts things in their places, moves them and takes them off again, and leaves the draft before as it was', () => {
    const before = structuredClone(draft);
    const placed = putAt(putAt(draft, kiosk, { x: 1, y: 2 }), { what: 'camera', id: 'c2' }, { x: 7, y: 8 });
    expect(placeOf(placed, kiosk)).toEqual({ x: 1, y: 2 });
    expect(placed.cameras['c2']).toEqual({ place: { x: 7, y: 8 }, bearing: 0 });
    const moved = moveBy(placed, { what: 'window', id: 'w01' }, { x: 5, y: -5 });
    expect(moved.windows['w01']).toEqual({ x: 15, y: 15 });
    const off = remove(remove(moved, kiosk), { what: 'camera', id: 'c1' });
    expect(off.plan.terminals).toEqual([]);
    expect(off.cameras['c1']).toEqual({ place: null, bearing: null });
    expect(draft).toEqual(before);
  });

  it('keeps a rectangle one when a corner is moved, and bends anything else', () => {
    const larger = moveCorner(draft, 0, 2, { x: 400, y: 250 });
    expect(larger.plan.shapes[0]!.points).toEqual(boxBetween({ x: 100, y: 100 }, { x: 400, y: 250 }));
    const points = [...area.slice(0, 3), { x: 90, y: 210 }];
    const bent = addShape(draft, { kind: 'room', points, label: null, queueIds: [] });
    const moved = moveCorner(bent, 1, 0, { x: 0, y: 0 }).plan.shapes[1]!.points;
    expect(moved).toEqual([{ x: 0, y: 0 }, ...points.slice(1)]);
  });

  it('turns a camera by whole turns', () => {
    expect(turnCamera(draft, 'c1', -30).cameras['c1']?.bearing).toBe(330);
    expect(turnCamera(draft, 'c1', 360).cameras['c1']?.bearing).toBe(0);
  });

  it('takes the proportions of a picture, with everything that stands on it', () => {
    const image = { sha256: 'a'.repeat(64), width: 2000, height: 2000 };
    const over = setImage(draft, image);
    expect(over.plan).toMatchObject({ width: 1000, height: 1000, image });
    expect(over.windows['w01']).toEqual({ x: 10, y: 40 });
    expect(over.plan.shapes[0]!.points[2]).toEqual({ x: 300, y: 400 });
    expect(setImage(over, null).plan).toMatchObject({ height: 1000, image: null });
  });

  it('snaps to a round grid, inside the plan', () => {
    expect(gridStep({ width: 4000 })).toBe(20);
    expect(gridStep({ width: 60 })).toBeCloseTo(0.5);
    expect(snapped({ x: 1234, y: -40 }, draft.plan, 5)).toEqual({ x: 1000, y: 0 });
    expect(snapped({ x: 12.4, y: 13 }, draft.plan, 5)).toEqual({ x: 10, y: 15 });
  });

  it('is saved as a hall and the cameras that moved', () => {
    const moved = turnCamera(draft, 'c1', 180);
    expect(movedCameras(draft, moved)).toEqual([{ id: 'c1', place: { x: 5, y: 5 }, bearing: 180 }]);
    expect(movedCameras(draft, draft)).toEqual([]);
    const saved = hallWith(hall, draft);
    expect(saved.windows.map(({ place }) => place)).toEqual([{ x: 10, y: 20 }, null]);
    expect(saved.floorPlan).toBe(draft.plan);
  });

  it('goes back and forth through what was done, and forgets what was undone once something new is done', () => {
    let history = step(step(begin(1), 2), 3);
    history = undo(undo(undo(history)));
    expect(history.now).toBe(1);
    history = redo(history);
    expect(history.now).toBe(2);
    history = step(history, 9);
    expect(redo(history).now).toBe(9);
    expect(undo(history).now).toBe(2);
  });
});

describe('the shade of waiting areas', () => {
  const now = Date.parse('2026-03-09T10:00:00+08:00');
  const row = (queueId: string, waiting: number, waitedMin: number, staffedWindows: number): QueueLive => ({
    ...{ queueId, waiting, staffedWindows, meanIssuedAt: null, servedWaitSec: null },
    ...{ issuedToday: 0, calledToday: 0, completedToday: 0 },
    longestSince: waiting === 0 ? null : new Date(now - waitedMin * 60_000).toISOString(),
  });
  const areasWith = (...rows: QueueLive[]) =>
    areasOf(draft.plan.shapes, hall.queues, new Map(rows.map((it) => [it.queueId, it])), now);

  it('follows the longest wait against the promised one, and people against windows', () => {
    expect(areasWith(row('soc', 4, 5, 2))).toMatchObject([
      { waiting: 4, longestMs: 300_000, saturation: 2, level: { wait: 1, saturation: 0 } },
    ]);
    expect(areasWith(row('soc', 30, 16, 3))).toMatchObject([{ level: { wait: 4, saturation: 4 } }]);
  });

  it('is at ease where nobody waits or nothing is known, and at its worst where nobody serves', () => {
    expect(areasWith(row('soc', 0, 0, 1))).toMatchObject([{ longestMs: null, level: { wait: 0, saturation: 0 } }]);
    expect(areasWith()).toMatchObject([{ waiting: 0, level: { wait: 0, saturation: 0 } }]);
    expect(areasWith(row('soc', 1, 1, 0))).toMatchObject([{ saturation: Infinity, level: { saturation: 4 } }]);
  });

  it('shades no area without queues', () => {
    expect(areasOf([{ ...draft.plan.shapes[0]!, queueIds: [] }], hall.queues, new Map(), now)).toEqual([]);
  });
});
