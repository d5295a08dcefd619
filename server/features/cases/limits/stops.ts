import type { Span } from './work-time.ts';

/** A special procedure 特别程序 as the clock sees it: it stands from `from` to `until`; null: it stands still. */
export interface Stop {
  from: number;
  until: number | null;
}

/** When a clock stands after acceptance: ascending, what overlaps or touches counted once. The last may be endless. */
export function standing(stops: readonly Stop[], acceptedAt: number): Span[] {
  const spans = stops
    .map(({ from, until }) => ({ from: Math.max(from, acceptedAt), until: until ?? Infinity }))
    .filter(({ from, until }) => from < until)
    .sort((a, b) => a.from - b.from);
  const merged: Span[] = [];
  for (const span of spans) {
    const before = merged.at(-1);
    if (before && span.from <= before.until) before.until = Math.max(before.until, span.until);
    else merged.push({ ...span });
  }
  return merged;
}

/** Since when the clock stands without an end; Infinity where it does not. */
export function endlessFrom(standing: readonly Span[]): number {
  const last = standing.at(-1);
  return last?.until === Infinity ? last.from : Infinity;
}

/** What of the spans lies within `[from, until)`. */
export function within(spans: readonly Span[], from: number, until: number): Span[] {
  return spans
    .map((span) => ({ from: Math.max(span.from, from), until: Math.min(span.until, until) }))
    .filter((span) => span.from < span.until);
}

/** What of `spans` lies in none of `others`; both ascending and without overlaps. */
export function without(spans: readonly Span[], others: readonly Span[]): Span[] {
  let left = [...spans];
  for (const other of others) {
    left = left.flatMap((span) => [...within([span], -Infinity, other.from), ...within([span], other.until, Infinity)]);
  }
  return left;
}

/** Their length in ms. */
export function lengthOf(spans: readonly Span[]): number {
  return spans.reduce((sum, { from, until }) => sum + until - from, 0);
}
