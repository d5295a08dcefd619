import type { Camera } from '#contract/cameras.ts';
import type { FloorPlan, Hall, PlanImage, PlanPoint, PlanShape } from '#contract/places.ts';
import type { TerminalKind } from '#contract/mqtt.ts';

/** Where a camera stands and looks. */
export interface CameraPlace {
  place: PlanPoint | null;
  /** Degrees clockwise from up. */
  bearing: number | null;
}

/** A plan with everything that stands on it, as it is being changed. Never changed in place, so that each step can be undone. */
export interface PlanDraft {
  plan: FloorPlan;
  windows: Readonly<Record<string, PlanPoint | null>>;
  cameras: Readonly<Record<string, CameraPlace>>;
}

/** What is in hand. */
export type Picked =
  | { what: 'shape'; index: number }
  | { what: 'window' | 'camera'; id: string }
  | { what: 'terminal'; kind: TerminalKind; deviceId: string };

/** A hall without a plan starts with an empty one, forty by twenty of whatever the user measures in. */
const EMPTY: FloorPlan = { width: 4000, height: 2000, image: null, shapes: [], terminals: [] };

export function draftOf(hall: Hall, cameras: readonly Camera[]): PlanDraft {
  return {
    plan: hall.floorPlan ?? EMPTY,
    windows: Object.fromEntries(hall.windows.map(({ id, place }) => [id, place])),
    cameras: Object.fromEntries(cameras.map(({ id, place, bearing }) => [id, { place, bearing }])),
  };
}

/** The hall with the places of the draft. */
export function hallWith(hall: Hall, { plan, windows }: PlanDraft): Hall {
  return { ...hall, floorPlan: plan, windows: hall.windows.map((w) => ({ ...w, place: windows[w.id] ?? null })) };
}

/** Cameras whose place or direction is another than before. */
export function movedCameras(before: PlanDraft, after: PlanDraft): (CameraPlace & { id: string })[] {
  return Object.entries(after.cameras).flatMap(([id, now]) => {
    const was = before.cameras[id];
    const isSame = was?.bearing === now.bearing && was.place?.x === now.place?.x && was.place?.y === now.place?.y;
    return isSame ? [] : [{ id, ...now }];
  });
}

const withPlan = (draft: PlanDraft, change: Partial<FloorPlan>): PlanDraft => ({
  ...draft,
  plan: { ...draft.plan, ...change },
});

export const addShape = (draft: PlanDraft, shape: PlanShape): PlanDraft =>
  withPlan(draft, { shapes: [...draft.plan.shapes, shape] });

export const changeShape = (draft: PlanDraft, index: number, change: Partial<PlanShape>): PlanDraft =>
  withPlan(draft, { shapes: draft.plan.shapes.map((shape, i) => (i === index ? { ...shape, ...change } : shape)) });

/** A rectangle stays one: its neighbouring corners follow the one that is moved. */
export function moveCorner(draft: PlanDraft, index: number, corner: number, to: PlanPoint): PlanDraft {
  const { points } = draft.plan.shapes[index]!;
  const moved = points.map((point, i) => (i === corner ? to : point));
  if (isBox(points)) {
    const was = points[corner]!;
    points.forEach((point, i) => {
      if (i === corner) return;
      moved[i] = { x: point.x === was.x ? to.x : point.x, y: point.y === was.y ? to.y : point.y };
    });
  }
  return changeShape(draft, index, { points: moved });
}

function isBox(points: readonly PlanPoint[]): boolean {
  if (points.length !== 4) return false;
  return new Set(points.map(({ x }) => x)).size === 2 && new Set(points.map(({ y }) => y)).size === 2;
}

/** The four corners of a rectangle between two opposite ones. */
export function boxBetween(a: PlanPoint, b: PlanPoint): PlanPoint[] {
  return [a, { x: b.x, y: a.y }, b, { x: a.x, y: b.y }];
}

/** Moves whatever is in hand by so much. */
export function moveBy(draft: PlanDraft, picked: Picked, by: PlanPoint): PlanDraft {
  if (picked.what === 'shape') {
    const points = draft.plan.shapes[picked.index]!.points.map(({ x, y }) => ({ x: x + by.x, y: y + by.y }));
    return changeShape(draft, picked.index, { points });
  }
  const at = placeOf(draft, picked);
  return at ? putAt(draft, picked, { x: at.x + by.x, y: at.y + by.y }) : draft;
}

/** Where something stands; null where it stands nowhere, or is a shape. */
export function placeOf(draft: PlanDraft, picked: Picked): PlanPoint | null {
  switch (picked.what) {
    case 'shape':
      return null;
    case 'window':
      return draft.windows[picked.id] ?? null;
    case 'camera':
      return draft.cameras[picked.id]?.place ?? null;
    case 'terminal':
      return draft.plan.terminals.find((terminal) => isTerminal(terminal, picked))?.at ?? null;
  }
}

/** Puts something in its place; null takes it off the plan. A camera that is put looks up until it is turned. */
export function putAt(draft: PlanDraft, picked: Picked, at: PlanPoint | null): PlanDraft {
  switch (picked.what) {
    case 'shape':
      return draft;
    case 'window':
      return { ...draft, windows: { ...draft.windows, [picked.id]: at } };
    case 'camera': {
      const bearing = at ? (draft.cameras[picked.id]?.bearing ?? 0) : null;
      return { ...draft, cameras: { ...draft.cameras, [picked.id]: { place: at, bearing } } };
    }
    case 'terminal': {
      const others = draft.plan.terminals.filter((terminal) => !isTerminal(terminal, picked));
      const { kind, deviceId } = picked;
      return withPlan(draft, { terminals: at ? [...others, { kind, deviceId, at }] : others });
    }
  }
}

const isTerminal = (a: { kind: string; deviceId: string }, b: { kind: string; deviceId: string }) =>
  a.kind === b.kind && a.deviceId === b.deviceId;

export function turnCamera(draft: PlanDraft, id: string, bearing: number): PlanDraft {
  const place = draft.cameras[id]?.place ?? null;
  return { ...draft, cameras: { ...draft.cameras, [id]: { place, bearing: (bearing + 360) % 360 } } };
}

/** A shape is removed, anything else goes back among what stands nowhere. */
export function remove(draft: PlanDraft, picked: Picked): PlanDraft {
  if (picked.what !== 'shape') return putAt(draft, picked, null);
  return withPlan(draft, { shapes: draft.plan.shapes.filter((_, i) => i !== picked.index) });
}

/** Puts a picture under the plan. The plan takes its proportions: everything on it is stretched with it. */
export function setImage(draft: PlanDraft, image: PlanImage | null): PlanDraft {
  if (!image) return withPlan(draft, { image });
  const height = Math.round((draft.plan.width * image.height) / image.width);
  return withPlan(stretched(draft, height / draft.plan.height), { image, height });
}

function stretched(draft: PlanDraft, factor: number): PlanDraft {
  const of = ({ x, y }: PlanPoint): PlanPoint => ({ x, y: y * factor });
  const { plan, windows, cameras } = draft;
  return {
    plan: {
      ...plan,
      shapes: plan.shapes.map((shape) => ({ ...shape, points: shape.points.map(of) })),
      terminals: plan.terminals.map((terminal) => ({ ...terminal, at: of(terminal.at) })),
    },
    windows: Object.fromEntries(Object.entries(windows).map(([id, at]) => [id, at && of(at)])),
    cameras: Object.fromEntries(
      Object.entries(cameras).map(([id, { place, bearing }]) => [id, { place: place && of(place), bearing }]),
    ),
  };
}

/** The grid that points snap to: a round number, about a two-hundredth of the plan. */
export function gridStep(plan: Pick<FloorPlan, 'width'>): number {
  const rough = plan.width / 200;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((n) => n * power).find((step) => step >= rough)!;
}

/** A point on the grid and inside the plan. */
export function snapped({ x, y }: PlanPoint, plan: FloorPlan, step: number): PlanPoint {
  const on = (value: number, size: number) =>
    Number(Math.min(size, Math.max(0, Math.round(value / step) * step)).toFixed(6));
  return { x: on(x, plan.width), y: on(y, plan.height) };
}
