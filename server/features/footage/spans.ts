/** From one instant to another, epoch ms. */
export interface Span {
  from: number;
  until: number;
}

/** Spans in order, those that touch or overlap as one. */
export function union(spans: readonly Span[]): Span[] {
  const whole: Span[] = [];
  for (const { from, until } of [...spans].sort((a, b) => a.from - b.from)) {
    const last = whole.at(-1);
    if (last && from <= last.until) last.until = Math.max(last.until, until);
    else if (until > from) whole.push({ from, until });
  }
  return whole;
}

/** What of a span is left without those that are taken away; these must be in order and disjoint. */
export function without<T extends Span>(span: T, taken: readonly Span[]): T[] {
  const left: T[] = [];
  let from = span.from;
  for (const hole of taken) {
    if (hole.until <= from) continue;
    if (hole.from >= span.until) break;
    if (hole.from > from) left.push({ ...span, from, until: hole.from });
    from = hole.until;
  }
  if (from < span.until) left.push({ ...span, from });
  return left;
}

export function clip<T extends Span>(spans: readonly T[], { from, until }: Span): T[] {
  return spans
    .filter((span) => span.until > from && span.from < until)
    .map((span) => ({ ...span, from: Math.max(span.from, from), until: Math.min(span.until, until) }));
}

/**
 * Joins pieces that are shorter than `leastMs` to what is beside them; many short ones become pieces that take the nature of what
 * fills most of them. In order and disjoint; what does not touch stays apart. `same`: whether two are of one nature.
 */
export function coarsened<T extends Span>(pieces: readonly T[], leastMs: number, same: (a: T, b: T) => boolean): T[] {
  const coarse: T[] = [];
  let short: T[] = [];
  const push = (piece: T) => {
    const last = coarse.at(-1);
    if (last?.until === piece.from && same(last, piece)) last.until = piece.until;
    else coarse.push({ ...piece });
  };
  /** Where the short ones before it now begin. */
  const absorb = (): number | null => {
    const begin = short[0]?.from ?? null;
    const last = coarse.at(-1);
    const joins = last !== undefined && last.until === begin;
    if (joins) last.until = short.at(-1)!.until;
    short = [];
    return joins ? null : begin;
  };
  const settle = () => {
    const kept = short;
    if (absorb() !== null) push({ ...longest(kept, same), from: kept[0]!.from, until: kept.at(-1)!.until });
  };
  for (const piece of pieces) {
    if (short.length > 0 && short.at(-1)!.until !== piece.from) settle();
    if (piece.until - piece.from >= leastMs) {
      push({ ...piece, from: absorb() ?? piece.from });
      continue;
    }
    short.push(piece);
    if (piece.until - short[0]!.from < leastMs) continue;
    push({ ...longest(short, same), from: short[0]!.from, until: piece.until });
    short = [];
  }
  settle();
  return coarse;
}

function longest<T extends Span>(group: readonly T[], same: (a: T, b: T) => boolean): T {
  const natures: { piece: T; ms: number }[] = [];
  for (const piece of group) {
    const known = natures.find((nature) => same(nature.piece, piece));
    if (known) known.ms += piece.until - piece.from;
    else natures.push({ piece, ms: piece.until - piece.from });
  }
  return natures.reduce((most, nature) => (nature.ms > most.ms ? nature : most)).piece;
}
