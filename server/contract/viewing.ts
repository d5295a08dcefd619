import { z } from 'zod';
import { CameraPurpose } from './cameras.ts';
import { Instant } from './ids.ts';

/** Why somebody looks at footage or takes it away 事由. */
export const Reason = z.string().trim().max(300);

/** Where a reason must be given. */
export const ViewingPolicy = z.object({
  /** For an export. */
  exportReason: z.boolean(),
  /** For footage older than so many days; null: for none. */
  oldFootageDays: z.number().int().min(0).max(3650).nullable(),
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

/** The details of REASON_REQUIRED: what to give a reason for; null: the call itself takes one. */
export const ReasonWanted = z.object({ from: Instant, until: Instant }).nullable();
