import { z } from 'zod';
import { Bilingual, CameraId, HallId, Instant, QueueId, RegionId, Ulid, WindowId } from './ids.ts';

/** Cells lie on so many columns and as many rows: a square of them has the shape of the screen. */
export const SCENE_GRID = 24;
export const MOST_CELLS = 36;
const MOST_TILES = 32;

/** The figures of a hall that fill a tile. */
export const SceneFigure = z.enum(['waiting', 'longest', 'windowsOpen', 'inside', 'terminalsLost']);
export type SceneFigure = z.infer<typeof SceneFigure>;

/**
 * What one tile shows. `hotspot` shows the camera that was chosen on the same screen, else the alert that it is of, else the most
 * urgent one: its camera live, what that saw before, its window and its queue.
 */
export const SceneTile = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('camera'), cameraId: CameraId }),
  z.object({ kind: z.literal('hotspot'), of: z.object({ alertId: Ulid, cameraId: CameraId }).nullish() }),
  z.object({ kind: z.literal('window'), hallId: HallId, windowId: WindowId }),
  z.object({ kind: z.literal('queue'), hallId: HallId, queueId: QueueId }),
  z.object({ kind: z.literal('plan'), hallId: HallId }),
  z.object({ kind: z.literal('map') }),
  /** Without a region, as with null: of everything. */
  z.object({ kind: z.literal('alerts'), regionId: RegionId.nullish() }),
  /** What lies below a region as tiles, the worst first. */
  z.object({ kind: z.literal('overview'), regionId: RegionId.nullable() }),
  z.object({ kind: z.literal('figure'), hallId: HallId, figure: SceneFigure }),
  /** Null: the zone of the first hall. */
  z.object({ kind: z.literal('clock'), hallId: HallId.nullable() }),
  z.object({ kind: z.literal('text'), text: z.string().trim().min(1).max(500) }),
]);
export type SceneTile = z.infer<typeof SceneTile>;
export type TileKind = SceneTile['kind'];

const edge = z.number().int().nonnegative();
const span = z.number().int().positive();

/** A rectangle on the grid. */
export const CellPlace = z.object({ x: edge, y: edge, w: span, h: span });
export type CellPlace = z.infer<typeof CellPlace>;

/** A place on the screen and what it shows, one tile after the other; none: it stays empty. */
export const SceneCell = CellPlace.extend({
  tiles: z.array(SceneTile).max(MOST_TILES),
  /** How long each tile stays where there are several. */
  everySec: z.number().int().min(3).max(3600).default(15),
  /** Stays at its first tile, whatever else is in it. */
  pinned: z.boolean().default(false),
}).refine(isInside, 'must lie within the grid');
export type SceneCell = z.infer<typeof SceneCell>;

/** Whether the place lies within the grid. */
export function isInside({ x, y, w, h }: CellPlace): boolean {
  return x >= 0 && y >= 0 && w >= 1 && h >= 1 && x + w <= SCENE_GRID && y + h <= SCENE_GRID;
}

export function overlaps(a: CellPlace, b: CellPlace): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

const Cells = z
  .array(SceneCell)
  .min(1)
  .max(MOST_CELLS)
  .refine((cells) => !cells.some((a, i) => cells.some((b, j) => j < i && overlaps(a, b))), 'cells must not overlap');

/** Stored scenes, and those that the house makes: one of each hall and of each region, and one over all of them. */
export const SceneId = z.string().regex(/^(scene-[0-9a-z]{26}|hall-[a-z0-9-]{1,64}|region-[a-z0-9-]{1,64}|overview)$/);
export const sceneOfHall = (hallId: string) => `hall-${hallId}`;
export const sceneOfRegion = (regionId: string) => `region-${regionId}`;
export const OVERVIEW_SCENE = 'overview';

const base = {
  /** Whoever makes one gives it one name, which then stands in both languages. */
  name: Bilingual,
  cells: Cells,
  /** Seen by everyone, or by its owner alone. */
  shared: z.boolean(),
};

/** A scene 场景: a named layout of the whole screen. */
export const Scene = z.object({
  id: SceneId,
  ...base,
  /** Username of who made it; null: the house itself, from what is there. */
  owner: z.string().nullable(),
  /** Its version; null where the house makes it. */
  updatedAt: Instant.nullable(),
});
export type Scene = z.infer<typeof Scene>;

export const SceneInput = z.object(base);
export type SceneInput = z.input<typeof SceneInput>;

/** Replaces the scene whole, if it is still the one that was seen. */
export const SceneChange = z.object({ ...base, updatedAt: Instant });
export type SceneChange = z.input<typeof SceneChange>;

export const SceneTemplate = z.enum(['1', '2x2', '3x3', '4x4', '1+5', '1+7', 'hotspot']);
export type SceneTemplate = z.infer<typeof SceneTemplate>;

/** The places of a template, the largest first, then row by row. */
export function templatePlaces(template: SceneTemplate): CellPlace[] {
  switch (template) {
    case '1':
      return even(1);
    case '2x2':
      return even(2);
    case '3x3':
      return even(3);
    case '4x4':
      return even(4);
    case '1+5':
      return around({ x: 0, y: 0, w: 16, h: 16 }, 8);
    case '1+7':
      return around({ x: 0, y: 0, w: 18, h: 18 }, 6);
    case 'hotspot':
      return around({ x: 6, y: 6, w: 12, h: 12 }, 6);
  }
}

function even(count: number): CellPlace[] {
  return squares(SCENE_GRID / count);
}

/** A large place, and the rest of the screen in squares of `size`. */
function around(large: CellPlace, size: number): CellPlace[] {
  return [large, ...squares(size).filter((place) => !overlaps(place, large))];
}

function squares(size: number): CellPlace[] {
  const steps = Array.from({ length: SCENE_GRID / size }, (_, i) => i * size);
  return steps.flatMap((y) => steps.map((x) => ({ x, y, w: size, h: size })));
}
