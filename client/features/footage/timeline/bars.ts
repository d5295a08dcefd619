import type { CameraTimeline, GapCause, TimelineGap } from '#contract/footage.ts';
import { toX, type View } from './time-scale.ts';

/** From one x to another, px. */
export interface Bar {
  x: number;
  width: number;
}
export interface FootageBar extends Bar {
  held: boolean;
}
/** `expected`: nobody wanted footage there; else something went wrong. */
export interface GapBar extends Bar {
  expected: boolean;
}

/** Gaps that somebody decided on. The rest are faults. */
const decided: ReadonlySet<GapCause> = new Set(['not-planned', 'schedule', 'camera-disabled', 'removed']);
export const isExpected = (cause: GapCause): boolean => decided.has(cause);

/** A fault is seen even where it is shorter than a pixel. */
const FAULT_PX = 2;

interface Span {
  from: string;
  until: string;
}

function clipped(span: Span, view: View, width: number): Bar | null {
  const start = Math.max(0, toX(view, width, Date.parse(span.from)));
  const end = Math.min(width, toX(view, width, Date.parse(span.until)));
  return end < 0 || start > width || end <= start ? null : { x: start, width: end - start };
}

/** Joins what follows within half a pixel: a month of runs becomes a few rectangles. */
function pushJoined<T extends Bar>(bars: T[], next: T, same: (a: T, b: T) => boolean): void {
  const last = bars.at(-1);
  if (last && same(last, next) && next.x - (last.x + last.width) < 0.5) {
    last.width = Math.max(last.width, next.x + next.width - last.x);
  } else bars.push(next);
}

export function footageBars(spans: CameraTimeline['footage'], view: View, width: number): FootageBar[] {
  const bars: FootageBar[] = [];
  for (const span of spans) {
    const bar = clipped(span, view, width);
    if (bar) pushJoined(bars, { ...bar, held: span.held }, (a, b) => a.held === b.held);
  }
  return bars;
}

export function gapBars(gaps: readonly TimelineGap[], view: View, width: number): GapBar[] {
  const bars: GapBar[] = [];
  for (const gap of gaps) {
    const bar = clipped(gap, view, width);
    if (!bar) continue;
    const expected = isExpected(gap.cause);
    const wide = expected ? bar : { x: bar.x, width: Math.max(FAULT_PX, bar.width) };
    pushJoined(bars, { ...wide, expected }, (a, b) => a.expected === b.expected);
  }
  return bars;
}

/** What lies at a moment; where a fault is narrower than `within` ms, it is found beside it too. */
export function gapAt(gaps: readonly TimelineGap[], at: number, within = 0): TimelineGap | null {
  const exact = gaps.find(({ from, until }) => Date.parse(from) <= at && at < Date.parse(until));
  if (exact) return exact;
  const near = gaps.filter(
    ({ from, until, cause }) =>
      !isExpected(cause) && Date.parse(from) - within <= at && at <= Date.parse(until) + within,
  );
  return near[0] ?? null;
}

export const footageAt = (spans: CameraTimeline['footage'], at: number): CameraTimeline['footage'][number] | null =>
  spans.find(({ from, until }) => Date.parse(from) <= at && at < Date.parse(until)) ?? null;
