import { z } from 'zod';
import { Bilingual, DeviceId, HallId, QueueId, RegionId, WindowId } from './ids.ts';
import { TerminalKind } from './mqtt.ts';

/** A point on a floor plan, in the plan's own units (origin top left). */
export const PlanPoint = z.object({ x: z.number(), y: z.number() });
export type PlanPoint = z.infer<typeof PlanPoint>;

/** Region 行政区划, a node of the tree province > city > county > township. */
export const Region = z.object({
  id: RegionId,
  /** GB/T 2260 code. */
  code: z.string().regex(/^\d{6,12}$/),
  name: Bilingual,
  parentId: RegionId.nullable(),
  /** Rings of [longitude, latitude]: the outline that the map draws when there are no tiles. */
  outline: z.array(z.array(z.tuple([z.number(), z.number()]))).nullable(),
});
export type Region = z.infer<typeof Region>;

/** A region and all above it, lowest first. */
export function regionsAbove(regionId: string, parentOf: (regionId: string) => string | null | undefined): string[] {
  const above: string[] = [];
  for (let at: string | null = regionId; at !== null; at = parentOf(at) ?? null) above.push(at);
  return above;
}

/** Queue 队列 feeds windows. */
export const Queue = z.object({
  id: QueueId,
  name: Bilingual,
  /** The wait that the hall promises, seconds. */
  targetWaitSec: z.number().int().positive().default(900),
});
export type Queue = z.infer<typeof Queue>;

export const Window = z.object({
  id: WindowId,
  /** What stands above the window: "07". */
  label: z.string().min(1).max(8),
  name: Bilingual,
  queueIds: z.array(QueueId),
  place: PlanPoint.nullable(),
});
export type Window = z.infer<typeof Window>;

export const PlanShape = z.object({
  kind: z.enum(['wall', 'counter', 'waiting', 'entrance', 'kiosk', 'room']),
  points: z.array(PlanPoint).min(2).max(200),
  label: Bilingual.nullable().default(null),
  /** Of a waiting area: the queues whose people wait here. */
  queueIds: z.array(QueueId).default([]),
});
export type PlanShape = z.infer<typeof PlanShape>;

/** A picture under a plan, drawn over its whole size; kept by what it is. */
export const PlanImage = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Its size in pixels. */
  width: z.number().int().positive(),
  height: z.number().int().positive(),
});
export type PlanImage = z.infer<typeof PlanImage>;
export const PLAN_IMAGE_TYPES = ['image/png', 'image/jpeg'] as const;
export const PLAN_IMAGE_BYTES = 8 * 1024 * 1024;

/** A floor plan: its size and what stands still on it, in its own units; drawn, over a picture, or both. */
export const FloorPlan = z.object({
  width: z.number().positive(),
  height: z.number().positive(),
  image: PlanImage.nullable().default(null),
  shapes: z.array(PlanShape).max(2000),
  /** Terminals that stand somewhere by themselves; those of a window stand with it. */
  terminals: z.array(z.object({ kind: TerminalKind, deviceId: DeviceId, at: PlanPoint })).default([]),
});
export type FloorPlan = z.infer<typeof FloorPlan>;

/** Hall 大厅 with its windows and queues. */
export const Hall = z.object({
  id: HallId,
  regionId: RegionId,
  name: Bilingual,
  address: z.string().max(200).default(''),
  longitude: z.number().min(-180).max(180).nullable(),
  latitude: z.number().min(-90).max(90).nullable(),
  /** People the hall may hold. */
  capacity: z.number().int().positive().default(200),
  timeZone: z.string().default('Asia/Shanghai'),
  floorPlan: FloorPlan.nullable(),
  queues: z.array(Queue),
  windows: z.array(Window),
});
export type Hall = z.infer<typeof Hall>;
/** What a client sends: fields with defaults may be left out. */
export type HallInput = z.input<typeof Hall>;
