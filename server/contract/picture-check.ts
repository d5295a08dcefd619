import { z } from 'zod';
import { CameraId, Instant } from './ids.ts';
import { SeatSeen } from './seats.ts';

/** What can be wrong with a picture that comes (picture diagnosis 图像诊断). */
export const PictureFault = z.enum([
  'black',
  'over-exposed',
  'frozen',
  'blurred',
  'covered',
  'colour-cast',
  'moved',
  'noise',
]);
export type PictureFault = z.infer<typeof PictureFault>;

/** A reference view is confirmed for each light: a hall at night with its lamps off is not a black picture. */
export const ReferenceLight = z.enum(['day', 'lights-off']);
export type ReferenceLight = z.infer<typeof ReferenceLight>;

/** How a camera's picture is judged at present. Pictures are fetched at `/api/cameras/:id/picture-check/...jpg`. */
export const PictureVerdict = z.object({
  cameraId: CameraId,
  at: Instant,
  /** Empty: the picture is in order. Null: not judged, `why` says why not. */
  faults: z
    .array(
      z.object({
        fault: PictureFault,
        since: Instant,
        /** How sure, 0..1. */
        confidence: z.number(),
      }),
    )
    .nullable(),
  why: z.enum(['no-picture', 'moving', 'starting', 'switched-off']).nullable(),
  /** The light of the last look, and so the reference that it was compared with. */
  light: ReferenceLight.nullable(),
  /** Which reference views have been confirmed, and when. */
  references: z.array(z.object({ light: ReferenceLight, confirmedAt: Instant, confirmedBy: z.string() })),
  /** Views that were learnt from the first looks, as nobody has confirmed one yet. */
  learnt: z.array(ReferenceLight),
  /** Seats of windows that are watched in this picture. */
  seats: z.array(SeatSeen),
});
export type PictureVerdict = z.infer<typeof PictureVerdict>;

/** A fault of the past, or of now. Its picture when it began is at `.../picture-check/faults/:faultId.jpg`. */
export const PictureFaultRecord = z.object({
  id: z.number().int(),
  fault: PictureFault,
  light: ReferenceLight,
  since: Instant,
  until: Instant.nullable(),
  confidence: z.number(),
  hasPicture: z.boolean(),
});
export type PictureFaultRecord = z.infer<typeof PictureFaultRecord>;
