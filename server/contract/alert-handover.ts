import { z } from 'zod';
import { Alert } from './alerts.ts';
import { Instant, Ulid } from './ids.ts';

export const HandoverInput = z.object({ note: z.string().trim().min(1).max(4000) });
export type HandoverInput = z.infer<typeof HandoverInput>;

/** Shift handover 交接班: a note for whoever comes next, with the alerts that were not closed at that moment. */
export const Handover = z.object({
  id: Ulid,
  at: Instant,
  by: z.string(),
  note: z.string(),
  /** As they were then. */
  alerts: z.array(Alert),
  takenAt: Instant.nullable(),
  takenBy: z.string().nullable(),
});
export type Handover = z.infer<typeof Handover>;
