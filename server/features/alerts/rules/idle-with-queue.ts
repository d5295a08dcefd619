import type { Timing } from '#contract/alert-rules.ts';
import type { WindowLive } from '#contract/hall-state.ts';
import { absent, epoch, present, secondsSince, unknown, type Condition } from '../condition.ts';
import { aboutWindows } from '../rule-logic.ts';
import { waitingFor, type Waiting } from './waiting.ts';

/**
 * Idle with queue 有人等候未叫号: a window is open and calls nobody while people wait in one of its queues.
 *
 * Since when: the later of "the window became idle" and "someone has waited". Whoever waits longest may be called by
 * another window, and the next in line came later; people have waited all the while, so the beginning is held. A window
 * that called someone in between begins anew.
 *
 * It is unknown while the seat is empty: that no one sits there is an alert of its own, and the cause of this one. It counts from when the clerk is back.
 */
export const idleWithQueue = aboutWindows<Timing>(
  ({ window, row, view }, _params, held) => {
    const waiting = waitingFor(window, view);
    return {
      condition: conditionOf(row, waiting, held, view.now),
      facts: {
        waiting: waiting.people,
        longestWaitSec: secondsSince(waiting.longestSince, view.now),
        staff: row.staff,
      },
    };
  },
  { minds: 'waiting' },
);

function conditionOf(row: WindowLive, waiting: Waiting, held: number | null, now: number): Condition {
  if (row.state !== 'idle') return absent(epoch(row.since));
  if (row.seat === 'empty') return unknown;
  if (waiting.people === 0) return absent();
  const seated = row.seat === 'occupied' ? (epoch(row.seatSince) ?? 0) : 0;
  return present(Math.max(epoch(row.since) ?? now, seated, held ?? waiting.longestSince ?? now));
}
