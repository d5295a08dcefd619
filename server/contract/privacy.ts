import { z } from 'zod';
import { CameraId } from './ids.ts';

const Share = z.number().min(0).max(1);

/** A part of a camera's picture that is covered, as shares of its width and height from the upper left. */
export const MaskRegion = z
  .object({ x: Share, y: Share, width: Share.min(0.005), height: Share.min(0.005) })
  .refine(({ x, y, width, height }) => x + width <= 1.0001 && y + height <= 1.0001, 'reaches out of the picture');
export type MaskRegion = z.infer<typeof MaskRegion>;

/** What is said of a camera to whoever watches by it, and what he does not see. */
export const CameraPrivacyInput = z.object({
  /** Why it watches what it watches; empty: as cameras of its kind do. */
  purpose: z.string().trim().max(200),
  regions: z.array(MaskRegion).max(20),
});
export type CameraPrivacyInput = z.infer<typeof CameraPrivacyInput>;

/** `GET /api/privacy/cameras`: those of which something is said. */
export const CameraPrivacy = CameraPrivacyInput.extend({
  cameraId: CameraId,
  /** Whoever asks sees its pictures with these parts covered. */
  covered: z.boolean(),
});
export type CameraPrivacy = z.infer<typeof CameraPrivacy>;
