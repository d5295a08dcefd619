import type { Timing } from '#contract/alert-rules.ts';
import { absent, epoch, present, secondsSince, type Condition } from '../condition.ts';
import type { Hours } from '../hall-hours.ts';
import { aboutWindows } from '../rule-logic.ts';
import { waitingFor } from './waiting.ts';

/**
 * Window never opened 空岗: the hall is open, and this window has been closed since before it opened.
 *
 * Since when: since the hall opened, in the morning as after its noon break. A window whose caller was never heard is not
 * in use and says nothing; one that was open and closed again is another rule's (early close).
 */
export const windowNeverOpened = aboutWindows<Timing>(({ window, row, view }) => {
  const { hours, now } = view;
  const { people, longestSince } = waitingFor(window, view);
  return {
    condition: closedSinceOpening(row.state === 'closed', epoch(row.since), hours),
    facts: { waiting: people, longestWaitSec: secondsSince(longestSince, now), opensAt: clockOf(hours) },
  };
});

function closedSinceOpening(closed: boolean, since: number | null, hours: Hours | null): Condition {
  if (!hours?.open || !closed) return absent(since);
  return since !== null && since > hours.from ? absent() : present(hours.from);
}

function clockOf(hours: Hours | null): string | null {
  return hours?.open ? new Date(hours.from).toISOString() : null;
}
