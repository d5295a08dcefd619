import { absent, presentUntil, type Condition } from '../condition.ts';

const HOUR_MS = 3600_000;

/**
 * More than a share of what happened within an hour; too few say nothing. It is otherwise by itself when the first of
 * it is an hour ago, and so looked at again then.
 *
 * @param all when what counts happened within the hour, epoch ms, ascending; `meant` of them are those that are meant
 */
export function rateOver(
  all: readonly number[],
  meant: number,
  limit: { share: number; least: number },
  held: number | null,
  now: number,
): { condition: Condition; percent: number } {
  const share = all.length === 0 ? 0 : meant / all.length;
  const over = all.length >= limit.least && share > limit.share;
  return {
    condition: over ? presentUntil(held ?? now, all[0]! + HOUR_MS) : absent(),
    percent: Math.round(share * 100),
  };
}
