import { baseFigures, type BaseFigure, type ScoredKind, type Score } from '#contract/performance.ts';
import { evaluate, parseFormula } from '#lib/formula.ts';

export interface Figured {
  subjectId: string;
  hallId: string | null;
  figures: Partial<Record<BaseFigure, number>>;
}

/** Scores by a formula, best first; who has the same score has the same rank, and the next is one further. Pure. */
export function scored(of: ScoredKind, formula: string, subjects: readonly Figured[]): Score[] {
  const read = parseFormula(formula, baseFigures[of]);
  // what nobody heard of did not happen
  const none = Object.fromEntries(baseFigures[of].map((name) => [name, 0]));
  const scores = subjects.map(({ subjectId, hallId, figures: known }) => {
    const figures: Score['figures'] = { ...none, ...known };
    const score = evaluate(read, figures as Record<string, number>);
    return { subjectId, hallId, figures, score: score === null ? null : Math.round(score * 100) / 100 };
  });
  scores.sort((a, b) => (b.score ?? -Infinity) - (a.score ?? -Infinity) || (a.subjectId < b.subjectId ? -1 : 1));
  let rank = 0;
  return scores.map((each, i) => {
    if (i === 0 || each.score !== scores[i - 1]!.score) rank = i + 1;
    return { ...each, rank: each.score === null ? null : rank };
  });
}
