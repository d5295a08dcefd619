import type { CardBasis, Exculpation, Outage } from '#contract/cards.ts';

/** What is known about a card and its case at the moment of the check; epoch ms. */
export interface ExculpationFacts {
  basis: CardBasis;
  /** By what is known now, the level of the card is reached. */
  stillReached: boolean;
  acceptedAt: number;
  /** When the case was first handed over. */
  firstReceivedAt: number;
  finishedAt: number | null;
  /** Special procedures that have not ended. */
  running: readonly { kind: string; startedAt: number }[];
  /** When the system that keeps the case was last heard; null: it is kept here. */
  sourceHeardAt: number | null;
  outages: readonly Outage[];
}

/** Looks for whatever may excuse a card before somebody issues it. Pure: the same facts always find the same. */
export function exculpationsOf(facts: ExculpationFacts): Exculpation[] {
  const { basis, firstReceivedAt, finishedAt, sourceHeardAt } = facts;
  const endedAt = Date.parse(basis.endedAt);
  const found: Exculpation[] = [];
  const add = (kind: Exculpation['kind'], from: number | null, until: number | null, note = '') =>
    found.push({ kind, from: iso(from), until: iso(until), note });

  if (!facts.stillReached) add('not-late', null, null);
  if (basis.provisional) add('provisional', null, endedAt);
  for (const { kind, startedAt } of facts.running) add('stands', startedAt, null, kind);
  // Nobody could be warned of a case that came only when it was late.
  if (firstReceivedAt > endedAt) add('late-data', endedAt, firstReceivedAt);
  // It may have been finished in time, and nobody has told us.
  if (finishedAt === null && sourceHeardAt !== null && sourceHeardAt <= endedAt) add('silent', sourceHeardAt, null);
  for (const outage of facts.outages) {
    const [from, until] = [Date.parse(outage.beganAt), Date.parse(outage.endedAt)];
    if (from < endedAt && until > facts.acceptedAt) add('outage', from, until, outage.note);
  }
  return found;
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
