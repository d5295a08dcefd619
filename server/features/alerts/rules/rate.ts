import { absent, absentUntil, presentUntil, type Condition } from '../condition.ts';

const HOUR_MS = 3600_000;

/** What happened within the hour: how often, and when first, epoch ms; Infinity: never. */
export interface Counted {
  count: number;
  first: number;
}

export function counted(times: readonly number[]): Counted {
  return { count: times.length, first: times[0] ?? Infinity };
}

/**
 * More than a share of what happened within an hour; too few say nothing. The share falls and rises by itself as what
 * happened comes to be an hour ago: it is looked at again then, over or not.
 *
 * @param all what counts
 * @param meant what is meant of it
 */
export function rateOver(
  all: Counted,
  meant: Counted,
  limit: { share: number; least: number },
  held: number | null,
  now: number,
): { condition: Condition; percent: number } {
  const share = all.count === 0 ? 0 : meant.count / all.count;
  const over = all.count >= limit.least && share > limit.share;
  const leavesAt = Math.min(all.first, meant.first) + HOUR_MS;
  const notOver = meant.count === 0 ? absent() : absentUntil(leavesAt);
  return { condition: over ? presentUntil(held ?? now, leavesAt) : notOver, percent: Math.round(share * 100) };
}
