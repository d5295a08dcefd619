import { z } from 'zod';
import { LocalDate } from './calendar.ts';
import { HallId, Instant, QueueId } from './ids.ts';

/** One queue in one hour of the day. Null: the hour has not begun, nobody was called in it, or no day like this one is known. */
export const HourOfDay = z.object({
  queueId: QueueId,
  issued: z.number().nullable(),
  typicalIssued: z.number().nullable(),
  /** Mean wait of those called, seconds. */
  waitSec: z.number().nullable(),
  typicalWaitSec: z.number().nullable(),
});
export type HourOfDay = z.infer<typeof HourOfDay>;

/** `GET /api/halls/:id/typical-day`: today by the hour, beside the mean of earlier days of this weekday and kind. */
export const TypicalDay = z.object({
  hallId: HallId,
  day: LocalDate,
  timeZone: z.string(),
  /** 1 Monday .. 7 Sunday. */
  weekday: z.number().int(),
  /** Earlier days of this weekday and kind (working, make-up, ...) within eight weeks. */
  likeDays: z.number().int(),
  /** From the first to the last hour in which anything was ever issued or called; ascending. */
  hours: z.array(z.object({ from: Instant, queues: z.array(HourOfDay) })),
});
export type TypicalDay = z.infer<typeof TypicalDay>;
