import { z } from 'zod';
import { ForecastBand } from './forecast.ts';
import { HallId, Instant, QueueId, Ulid, WindowId } from './ids.ts';

/** `open`: open this window, for the sake of this queue. `lend`: let this idle window call from this queue while nobody waits in its own. */
export const AdvisedAction = z.object({ kind: z.enum(['open', 'lend']), windowId: WindowId, queueId: QueueId });
export type AdvisedAction = z.infer<typeof AdvisedAction>;

/**
 * The peak wait of a queue, seconds: the longest that anybody will have waited within the hour, called or not; if nothing
 * is done, if the advice is followed, and, once the hour is over, as it was.
 */
export const AdvicePeak = z.object({
  queueId: QueueId,
  without: ForecastBand,
  with: ForecastBand,
  happened: z.number().nullable(),
});
export type AdvicePeak = z.infer<typeof AdvicePeak>;

const Outlook = z.object({ without: ForecastBand, with: ForecastBand, load: z.number() });

/** One advice to a hall manager, kept with what came of it. */
export const Advice = z.object({
  id: Ulid,
  hallId: HallId,
  givenAt: Instant,
  /** When the hour is over that it speaks of. */
  horizonAt: Instant,
  action: AdvisedAction,
  /** Why: how the queue stood. `load` is how many windows the work to be expected within the hour keeps busy. */
  because: z.object({
    waiting: z.number().int(),
    longestSec: z.number(),
    staffedWindows: z.number().int(),
    load: z.number(),
  }),
  /** Every queue of the hall. */
  peaks: z.array(AdvicePeak),
  /** While it stands: the peak wait of its queue as it is to be expected by now, of both courses, and the load. It is not kept. */
  now: Outlook.nullable(),
  /** The same seed gives the same two courses. */
  seed: z.number().int(),
  runs: z.number().int(),
  /** How it ended: followed, no longer needed, not followed in time; null while it stands. */
  ended: z.enum(['taken', 'eased', 'expired']).nullable(),
  endedAt: Instant.nullable(),
  /** When what really happened was written beside it. */
  settledAt: Instant.nullable(),
});
export type Advice = z.infer<typeof Advice>;

/** `GET /api/halls/:id/advice`: the newest first. */
export const AdviceQuery = z.object({
  before: Instant.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** How far off the advice for one queue was; of those whose hour is over. Times in seconds. */
export const AdviceScore = z.object({
  queueId: QueueId,
  given: z.number().int(),
  taken: z.number().int(),
  settled: z.number().int(),
  /** Means of what was predicted for what was then done, of what happened, and of how far apart they lie. */
  predictedSec: z.number().nullable(),
  happenedSec: z.number().nullable(),
  errorSec: z.number().nullable(),
  /** Share of those that ended within the band of 10 to 90 %. */
  withinBand: z.number().nullable(),
});
export type AdviceScore = z.infer<typeof AdviceScore>;

/** `GET /api/halls/:id/advice/score`. */
export const AdviceScores = z.object({ hallId: HallId, days: z.number().int(), queues: z.array(AdviceScore) });
