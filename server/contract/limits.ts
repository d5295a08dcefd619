import { z } from 'zod';
import { DayKind, LocalDate } from './calendar.ts';
import { Bilingual, Instant, Ulid } from './ids.ts';

/**
 * How an item counts its limits: `day`, whole working days from the day after acceptance; `second`, seconds of working
 * time from the moment of acceptance.
 */
export const Counting = z.enum(['day', 'second']);
export type Counting = z.infer<typeof Counting>;

const Stretch = z.object({ from: Instant, until: Instant });

/** One day of the trace of a limit: what it was, and how much of it counted. */
export const TraceDay = z.object({
  day: LocalDate,
  kind: DayKind,
  /** Of the holiday, where the notice names it. */
  name: Bilingual.nullable(),
  /** No notice covers the day yet 暂定. */
  provisional: z.boolean(),
  noticeId: Ulid.nullable(),
  /**
   * Why it counted as it did: the day of acceptance counts for no whole day; `idle`: a working day without working time
   * after acceptance; `part`: the clock stood for a part of it; `stopped`: for all of it.
   */
  because: z.enum(['accepted', 'not-working', 'idle', 'counted', 'part', 'stopped']),
  /** In the unit of the limit: a share of the day, or seconds. */
  counted: z.number(),
  /** Counted up to its end. */
  total: z.number(),
  hours: z.array(Stretch),
  /** Working time in which the clock stood. */
  stopped: z.array(Stretch),
});
export type TraceDay = z.infer<typeof TraceDay>;

/** When a limit ends, and how it was counted. */
export const CountedLimit = z.object({
  counting: Counting,
  count: z.number().int().min(0),
  /**
   * `due`: it ends at `at`. `stopped`: its clock stands since `at`, so that its end is not known. `unknown`: it cannot be
   * counted, as the opening hours are not known or no work is done for years from `at` on.
   */
  is: z.enum(['due', 'stopped', 'unknown']),
  at: Instant,
  /** A day on the way is taken for what its weekday says 暂定. */
  provisional: z.boolean(),
  trace: z.array(TraceDay),
});
export type CountedLimit = z.infer<typeof CountedLimit>;
