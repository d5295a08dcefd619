import type { QueueOverflowParams } from '#contract/alert-rules.ts';
import { absent, present } from '../condition.ts';
import { aboutQueues } from '../rule-logic.ts';

/**
 * Queue overflow 排队拥挤: more people wait than the limit for each staffed window.
 *
 * A queue that nobody serves counts as one window's: the first person who waits before the hall opens is no crowd.
 *
 * Since when: since it was first seen. How full a queue was is not told by how it is, so after a restart without an open
 * alert the count begins later than it did, never earlier.
 */
export const queueOverflow = aboutQueues<QueueOverflowParams>(({ row, view }, { perWindow }, held) => {
  const { waiting, staffedWindows } = row;
  const overflows = waiting > perWindow * Math.max(1, staffedWindows);
  return { condition: overflows ? present(held ?? view.now) : absent(), facts: { waiting, staffedWindows } };
});
