import { z } from 'zod';
import { CameraId, HallId, Instant, RegionId, Ulid } from './ids.ts';

/** A full picture of the largest cameras, as JPEG. */
const MOST_BYTES = 4 * 1024 * 1024;
/** In base 64, and what stands beside it. */
export const INSPECTION_BODY_BYTES = Math.ceil(MOST_BYTES / 3) * 4 + 64 * 1024;

/** What somebody saw on a camera and puts down 巡查记录. */
export const InspectionInput = z.object({
  cameraId: CameraId,
  /** When he saw it: the moment of the picture, not of the writing. */
  seenAt: Instant,
  note: z.string().trim().min(1).max(2000),
  /** JPEG, base 64: what stood on his screen, with masks where he sees them. */
  picture: z.base64().min(1),
});
export type InspectionInput = z.infer<typeof InspectionInput>;

export const Inspection = InspectionInput.omit({ picture: true }).extend({
  id: Ulid,
  hallId: HallId,
  regionId: RegionId,
  /** Of the picture as it came. */
  sha256: z.string(),
  madeAt: Instant,
  madeBy: z.string(),
  /** Orders and cards of which it is the ground. */
  led: z.array(z.object({ of: z.enum(['order', 'card']), id: Ulid, title: z.string() })),
});
export type Inspection = z.infer<typeof Inspection>;

export const InspectionsQuery = z.object({
  hallId: HallId.optional(),
  after: Ulid.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type InspectionsQuery = z.infer<typeof InspectionsQuery>;
/** The latest first. */
export const InspectionsAnswer = z.object({ inspections: z.array(Inspection), next: Ulid.nullable() });
export type InspectionsAnswer = z.infer<typeof InspectionsAnswer>;
