import type { QueueOverflowParams } from '#contract/alerts.ts';
import type { QueueLive } from '#contract/hall-state.ts';
import { ofQueue, subjectKey, type Condition, type Evaluate } from './condition.ts';
import { callersLost } from './waiting.ts';

/**
 * Queue overflow 排队拥挤: more people wait than the limit for each staffed window.
 *
 * A queue that nobody serves counts as one window's: the first person who waits before the hall opens is no crowd.
 *
 * Since when: since it was first seen. How full a queue was is not told by how it is, so after a restart without an open
 * alert the count begins later than it did, never earlier. It is unknown while every caller of the queue is lost.
 */
export const queueOverflow: Evaluate<QueueOverflowParams> = ({ hall, live, now }, { perWindow }, heldSince) => {
  const windows = new Map(live.windows.map((row) => [row.windowId, row]));
  const rows = new Map(live.queues.map((row) => [row.queueId, row]));
  return hall.queues.map((queue) => {
    const subject = ofQueue(queue.id);
    const row = rows.get(queue.id);
    const unknown = !row || callersLost(hall, queue.id, windows);
    return {
      subject,
      condition: unknown ? { is: 'unknown' } : conditionOf(row, perWindow, heldSince(subjectKey(subject)) ?? now),
      facts: { waiting: row?.waiting ?? null, staffedWindows: row?.staffedWindows ?? null },
    };
  });
};

function conditionOf({ waiting, staffedWindows }: QueueLive, perWindow: number, since: number): Condition {
  const overflows = waiting > perWindow * Math.max(1, staffedWindows);
  return overflows ? { is: 'present', since, armed: true } : { is: 'absent', since: null, beginsAt: null };
}
