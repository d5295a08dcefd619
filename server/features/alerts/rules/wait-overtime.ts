import type { Timing } from '#contract/alert-rules.ts';
import { absent, absentUntil, epoch, present, secondsSince, type Condition } from '../condition.ts';
import { aboutQueues } from '../rule-logic.ts';

/**
 * Wait overtime 等候超时: someone in the queue has waited longer than the first rung of the ladder.
 *
 * Since when: since that person took the ticket. When he is called, the next one in line takes his place and the count
 * goes on from that ticket; so a higher rung is reached only by someone who really waited so long. When it will begin
 * is known beforehand, from the ticket that waits longest: no one has to look every second.
 */
export const waitOvertime = aboutQueues<Timing>(({ row, view }, { ladder }) => {
  const longestSince = epoch(row.longestSince);
  return {
    condition: conditionOf(longestSince, ladder[0]!.afterSec * 1000, view.now),
    facts: { waiting: row.waiting, longestWaitSec: secondsSince(longestSince, view.now) },
  };
});

function conditionOf(longestSince: number | null, firstMs: number, now: number): Condition {
  if (longestSince === null) return absent();
  return now - longestSince < firstMs ? absentUntil(longestSince + firstMs) : present(longestSince);
}
