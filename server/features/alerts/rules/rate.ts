import { absent, absentUntil, presentUntil, type Condition } from '../condition.ts';

const HOUR_MS = 3600_000;

/**
 * More than a share of what happened within an hour; too few say nothing. The share falls and rises by itself as what
 * happened comes to be an hour ago: it is looked at again then, over or not.
 *
 * @param all when what counts happened within the hour, epoch ms, ascending
 * @param meant when what is meant of it did
 */
export function rateOver(
  all: readonly number[],
  meant: readonly number[],
  limit: { share: number; least: number },
  held: number | null,
  now: number,
): { condition: Condition; percent: number } {
  const share = all.length === 0 ? 0 : meant.length / all.length;
  const over = all.length >= limit.least && share > limit.share;
  const leavesAt = Math.min(all[0] ?? Infinity, meant[0] ?? Infinity) + HOUR_MS;
  const notOver = meant.length === 0 ? absent() : absentUntil(leavesAt);
  return { condition: over ? presentUntil(held ?? now, leavesAt) : notOver, percent: Math.round(share * 100) };
}
