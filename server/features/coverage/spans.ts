/** A span of time, epoch ms, without its end. */
export interface Span {
  from: number;
  until: number;
}

/** Ascending and disjoint; what touches or overlaps is one. */
export function union(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const { from, until } of spans.toSorted((a, b) => a.from - b.from)) {
    if (until <= from) continue;
    const last = joined.at(-1);
    if (last && from <= last.until) last.until = Math.max(last.until, until);
    else joined.push({ from, until });
  }
  return joined;
}

/** What lies in both; each ascending and disjoint. */
export function intersect(a: readonly Span[], b: readonly Span[]): Span[] {
  const both: Span[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const [left, right] = [a[i]!, b[j]!];
    const from = Math.max(left.from, right.from);
    const until = Math.min(left.until, right.until);
    if (from < until) both.push({ from, until });
    if (left.until < right.until) i += 1;
    else j += 1;
  }
  return both;
}

/** What lies in `a` alone; each ascending and disjoint. */
export function subtract(a: readonly Span[], b: readonly Span[]): Span[] {
  const outside = [...b, { from: Infinity, until: Infinity }];
  let from = -Infinity;
  const complement = outside.map((span) => {
    const before = { from, until: span.from };
    from = span.until;
    return before;
  });
  return intersect(a, complement);
}

export function seconds(spans: readonly Span[]): number {
  return spans.reduce((sum, { from, until }) => sum + until - from, 0) / 1000;
}
