import type { WaitOvertimeParams } from '#contract/alerts.ts';
import { epoch, ofQueue, secondsSince, type Condition, type Evaluate } from './condition.ts';
import { callersLost } from './waiting.ts';

/**
 * Wait overtime 等候超时: someone in the queue has waited longer than the first rung of the ladder.
 *
 * Since when: since that person took the ticket. When he is called, the next one in line takes his place and the count
 * goes on from that ticket; so a higher rung is reached only by someone who really waited so long. When it will begin
 * is known beforehand, from the ticket that waits longest: no one has to look every second.
 *
 * It is unknown while every caller that could call from this queue is lost: the people may long have been called, and a
 * network that is down would otherwise accuse every hall of letting people wait.
 */
export const waitOvertime: Evaluate<WaitOvertimeParams> = ({ hall, live, now }, params) => {
  const windows = new Map(live.windows.map((row) => [row.windowId, row]));
  const rows = new Map(live.queues.map((row) => [row.queueId, row]));
  const firstMs = params.ladder[0]!.afterSec * 1000;
  return hall.queues.map((queue) => {
    const row = rows.get(queue.id);
    const longestSince = epoch(row?.longestSince ?? null);
    const unknown = !row || callersLost(hall, queue.id, windows);
    return {
      subject: ofQueue(queue.id),
      condition: unknown ? { is: 'unknown' } : conditionOf(longestSince, firstMs, now),
      facts: { waiting: row?.waiting ?? null, longestWaitSec: secondsSince(longestSince, now) },
    };
  });
};

function conditionOf(longestSince: number | null, firstMs: number, now: number): Condition {
  if (longestSince === null) return { is: 'absent', since: null, beginsAt: null };
  if (now - longestSince < firstMs) return { is: 'absent', since: null, beginsAt: longestSince + firstMs };
  return { is: 'present', since: longestSince, armed: true };
}
