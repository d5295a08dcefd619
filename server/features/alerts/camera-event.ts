import type { CameraEventParams } from '#contract/alerts.ts';
import type { CameraEvent } from '#contract/camera-events.ts';
import { ofCamera, subjectKey, type Condition, type Evaluate } from './condition.ts';

/**
 * Camera event 摄像机报警: a camera says by itself that someone covers it, that a contact closed, that something moves.
 *
 * A state lasts until the camera says that it is over. What has no duration (its message names no state) counts for the
 * hold time from when it was heard, and again from each time it is repeated.
 *
 * It is unknown while the camera is offline: that is an alert of its own, and the cause. What was raised before waits.
 */
export const cameraEvent: Evaluate<CameraEventParams> = ({ cameras, now }, { kinds, holdSec }, heldSince) => {
  const wanted = new Set<CameraEvent['kind']>(kinds);
  return cameras
    .filter(({ condition }) => condition.status !== 'off')
    .map(({ cameraId, condition, events }) => {
      const subject = ofCamera(cameraId);
      const spans = events.filter(({ kind }) => wanted.has(kind)).map((event) => spanOf(event, holdSec));
      const lasting = spans.filter(({ until }) => until > now).toSorted((a, b) => a.since - b.since);
      const first = lasting[0]?.event;
      return {
        subject,
        condition:
          condition.status === 'offline'
            ? { is: 'unknown' }
            : conditionOf(spans, lasting, heldSince(subjectKey(subject))),
        facts: { event: first?.kind ?? null, source: first?.source || null },
      };
    });
};

interface Span {
  event: CameraEvent;
  since: number;
  /** Infinity: until the camera says so. */
  until: number;
}

function spanOf(event: CameraEvent, holdSec: number): Span {
  const since = Date.parse(event.at);
  if (event.active === null) return { event, since, until: since + holdSec * 1000 };
  return { event, since, until: event.active ? Infinity : since };
}

function conditionOf(spans: Span[], lasting: Span[], heldSince: number | null): Condition {
  if (lasting.length === 0) return { is: 'absent', since: lastEnd(spans), beginsAt: null };
  const endsAt = Math.max(...lasting.map(({ until }) => until));
  const since = heldSince ?? lasting[0]!.since;
  return { is: 'present', since, armed: true, ...(endsAt < Infinity && { endsAt }) };
}

function lastEnd(spans: Span[]): number | null {
  return spans.length === 0 ? null : Math.max(...spans.map(({ until }) => until));
}
