import type { WindowUnattendedParams } from '#contract/alert-rules.ts';
import type { WindowLive } from '#contract/hall-state.ts';
import { absent, epoch, present, secondsSince, unknown, type Condition } from '../condition.ts';
import { aboutWindows } from '../rule-logic.ts';
import { presentWhileWaiting, waitingFor } from './waiting.ts';

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
 * shall not have to wait five more before anyone is told. Who is called at once by another window does not wait. So with `onlyWhileWaiting` and no one in its queues the absence
 * lasts and counts, but neither raises nor escalates; and a queue that empties does not clear an alert, since the clerk
 * is still away.
 *
 * It ends when the seat is taken, or when the window closes or pauses. It is unknown while there is no word from the
 * seat: an open alert stays as it is.
 */
export const windowUnattended = aboutWindows<WindowUnattendedParams>(({ window, row, view }, params, held) => {
  const other = unlessEmpty(row, held);
  if (other) return { condition: other, facts: {} };
  const since = held ?? Math.max(epoch(row.seatSince) ?? view.now, epoch(row.since) ?? view.now);
  const waiting = waitingFor(window, view);
  return {
    condition: params.onlyWhileWaiting ? presentWhileWaiting(since, waiting, view.now) : present(since),
    facts: {
      waiting: waiting.people,
      longestWaitSec: secondsSince(waiting.longestSince, view.now),
      ticketNo: row.ticketNo,
      staff: row.staff,
    },
  };
});

/** Null: the window is open and its seat empty. Since when it is otherwise matters only to an absence that was held. */
function unlessEmpty(row: WindowLive, held: number | null): Condition | null {
  if (!openStates.has(row.state)) return absent(held && epoch(row.since));
  if (row.seat === 'unknown') return unknown;
  return row.seat === 'occupied' ? absent(held && epoch(row.seatSince)) : null;
}
