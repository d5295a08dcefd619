import type { CameraEventParams } from '#contract/alert-rules.ts';
import type { CameraEvent } from '#contract/camera-events.ts';
import { absent, presentUntil, unknown, type Condition } from '../condition.ts';
import { aboutCameras } from '../rule-logic.ts';

/**
 * Camera event 摄像机报警: a camera says by itself that someone covers it, that a contact closed, that something moves.
 *
 * A state lasts until the camera says that it is over. What has no duration (its message names no state) counts for the
 * hold time from when it was heard, and again from each time it is repeated.
 *
 * It is unknown while the camera is offline: that is an alert of its own, and the cause. What was raised before waits.
 */
export const cameraEvent = aboutCameras<CameraEventParams>(({ camera, view }, { kinds, holdSec }, held) => {
  const wanted = new Set<CameraEvent['kind']>(kinds);
  const spans = camera.events.filter(({ kind }) => wanted.has(kind)).map((event) => spanOf(event, holdSec));
  const lasting = spans.filter(({ until }) => until > view.now).toSorted((a, b) => a.since - b.since);
  const first = lasting[0]?.event;
  return {
    condition: camera.condition.status === 'offline' ? unknown : conditionOf(spans, lasting, held),
    facts: { event: first?.kind ?? null, source: first?.source || null },
  };
});

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

function conditionOf(spans: Span[], lasting: Span[], held: number | null): Condition {
  if (lasting.length === 0) return absent(lastEnd(spans));
  return presentUntil(held ?? lasting[0]!.since, Math.max(...lasting.map(({ until }) => until)));
}

function lastEnd(spans: Span[]): number | null {
  return spans.length === 0 ? null : Math.max(...spans.map(({ until }) => until));
}
