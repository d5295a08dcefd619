import type { Rung } from '#contract/registers.ts';
import type { Counting } from '#contract/limits.ts';
import { LimitClock, type Ending } from './limits/limit-clock.ts';
import type { Stop } from './limits/stops.ts';
import type { WorkTime } from './limits/work-time.ts';

/** What a clock counts: a case, or a special procedure within one. Times are epoch ms. */
export interface Counted {
  acceptedAt: number;
  finishedAt: number | null;
  counting: Counting;
  promised: number;
  statutory: number;
  stops: readonly Stop[];
  rungs: readonly Rung[];
  /** Grows with gravity. */
  rankOf(level: string): number;
  time: WorkTime;
}

export interface Judged {
  promised: Ending;
  statutory: Ending;
  /** The gravest level reached by now, or by the end; null: in order. */
  level: string | null;
  /** The rung by which it was reached, and when. */
  reached: { rung: Rung; ending: Ending } | null;
  /** When the level may rise next; null: not before something happens. */
  nextDueAt: number | null;
}

export function clockOf({ acceptedAt, counting, stops, time }: Counted): LimitClock {
  return new LimitClock({ acceptedAt, counting, stops, time });
}

/**
 * Where a case stands at `now` by the rules of its type. What ends at an instant is late after it: a level is due one
 * millisecond later. A case that is over is judged by its end.
 */
export function judge(counted: Counted, now: number): Judged {
  const clock = clockOf(counted);
  const until = counted.finishedAt ?? now;
  const ends = { promised: clock.ending(counted.promised), statutory: clock.ending(counted.statutory) };
  let reached: Judged['reached'] = null;
  let nextDueAt: number | null = null;
  for (const rung of counted.rungs) {
    const ending = rung.afterDays === 0 ? ends[rung.of] : clock.ending(counted[rung.of], rung.afterDays);
    if (ending.is !== 'due') continue;
    if (ending.at < until) {
      if (!reached || counted.rankOf(rung.level) > counted.rankOf(reached.rung.level)) reached = { rung, ending };
    } else if (counted.finishedAt === null) nextDueAt = Math.min(nextDueAt ?? Infinity, ending.at + 1);
  }
  return {
    ...ends,
    level: reached?.rung.level ?? null,
    reached,
    nextDueAt,
  };
}
