import type { Advice, AdvisedAction } from '#contract/advice.ts';
import type { Choice, Judged } from './choice.ts';

/** An advice that nobody follows for so long is over. */
export const STANDS_MS = 15 * 60_000;
/** Nor is one taken back sooner than this: what changes every minute advises nobody. */
const STANDS_AT_LEAST_MS = 3 * 60_000;
/** For so long after one is over, nothing is advised that contradicts it. */
export const QUIET_MS = 15 * 60_000;

export type Ended = NonNullable<Advice['ended']>;

/** An advice as far as it decides about the next. */
export interface Given {
  action: AdvisedAction;
  /** Epoch ms. */
  givenAt: number;
  ended: Ended | null;
  endedAt: number | null;
}

/** What becomes of the advice that stands, and what is advised now. One at a time: the next comes when it is over. */
export interface Step {
  end: Ended | null;
  give: Judged | null;
}

export function nextStep(standing: Given | null, choice: Choice, now: number): Step {
  if (standing === null) return { end: null, give: choice.best };
  const age = now - standing.givenAt;
  if (age >= STANDS_MS) return { end: 'expired', give: null };
  return { end: !choice.standingHolds && age >= STANDS_AT_LEAST_MS ? 'eased' : null, give: null };
}

/**
 * Whether an advice would contradict a recent one: it wants something else of the same window, the same again right after it was
 * no longer needed, or lends a window out of a queue that was to be helped. What nobody followed may be said again.
 */
export function isBarred(
  action: AdvisedAction,
  recent: readonly Given[],
  { now, queuesOf }: { now: number; queuesOf: (windowId: string) => readonly string[] },
): boolean {
  return recent.some(({ action: before, ended, endedAt }) => {
    if (endedAt !== null && now - endedAt >= QUIET_MS) return false;
    const isSame = before.kind === action.kind && before.queueId === action.queueId;
    if (before.windowId === action.windowId) return !(isSame && ended === 'expired');
    return action.kind === 'lend' && queuesOf(action.windowId).includes(before.queueId);
  });
}
