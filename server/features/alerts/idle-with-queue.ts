import type { IdleWithQueueParams } from '#contract/alerts.ts';
import type { WindowLive } from '#contract/hall-state.ts';
import { epoch, ofWindow, secondsSince, subjectKey, type Condition, type Evaluate } from './condition.ts';
import { windowsOf, type Waiting } from './waiting.ts';

/**
 * Idle with queue 有人等候未叫号: a window is open and calls nobody while people wait in one of its queues.
 *
 * Since when: the later of "the window became idle" and "someone has waited". Whoever waits longest may be called by
 * another window, and the next in line came later; people have waited all the while, so the beginning is held. A window
 * that called someone in between begins anew.
 *
 * It is unknown while the caller is lost, and while the seat is empty: that no one sits there is an alert of its own, and
 * the cause of this one.
 */
export const idleWithQueue: Evaluate<IdleWithQueueParams> = ({ hall, live, now }, _params, heldSince) => {
  return windowsOf(hall, live).map(({ window, row, waiting }) => {
    const subject = ofWindow(window.id);
    return {
      subject,
      condition: conditionOf(row, waiting, heldSince(subjectKey(subject)), now),
      facts: {
        waiting: waiting.people,
        longestWaitSec: secondsSince(waiting.longestSince, now),
        staff: row?.staff ?? null,
      },
    };
  });
};

function conditionOf(row: WindowLive | undefined, waiting: Waiting, heldSince: number | null, now: number): Condition {
  if (!row || row.stale || row.state === 'unknown') return { is: 'unknown' };
  if (row.state !== 'idle') return { is: 'absent', since: epoch(row.since), beginsAt: null };
  if (row.seat === 'empty') return { is: 'unknown' };
  if (waiting.people === 0) return { is: 'absent', since: null, beginsAt: null };
  const waited = heldSince ?? waiting.longestSince ?? now;
  return { is: 'present', since: Math.max(epoch(row.since) ?? now, waited), armed: true };
}
