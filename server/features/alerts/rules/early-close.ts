import type { Timing } from '#contract/alert-rules.ts';
import { absent, epoch, secondsSince } from '../condition.ts';
import { aboutWindows } from '../rule-logic.ts';
import { presentWhileWaiting, waitingFor } from './waiting.ts';

/**
 * Early close 早退: a window that was open today closed before the timetable says so, while people wait for it.
 *
 * People waiting are a gate: it counts since the window closed, and tells as soon as somebody stands before it. Without a
 * timetable nobody can say what is early.
 */
export const earlyClose = aboutWindows<Timing>(({ window, row, view }) => {
  const { hours, now } = view;
  const waiting = waitingFor(window, view);
  const since = epoch(row.since);
  const early = row.state === 'closed' && hours?.open && since !== null && since > hours.from;
  return {
    condition: early ? presentWhileWaiting(since, waiting, now) : absent(since),
    facts: {
      waiting: waiting.people,
      longestWaitSec: secondsSince(waiting.longestSince, now),
      closesAt: hours?.open && hours.until !== null ? new Date(hours.until).toISOString() : null,
    },
  };
});
