import type { Alert } from '#contract/alerts.ts';
import type { HallLive } from '#contract/hall-state.ts';
import type { Hall } from '#contract/places.ts';

/** What a rule is about: one window or one queue of a hall. */
export interface Subject {
  windowId: string | null;
  queueId: string | null;
}

/** Names a subject within its hall. */
export function subjectKey({ windowId, queueId }: Subject): string {
  return windowId === null ? `queue:${queueId}` : `window:${windowId}`;
}

/** How it stands with the condition of a rule. Times are epoch milliseconds. */
export type Condition =
  | {
      is: 'present';
      since: number;
      /** False: it lasts and counts, but raises and escalates nothing just now. */
      armed: boolean;
    }
  | {
      is: 'absent';
      /** When it ended, where that is known. */
      since: number | null;
      /** When it will begin if nothing happens until then; null: only something new can begin it. */
      beginsAt: number | null;
    }
  /** No one can tell. That is not normal: it clears nothing, and raises nothing. */
  | { is: 'unknown' };

export interface Finding {
  subject: Subject;
  condition: Condition;
  /** Numbers for the message, as they are now. */
  facts: Alert['facts'];
}

/** What an evaluator sees of a hall. */
export interface HallView {
  hall: Hall;
  live: HallLive;
  now: number;
}

/**
 * A rule kind: a pure function of a hall, that says how it stands with every subject.
 *
 * @param heldSince since when the condition of a subject (by its key) has been held to last; null where it is not
 */
export type Evaluate<Params> = (
  view: HallView,
  params: Params,
  heldSince: (subjectKey: string) => number | null,
) => Finding[];

export function epoch(instant: string | null): number | null {
  return instant === null ? null : Date.parse(instant);
}

/** Whole seconds from an instant (epoch ms) to now, or null where there is no instant. */
export function secondsSince(since: number | null, now: number): number | null {
  return since === null ? null : Math.max(0, Math.round((now - since) / 1000));
}
