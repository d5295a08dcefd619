import { z } from 'zod';
import { ProfileRole } from '#contract/cameras.ts';
import { CameraId, Ulid } from '#contract/ids.ts';
import { box } from '../fmp4/box.ts';

/** 1f0e9a2c-6b7d-5c38-8f5e-48414c4c5741: a box of ours (ISO/IEC 14496-12, 11.1); players pass it over. */
const NOTE_ID = Buffer.from('1f0e9a2c6b7d5c388f5e48414c4c5741', 'hex');

/** What a file says of itself besides its pictures, so that its row can be made from it alone. */
export const SegmentNote = z.object({
  camera: CameraId,
  role: ProfileRole,
  run: Ulid,
  number: z.number().int().nonnegative(),
  /** Epoch ms of its first picture. */
  startedAt: z.number(),
  /** The camera's clock minus ours; null where the camera does not tell. */
  clockOffsetMs: z.number().nullable(),
});
export type SegmentNote = z.infer<typeof SegmentNote>;

/** The box that stands between the initialisation segment and the first fragment. */
export function noteBox(note: SegmentNote): Buffer {
  return box('uuid', NOTE_ID, Buffer.from(JSON.stringify(note)));
}

/** Reads the content of a `uuid` box; null for one that is not ours. */
export function readNote(content: Buffer): SegmentNote | null {
  if (!content.subarray(0, 16).equals(NOTE_ID)) return null;
  try {
    return SegmentNote.parse(JSON.parse(content.toString('utf8', 16)));
  } catch {
    return null;
  }
}
