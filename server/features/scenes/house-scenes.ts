import type { Camera } from '#contract/cameras.ts';
import type { Hall, Region } from '#contract/places.ts';
import {
  OVERVIEW_SCENE,
  sceneOfHall,
  sceneOfRegion,
  type CellPlace,
  type Scene,
  type SceneCell,
  type SceneFigure,
  type SceneTile,
} from '#contract/scenes.ts';

/** Where the pictures of a scene of the house stand: three quarters of the screen, in its shape. */
const STAGE = 18;
const SIDE = { x: STAGE, w: 6 };
/** Under the pictures, as wide as these are together: six figures at most. */
const belowStage = (figures: number): CellPlace[] =>
  equalParts(Math.min(6, figures)).map(({ from, size }) => ({ x: from, y: STAGE, w: size, h: 6 }));
const purposes: readonly Camera['purpose'][] = ['public-area', 'window', 'back-office'];
const collator = new Intl.Collator('en', { numeric: true });

/** The scene of a hall, from what is there: its pictures, or its windows where it has none; queues, figures, alerts. */
export function hallScene(hall: Hall, cameras: readonly Camera[]): Scene {
  const pictures = cameras
    .filter(({ hallId, enabled }) => enabled && hallId === hall.id)
    .sort((a, b) => purposes.indexOf(a.purpose) - purposes.indexOf(b.purpose) || collator.compare(a.name, b.name))
    .map(({ id }): SceneTile => ({ kind: 'camera', cameraId: id }));
  const windows = hall.windows.map(({ id }): SceneTile => ({ kind: 'window', hallId: hall.id, windowId: id }));
  const queues = hall.queues.map(({ id }): SceneTile => ({ kind: 'queue', hallId: hall.id, queueId: id }));
  const figures = (['waiting', 'longest', 'windowsOpen', 'inside'] as const satisfies SceneFigure[]).map(
    (figure): SceneTile => ({ kind: 'figure', hallId: hall.id, figure }),
  );
  const corner: SceneTile[] = hall.floorPlan ? [{ kind: 'plan', hallId: hall.id }] : windows;
  const queuePlaces = queues.length > 1 ? [19, 14] : [19];
  return ours(sceneOfHall(hall.id), hall.name, [
    ...stage(pictures.length > 0 ? pictures : windows.length > 0 ? windows : [{ kind: 'map' }]),
    ...spread(
      figures,
      figures.map((_, i) => ({ x: 3 * i, y: STAGE, w: 3, h: 6 })),
    ),
    ...spread(corner, [{ x: 12, y: STAGE, w: 6, h: 6 }]),
    ...spread([{ kind: 'clock', hallId: hall.id }], [{ ...SIDE, y: 0, h: 2 }]),
    ...spread([{ kind: 'alerts' }], [{ ...SIDE, y: 2, h: (queues.length === 0 ? 24 : queuePlaces.at(-1)!) - 2 }]),
    ...spread(
      queues,
      queuePlaces.toReversed().map((y) => ({ ...SIDE, y, h: 5 })),
    ),
  ]);
}

/** Over all halls: the map, the alerts, and how many wait in each hall. */
export function overviewScene(halls: readonly Hall[]): Scene {
  const figures = halls.map(({ id }): SceneTile => ({ kind: 'figure', hallId: id, figure: 'waiting' }));
  const name = { zh: '大厅总览', en: 'All halls' };
  return ours(OVERVIEW_SCENE, name, [
    ...stage([{ kind: 'map' }]),
    ...spread(figures, belowStage(figures.length)),
    ...spread([{ kind: 'clock', hallId: null }], [{ ...SIDE, y: 0, h: 2 }]),
    ...spread([{ kind: 'alerts' }], [{ ...SIDE, y: 2, h: 22 }]),
  ]);
}

/** A region: what lies below it as tiles, its alerts, and how many wait in each of its halls. */
export function regionScene({ id, name }: Region, halls: readonly Hall[]): Scene {
  const figures = halls.map((hall): SceneTile => ({ kind: 'figure', hallId: hall.id, figure: 'waiting' }));
  return ours(sceneOfRegion(id), name, [
    ...stage([{ kind: 'overview', regionId: id }]),
    ...spread(figures, belowStage(figures.length)),
    ...spread([{ kind: 'clock', hallId: halls[0]?.id ?? null }], [{ ...SIDE, y: 0, h: 2 }]),
    ...spread([{ kind: 'alerts', regionId: id }], [{ ...SIDE, y: 2, h: 22 }]),
  ]);
}

/** The halls in a region and below it. */
export function hallsOf(regionId: string, halls: readonly Hall[], regions: readonly Region[]): Hall[] {
  const parentOf = new Map(regions.map(({ id, parentId }) => [id, parentId]));
  const isIn = (at: string | null): boolean => at !== null && (at === regionId || isIn(parentOf.get(at) ?? null));
  return halls.filter((hall) => isIn(hall.regionId));
}

function ours(id: string, name: Scene['name'], cells: SceneCell[]): Scene {
  return { id, name, cells, owner: null, shared: true, updatedAt: null };
}

/** As many pictures as four by four; what is beyond that takes turns in the last places. */
function stage(tiles: readonly SceneTile[]): SceneCell[] {
  const across = [1, 2, 3].find((count) => count * count >= tiles.length) ?? 4;
  const runs = equalParts(across);
  return spread(
    tiles,
    runs.flatMap((row) => runs.map((column) => ({ x: column.from, y: row.from, w: column.size, h: row.size }))),
  );
}

/** The stage in so many parts, as alike as whole columns or rows can be. */
function equalParts(count: number): { from: number; size: number }[] {
  const edges = Array.from({ length: count + 1 }, (_, i) => Math.round((i * STAGE) / count));
  return edges.slice(1).map((end, i) => ({ from: edges[i]!, size: end - edges[i]! }));
}

/** Deals the tiles out over the places; no place is left empty, and what is too much takes turns. */
function spread(tiles: readonly SceneTile[], places: readonly CellPlace[]): SceneCell[] {
  return places.slice(0, tiles.length).map((place, i) => ({
    ...place,
    tiles: tiles.filter((_, n) => n % places.length === i).slice(0, 32),
    everySec: 15,
    pinned: false,
  }));
}
