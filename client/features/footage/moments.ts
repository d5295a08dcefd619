import { TimelineAnswer, type CameraTimeline, type TimelineGap } from '#contract/footage.ts';
import { api } from '../../api/http.ts';
import { gapAt } from './timeline/bars.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** How far on is looked for footage, in ever larger steps up to what the server answers at once. */
const STRIDES = [HOUR, DAY, 31 * DAY, 92 * DAY];

async function exactly(cameraIds: readonly string[], from: number, until: number, signal?: AbortSignal) {
  const query = new URLSearchParams({
    cameras: cameraIds.join(','),
    from: new Date(from).toISOString(),
    until: new Date(until).toISOString(),
  });
  return (await api.get(`/api/footage/timeline?${query}`, TimelineAnswer, signal)).cameras;
}

/** Why a camera has no footage at a moment; null where nobody knows. Throws an `ApiError`. */
export async function causeAt(
  cameraId: string,
  at: number,
  now: number,
  signal?: AbortSignal,
): Promise<TimelineGap | null> {
  const [row] = await exactly([cameraId], at - DAY, Math.min(at + DAY, now), signal);
  return row ? gapAt(row.gaps, at) : null;
}

/** When one of the cameras has footage again after `at`; null where none has until now. Throws an `ApiError`. */
export async function nextFootage(
  cameraIds: readonly string[],
  at: number,
  now: number,
  signal?: AbortSignal,
): Promise<number | null> {
  let from = at;
  for (const stride of STRIDES) {
    if (from >= now) return null;
    const until = Math.min(from + stride, now);
    const next = firstStart(await exactly(cameraIds, from, until, signal), at);
    if (next !== null) return next;
    from = until;
  }
  return null;
}

/** The earliest beginning after `at`; a span that is cut off at `at` has begun before. */
export function firstStart(rows: readonly CameraTimeline[], at: number): number | null {
  const starts = rows.flatMap(({ footage }) => footage.map(({ from }) => Date.parse(from))).filter((from) => from > at);
  return starts.length === 0 ? null : Math.min(...starts);
}
