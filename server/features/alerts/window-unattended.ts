import type { WindowUnattendedParams } from '#contract/alerts.ts';
import type { WindowLive } from '#contract/hall-state.ts';
import { epoch, ofWindow, secondsSince, subjectKey, type Condition, type Evaluate } from './condition.ts';
import { windowsOf } from './waiting.ts';

const openStates: ReadonlySet<WindowLive['state']> = new Set(['idle', 'calling', 'serving']);

/**
 * Window unattended 离岗: the caller says the window is open, the seat sensor says no one sits there.
 *
 * Since when: the later of the two facts, "seat empty" and "window open". A seat that was empty all night makes no
 * absence before the window opened, nor does a window that has been open since nine before its clerk left at ten. The
 * caller tells only since when its present state holds, and an empty window may still go from idle to calling; so once
 * the absence lasts, its beginning is held and not moved by that. After a restart without an open alert the count may
 * therefore begin later than it did, never earlier.
 *
 * People waiting are a gate, not part of the duration: whoever comes to a window that has stood empty for eight minutes
 * shall not have to wait five more before anyone is told. So with `onlyWhileWaiting` and no one in its queues the absence
 * lasts and counts, but neither raises nor escalates; and a queue that empties does not clear an alert, since the clerk
 * is still away.
 *
 * It ends when the seat is taken, or when the window closes or pauses. It is unknown while the caller is lost (its last
 * state may be long past) or there is no word from the seat: an open alert stays as it is.
 */
export const windowUnattended: Evaluate<WindowUnattendedParams> = ({ hall, live, now }, params, heldSince) => {
  return windowsOf(hall, live).map(({ window, row, waiting }) => {
    const subject = ofWindow(window.id);
    const armed = !params.onlyWhileWaiting || waiting.people > 0;
    return {
      subject,
      condition: conditionOf(row, armed, heldSince(subjectKey(subject)), now),
      facts: {
        waiting: waiting.people,
        longestWaitSec: secondsSince(waiting.longestSince, now),
        ticketNo: row?.ticketNo ?? null,
        staff: row?.staff ?? null,
      },
    };
  });
};

function conditionOf(row: WindowLive | undefined, armed: boolean, heldSince: number | null, now: number): Condition {
  if (!row || row.stale || row.state === 'unknown') return { is: 'unknown' };
  if (!openStates.has(row.state)) return { is: 'absent', since: epoch(row.since), beginsAt: null };
  if (row.seat === 'unknown') return { is: 'unknown' };
  if (row.seat === 'occupied') return { is: 'absent', since: epoch(row.seatSince), beginsAt: null };
  const since = heldSince ?? Math.max(epoch(row.seatSince) ?? now, epoch(row.since) ?? now);
  return { is: 'present', since, armed };
}
