import { z } from 'zod';
import { CameraPurpose } from './cameras.ts';
import { CameraId, Instant } from './ids.ts';
import { LIVE_TOKENS_AT_ONCE } from './live.ts';

/** Why somebody looks at footage or takes it away 事由. */
export const Reason = z.string().trim().max(300);

/** Where a reason must be given. */
export const ViewingPolicy = z.object({
  /** For an export. */
  exportReason: z.boolean(),
  /** For footage older than so many days; null: for none. */
  oldFootageDays: z.number().int().min(0).max(3650).nullable(),
  /** For live pictures of cameras of these purposes. */
  liveReason: z.array(CameraPurpose).max(CameraPurpose.options.length).default([]),
  /** Over pictures of cameras of these purposes stand name and time of who watches. */
  watermark: z.array(CameraPurpose).max(CameraPurpose.options.length).default([]),
});
export type ViewingPolicy = z.infer<typeof ViewingPolicy>;

/** `POST /api/footage/reasons`: opens old footage of these days, of UTC, to the session that gives it. */
export const ViewingReason = z.object({
  from: Instant,
  until: Instant,
  reason: Reason.min(2),
});
export type ViewingReason = z.infer<typeof ViewingReason>;

/** `POST /api/live-reasons`: opens live pictures of these cameras to the session that gives it. */
export const LiveReason = z.object({
  cameraIds: z.array(CameraId).min(1).max(LIVE_TOKENS_AT_ONCE),
  reason: Reason.min(2),
});
export type LiveReason = z.infer<typeof LiveReason>;

/** The details of REASON_REQUIRED: what to give a reason for; null: the call itself takes one. */
export const ReasonWanted = z.object({ from: Instant, until: Instant }).nullable();
