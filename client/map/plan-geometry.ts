import type { z } from 'zod';
import { FloorPlan, type PlanPoint, type Window } from '#contract/places.ts';
import { boundsOf } from './outline.ts';

/** Opening of a camera's drawn cone, that of a common 4 mm lens: a hint, not a survey. */
const CONE_DEGREES = 70;

/** The cone that a camera sees, as an SVG path: from its place, `bearing` degrees clockwise from up, `reach` plan units far. */
export function conePath(place: PlanPoint, bearing: number, reach: number): string {
  const at = (degrees: number) => {
    const radians = (degrees * Math.PI) / 180;
    return `${round(place.x + reach * Math.sin(radians))} ${round(place.y - reach * Math.cos(radians))}`;
  };
  const [left, right] = [at(bearing - CONE_DEGREES / 2), at(bearing + CONE_DEGREES / 2)];
  return `M${round(place.x)} ${round(place.y)}L${left}A${round(reach)} ${round(reach)} 0 0 1 ${right}Z`;
}

/** The direction from one point to another, whole degrees clockwise from up, 0..359. */
export function bearingTo(from: PlanPoint, to: PlanPoint): number {
  const degrees = (Math.atan2(to.x - from.x, from.y - to.y) * 180) / Math.PI;
  return (Math.round(degrees) + 360) % 360;
}

const round = (n: number) => Math.round(n * 100) / 100;

/** The width of a window's cell in plan units: as wide as the closest neighbours allow, at most a tenth of the plan. */
export function cellWidth(plan: Pick<FloorPlan, 'width' | 'height'>, places: readonly PlanPoint[]): number {
  let closest = Math.max(plan.width, plan.height) / 10;
  places.forEach((a, i) => {
    for (const b of places.slice(i + 1)) {
      // Cells are wider than tall: neighbours above each other may stand closer.
      const distance = Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y) * CELL_RATIO);
      if (distance > 0) closest = Math.min(closest, distance);
    }
  });
  return closest * 0.9;
}
/** Width of a cell over its height. */
export const CELL_RATIO = 1.05;

const UNIT = 10;
const MAX_PER_ROW = 20;

/**
 * A plain plan for a hall that has none: counters along the upper wall (and the lower one, when there are many windows),
 * seats between, entrance and kiosk at the door. Windows get their places in the order of the list.
 */
export function plainPlan(windowCount: number): { plan: FloorPlan; places: PlanPoint[] } {
  const rows = windowCount > MAX_PER_ROW ? 2 : 1;
  const perRow = Math.max(6, Math.ceil(windowCount / rows));
  const width = (perRow + 2) * UNIT;
  const height = Math.max(5 * UNIT, Math.round(width * 0.45));
  const box = (x: number, y: number, w: number, h: number): PlanPoint[] => [
    { x, y },
    { x: x + w, y },
    { x: x + w, y: y + h },
    { x, y: y + h },
  ];
  const counterAt = (row: number) => (row === 0 ? UNIT * 1.6 : height - UNIT * 2);
  const places = Array.from({ length: windowCount }, (_, i) => {
    const row = Math.floor(i / perRow);
    return { x: UNIT * (1.5 + (i % perRow)), y: row === 0 ? UNIT : height - UNIT };
  });
  const door = rows === 1 ? { x: width / 2 - UNIT, y: height } : { x: 0, y: height / 2 };
  const plan = FloorPlan.parse({
    width,
    height,
    shapes: [
      { kind: 'wall', points: [...box(0, 0, width, height), { x: 0, y: 0 }], label: null },
      ...Array.from({ length: rows }, (_, row) => ({
        kind: 'counter' as const,
        points: box(UNIT, counterAt(row), perRow * UNIT, UNIT * 0.4),
        label: null,
      })),
      {
        kind: 'waiting',
        points: box(width * 0.2, height * 0.45, width * 0.6, height * (rows === 1 ? 0.3 : 0.16)),
        label: { zh: '等候区', en: 'Waiting area' },
      },
      {
        kind: 'entrance',
        points: [door, rows === 1 ? { x: door.x + 2 * UNIT, y: door.y } : { x: 0, y: door.y + 2 * UNIT }],
        label: { zh: '入口', en: 'Entrance' },
      },
      {
        kind: 'kiosk',
        points:
          rows === 1
            ? box(door.x + 2.4 * UNIT, height - 0.9 * UNIT, 0.6 * UNIT, 0.6 * UNIT)
            : box(0.3 * UNIT, door.y - 1 * UNIT, 0.6 * UNIT, 0.6 * UNIT),
        label: { zh: '取号机', en: 'Kiosk' },
      },
    ],
  } satisfies z.input<typeof FloorPlan>);
  return { plan, places };
}

/** Where the label of a shape stands and to which side it runs: inside what has room, beside doors and kiosks. */
export function labelSpot(
  shape: Pick<FloorPlan['shapes'][number], 'kind' | 'points'>,
  textSize: number,
): PlanPoint & { anchor: 'start' | 'middle' } {
  const box = boundsOf(shape.points.map(({ x, y }) => [x, y]))!;
  const middle = { x: (box.west + box.east) / 2, y: (box.south + box.north) / 2 };
  const baseline = textSize * 0.35;
  if (shape.kind !== 'kiosk' && shape.kind !== 'entrance')
    return { x: middle.x, y: middle.y + baseline, anchor: 'middle' };
  const isUpright = shape.kind === 'entrance' && box.north - box.south > box.east - box.west;
  if (isUpright) return { x: box.east + textSize * 0.6, y: middle.y + baseline, anchor: 'start' };
  return { x: middle.x, y: box.south - textSize * 0.6, anchor: 'middle' };
}

/** Width of the drawing: plans come in metres, pixels or anything, but text and lines want a common measure. */
export const DRAWN_WIDTH = 1000;

/** A hall's plan in the drawing's own units, with what stands on it. */
export interface DrawnPlan {
  width: number;
  height: number;
  /** Drawing units per plan unit. */
  scale: number;
  /** Width of a window's cell. */
  cell: number;
  image: FloorPlan['image'];
  shapes: FloorPlan['shapes'];
  terminals: FloorPlan['terminals'];
}

/** Brings a plan to the drawing's measure. */
export function drawnPlan(plan: FloorPlan, windows: readonly Pick<Window, 'place'>[]): DrawnPlan {
  const scale = DRAWN_WIDTH / plan.width;
  const places = windows.flatMap((w) => (w.place ? [scaled(w.place, scale)] : []));
  const size = { width: DRAWN_WIDTH, height: plan.height * scale };
  return {
    ...size,
    scale,
    cell: cellWidth(size, places),
    image: plan.image,
    shapes: plan.shapes.map((shape) => ({ ...shape, points: shape.points.map((point) => scaled(point, scale)) })),
    terminals: plan.terminals.map((terminal) => ({ ...terminal, at: scaled(terminal.at, scale) })),
  };
}

/** Windows that stand somewhere on the plan. */
export function placedWindows(windows: readonly Window[]): (Window & { place: PlanPoint })[] {
  return windows.filter((w): w is Window & { place: PlanPoint } => w.place !== null);
}

/** A point of the plan in drawing units. */
export function scaled(point: PlanPoint, scale: number): PlanPoint {
  return { x: point.x * scale, y: point.y * scale };
}
