import { rankOf, type Ladder } from '#contract/alert-rules.ts';
import type { Severity } from '#contract/ids.ts';
import type { Condition } from './condition.ts';

/** Where a subject stands with a rule. Times are epoch milliseconds. */
export type SubjectState =
  | { phase: 'normal' }
  /** The condition lasts, but not yet long enough. */
  | { phase: 'building'; since: number }
  | {
      phase: 'raised';
      since: number;
      severity: Severity;
      /** Since when the condition has been over; null while it lasts. */
      clearingSince: number | null;
    };

/** What the owner of the machine has to do. */
export type Effect =
  | { do: 'raise'; severity: Severity; since: number }
  | { do: 'climb'; severity: Severity }
  | { do: 'clear'; clearedAt: number };

export interface Step {
  state: SubjectState;
  effect: Effect | null;
  /** When to look again even if nothing happens; null: no need to. */
  dueAt: number | null;
}

/** How long a condition must last for each severity, and be over before the alert clears (hysteresis). */
export interface Timing {
  ladder: Ladder;
  clearAfterSec: number;
}

export const normal: SubjectState = { phase: 'normal' };

/**
 * The life of an alert: normal -> building -> raised -> normal. Severity only rises; a condition that comes back before
 * the alert cleared goes on as if it had never been away; an unknown one freezes a raised alert and forgets one that was
 * still building.
 */
export function step(state: SubjectState, condition: Condition, timing: Timing, now: number): Step {
  switch (condition.is) {
    case 'present':
      return onPresent(state, condition, timing.ladder, now);
    case 'absent':
      return onAbsent(state, condition, timing.clearAfterSec, now);
    case 'unknown':
      return {
        state: state.phase === 'raised' ? { ...state, clearingSince: null } : normal,
        effect: null,
        dueAt: null,
      };
  }
}

function onPresent(
  state: SubjectState,
  { since, armed, armsAt, endsAt }: Extract<Condition, { is: 'present' }>,
  ladder: Ladder,
  now: number,
): Step {
  const reached = ladder.findLast((rung) => since + rung.afterSec * 1000 <= now);
  const next = ladder.find((rung) => since + rung.afterSec * 1000 > now);
  const dueAt = [next && since + next.afterSec * 1000, armsAt, endsAt].reduce<number | null>(
    (first, at) => earlier(first, at ?? null),
    null,
  );
  const severity = armed ? reached?.severity : undefined;

  if (state.phase !== 'raised') {
    if (!severity) return { state: { phase: 'building', since }, effect: null, dueAt };
    return {
      state: { phase: 'raised', since, severity, clearingSince: null },
      effect: { do: 'raise', severity, since },
      dueAt,
    };
  }
  const higher = severity && rankOf(severity) > rankOf(state.severity) ? severity : null;
  return {
    state: { phase: 'raised', since, severity: higher ?? state.severity, clearingSince: null },
    effect: higher && { do: 'climb', severity: higher },
    dueAt,
  };
}

function onAbsent(
  state: SubjectState,
  { since, beginsAt }: Extract<Condition, { is: 'absent' }>,
  clearAfterSec: number,
  now: number,
): Step {
  if (state.phase !== 'raised') return { state: normal, effect: null, dueAt: beginsAt };
  const clearingSince = state.clearingSince ?? Math.min(since ?? now, now);
  const clearsAt = clearingSince + clearAfterSec * 1000;
  if (now >= clearsAt) return { state: normal, effect: { do: 'clear', clearedAt: clearingSince }, dueAt: beginsAt };
  return {
    state: { ...state, clearingSince },
    effect: null,
    dueAt: earlier(clearsAt, beginsAt),
  };
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}
