import type { Alert } from '#contract/alerts.ts';
import type { CameraEvent } from '#contract/camera-events.ts';
import type { CameraCondition } from '#contract/cameras.ts';
import type { HallLive } from '#contract/hall-state.ts';
import type { Hall } from '#contract/places.ts';

/** What a rule is about: one window, one queue or one camera of a hall; none of them: the hall itself. */
export interface Subject {
  windowId: string | null;
  queueId: string | null;
  cameraId: string | null;
}

export const ofHall: Subject = { windowId: null, queueId: null, cameraId: null };
export const ofWindow = (windowId: string): Subject => ({ windowId, queueId: null, cameraId: null });
export const ofQueue = (queueId: string): Subject => ({ windowId: null, queueId, cameraId: null });
export const ofCamera = (cameraId: string): Subject => ({ windowId: null, queueId: null, cameraId });

/** Names a subject within its hall. */
export function subjectKey({ windowId, queueId, cameraId }: Subject): string {
  if (windowId !== null) return `window:${windowId}`;
  if (queueId !== null) return `queue:${queueId}`;
  return cameraId !== null ? `camera:${cameraId}` : 'hall';
}

/** How it stands with the condition of a rule. Times are epoch milliseconds. */
export type Condition =
  | {
      is: 'present';
      since: number;
      /** False: it lasts and counts, but raises and escalates nothing just now. */
      armed: boolean;
      /** When it will be over if nothing happens until then; without it, only something new can end it. */
      endsAt?: number;
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

/** A camera of a hall: how it is, and the last that each of its sources said. */
export interface CameraView {
  cameraId: string;
  condition: CameraCondition;
  events: readonly CameraEvent[];
}

/** What an evaluator sees of a hall. */
export interface HallView {
  hall: Hall;
  live: HallLive;
  cameras: readonly CameraView[];
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
