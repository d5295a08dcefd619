import { describe, expect, it } from 'vitest';
import { FloorPlan } from '../../../server/contract/places.ts';
import type { Alert } from '../../../server/contract/alerts.ts';
import { declutter } from '../../../client/map/declutter.ts';
import { hallLines, worstOf } from '../../../client/map/hall-line.ts';
import { placeHalls } from '../../../client/map/hall-placing.ts';
import { labelPosition, mapBounds, regionFeatures, regionLabels } from '../../../client/map/outline.ts';
import { bearingTo, cellWidth, conePath, drawnPlan, plainPlan } from '../../../client/map/plan-geometry.ts';
import { aHall, aRegion } from './places.ts';
import { alertOf } from '../../helpers/alert-fixture.ts';

const square = (x: number, y: number, size: number): [number, number][] => [
  [x, y],
  [x + size, y],
  [x + size, y + size],
  [x, y + size],
  [x, y],
];
const alert = (id: string, hallId: string, severity: Alert['severity'], status: Alert['status']) =>
  alertOf({ id, hallId, severity, status });

describe('the map', () => {
  it('shows outlines and every hall with a position', () => {
    const region = aRegion('1', null, [square(112, 22, 2)]);
    expect(mapBounds([region], [aHall, { ...aHall, longitude: 116 }, { ...aHall, latitude: null }])).toEqual({
      west: 112,
      south: 22,
      east: 116,
      north: 24,
    });
    expect(mapBounds([], [])).toBeNull();
  });

  it('gives a single hall some country around it', () => {
    expect(mapBounds([], [aHall])).toEqual({ west: 112.95, south: 22.95, east: 113.05, north: 23.05 });
  });

  it('names a region in the middle of its largest part, whether rings are closed or not', () => {
    expect(labelPosition([square(0, 0, 1), square(10, 10, 4)])).toEqual([12, 12]);
    expect(labelPosition([square(10, 10, 4).slice(0, -1)])).toEqual([12, 12]);
    expect(labelPosition(null)).toBeNull();
    expect(labelPosition([])).toBeNull();
  });

  it('names a region above its outline where others lie inside', () => {
    const regions = [aRegion('1', null, [square(0, 0, 10)]), aRegion('2', '1', [square(2, 2, 2)]), aRegion('3', '1')];
    expect(regionLabels(regions).map(({ region, position, above }) => ({ id: region.id, position, above }))).toEqual([
      { id: '1', position: [10, 10], above: true },
      { id: '2', position: [3, 3], above: false },
    ]);
  });

  it('draws inner borders over outer ones, each ring as a polygon of its own', () => {
    const regions = [aRegion('2', '1', [square(2, 2, 2), square(5, 5, 1)]), aRegion('1', null, [square(0, 0, 10)])];
    const features = regionFeatures(regions);
    expect(features.map(({ properties }) => properties.id)).toEqual(['1', '2']);
    expect(features[1]!.geometry.coordinates).toHaveLength(2);
  });
});

describe('halls on the map', () => {
  it('carry the worst of their open alerts', () => {
    const open = [alert('a', 'civic', 'yellow', 'open'), alert('b', 'civic', 'red', 'acknowledged')];
    expect(worstOf(open)).toEqual({ worst: 'red', calling: false });
    expect(worstOf([...open, alert('c', 'civic', 'red', 'open')])).toEqual({ worst: 'red', calling: true });
    expect(worstOf([alert('d', 'civic', 'red', 'closed')])).toEqual({ worst: null, calling: false });
    const quiet = [alertOf({ severity: 'red', silenceId: 's' }), alertOf({ status: 'assigned', outcome: 'cleared' })];
    expect(worstOf(quiet)).toEqual({ worst: null, calling: false });
  });

  it('are drawn with the worst on top', () => {
    const halls = ['b', 'a', 'c'].map((id) => ({ ...aHall, id }));
    const lines = hallLines(halls, new Map(), [alert('x', 'a', 'red', 'open'), alert('y', 'b', 'blue', 'open')]);
    expect(lines.map(({ hall }) => hall.id)).toEqual(['c', 'b', 'a']);
  });

  const view = { width: 1000, height: 800 };
  const overlaps = (
    a: { x: number; y: number },
    b: { x: number; y: number },
    size: { width: number; height: number },
  ) => Math.abs(a.x - b.x) < size.width && Math.abs(a.y - b.y) < size.height;

  it('have cards that cover neither each other nor any mark, within the view', () => {
    const size = { width: 150, height: 60 };
    const anchors = [
      { x: 500, y: 400 },
      { x: 520, y: 410 },
      { x: 480, y: 390 },
      { x: 5, y: 5 },
    ];
    const boxes = declutter(
      anchors.map((at) => ({ at, ...size })),
      16,
      view,
    );
    boxes.forEach((box, i) => {
      expect(boxes.slice(i + 1).some((other) => overlaps(box, other, size))).toBe(false);
      for (const { x, y } of anchors) {
        expect(x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height).toBe(false);
      }
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.y).toBeGreaterThanOrEqual(0);
    });
  });

  it('are led to by lines that run over no other card and do not cross', () => {
    const size = { width: 150, height: 60 };
    // two that would each take the free side behind the other
    const anchors = [
      { x: 400, y: 400 },
      { x: 440, y: 410 },
      { x: 420, y: 440 },
      { x: 460, y: 450 },
    ];
    const boxes = declutter(
      anchors.map((at) => ({ at, ...size })),
      16,
      { width: 1000, height: 800 },
    );
    const along = ({ x, y }: { x: number; y: number }, box: { x: number; y: number }, share: number) => ({
      x: x + (box.x + size.width / 2 - x) * share,
      y: y + (box.y + size.height / 2 - y) * share,
    });
    const shares = Array.from({ length: 101 }, (_, i) => i / 100);
    boxes.forEach((box, i) => {
      for (const [k, other] of boxes.entries()) {
        if (k === i) continue;
        for (const point of shares.map((share) => along(anchors[i]!, box, share))) {
          const inside = (at: number, from: number, of: number) => at > from && at < from + of;
          expect(inside(point.x, other.x, size.width) && inside(point.y, other.y, size.height)).toBe(false);
        }
      }
    });
  });

  it('leave what lies over the map alone', () => {
    const panel = { x: 0, y: 0, width: 600, height: 300 };
    const [box] = declutter([{ at: { x: 500, y: 320 }, width: 200, height: 80 }], 16, view, { never: [panel] });
    expect(box!.y >= 300 || box!.x >= 600).toBe(true);
  });

  it('keep their cards where they are when an alert is raised', () => {
    const calm = ['a', 'b', 'c'].map((id, i) => ({ id, at: { x: 400 + i * 20, y: 400 }, alerted: false }));
    const alerted = calm.toReversed().map((hall) => ({ ...hall, alerted: hall.id === 'c' }));
    const big = { width: 1920, height: 1080 };
    expect(Object.fromEntries(placeHalls(alerted, big, [], 16))).toEqual(
      Object.fromEntries(placeHalls(calm, big, [], 16)),
    );
  });

  it('give up their cards where there are too many, except those with an alert', () => {
    const many = Array.from({ length: 60 }, (_, i) => ({
      id: String(i),
      at: { x: (i % 10) * 100, y: Math.floor(i / 10) * 130 },
      alerted: i === 7,
    }));
    const shown = (halls: typeof many) =>
      [...placeHalls(halls, view, [], 16)].filter(([, placing]) => placing.form === 'card').map(([id]) => id);
    expect(shown(many)).toEqual(['7']);
    expect(shown(many.slice(6, 8))).toEqual(['6', '7']);
  });
});

describe('the floor plan', () => {
  it('points clockwise from up', () => {
    const from = { x: 5, y: 5 };
    const around = [
      { x: 5, y: 0 },
      { x: 10, y: 5 },
      { x: 5, y: 10 },
      { x: 0, y: 5 },
    ];
    expect(around.map((to) => bearingTo(from, to))).toEqual([0, 90, 180, 270]);
  });

  it('opens a cone around the direction of view', () => {
    expect(conePath({ x: 0, y: 0 }, 90, 100)).toBe('M0 0L81.92 -57.36A100 100 0 0 1 81.92 57.36Z');
  });

  it('draws windows as large as their neighbours allow', () => {
    const plan = { width: 1000, height: 500 };
    expect(cellWidth(plan, [{ x: 100, y: 50 }])).toBeCloseTo(90);
    expect(
      cellWidth(plan, [
        { x: 100, y: 50 },
        { x: 150, y: 50 },
      ]),
    ).toBeCloseTo(45);
  });

  it.each([1, 12, 20, 40])('is made plainly for %i windows, each at a place of its own inside', (count) => {
    const { plan, places } = plainPlan(count);
    expect(FloorPlan.safeParse(plan).success).toBe(true);
    expect(places).toHaveLength(count);
    expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBe(count);
    expect(places.every(({ x, y }) => x > 0 && y > 0 && x < plan.width && y < plan.height)).toBe(true);
  });

  it('is brought to one measure, whatever its units', () => {
    const { plan, places } = plainPlan(10);
    const drawn = drawnPlan(plan, [{ place: places[0]! }, { place: null }]);
    expect(drawn.width).toBe(1000);
    expect(drawn.height / drawn.width).toBeCloseTo(plan.height / plan.width);
    expect(Math.max(...drawn.shapes.flatMap(({ points }) => points.map(({ x }) => x)))).toBeCloseTo(1000);
  });
});
