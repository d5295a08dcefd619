import type { CameraEvent } from '#contract/camera-events.ts';

/** Something that a camera noticed, from its beginning to its end. Times are epoch ms. */
export interface Interval {
  kind: CameraEvent['kind'];
  topic: string;
  source: string;
  from: number;
  /** Null while it lasts; equal to `from` for what has no duration. */
  to: number | null;
  /** How often it began anew within the interval. */
  times: number;
}

/** The same thing again within a minute is the same thing: motion comes and goes with every step that people take. */
const SAME_WITHIN_MS = 60_000;

/** Events as intervals, the newest first. An end without its beginning began before the first event. */
export function intervalsOf(events: readonly CameraEvent[]): Interval[] {
  const known = new Map<string, Interval>();
  const intervals: Interval[] = [];
  for (const { kind, topic, source, active, at } of events.toSorted((a, b) => a.at.localeCompare(b.at))) {
    const key = `${topic} ${source}`;
    const time = Date.parse(at);
    const before = known.get(key);
    if (active === false) {
      if (before) before.to = time;
      continue;
    }
    const to = active === null ? time : null;
    if (before && time - (before.to ?? time) < SAME_WITHIN_MS) {
      before.to = to;
      before.times += 1;
      continue;
    }
    const interval = { kind, topic, source, from: time, to, times: 1 };
    known.set(key, interval);
    intervals.push(interval);
  }
  return intervals.toSorted((a, b) => (b.to ?? Infinity) - (a.to ?? Infinity) || b.from - a.from);
}
