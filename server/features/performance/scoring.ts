import {
  baseFigures,
  mixNames,
  type BaseFigure,
  type Mix,
  type ScoredKind,
  type Score,
} from '#contract/performance.ts';
import { evaluate, parseFormula } from '#lib/formula.ts';

export interface Figured {
  subjectId: string;
  hallId: string | null;
  figures: Partial<Record<BaseFigure, number>>;
  mix: Mix;
}

/** How a kind is scored: the score that makes the rank, and the one by difficulty and load beside it. */
export interface Formulas {
  formula: string;
  normalised: string;
}

/** Throws FormulaError for a formula that is none, or names what there is not. */
export function readFormulas(of: ScoredKind, { formula, normalised }: Formulas) {
  return {
    score: parseFormula(formula, baseFigures[of]),
    normalised: parseFormula(normalised, [...mixNames, ...baseFigures[of]]),
  };
}

/** Scores by formulas, best first; who has the same score has the same rank, and the next is one further. Pure. */
export function scored(of: ScoredKind, formulas: Formulas, subjects: readonly Figured[]): Score[] {
  const read = readFormulas(of, formulas);
  // what nobody heard of did not happen
  const none = Object.fromEntries(baseFigures[of].map((name) => [name, 0]));
  const scores = subjects.map(({ subjectId, hallId, figures: known, mix }) => {
    const figures = { ...none, ...known } as Record<string, number>;
    const score = rounded(evaluate(read.score, figures));
    const normalised = score === null ? null : rounded(evaluate(read.normalised, { ...figures, ...mix, score }));
    return { subjectId, hallId, figures: figures as Score['figures'], mix, score, normalised };
  });
  scores.sort((a, b) => (b.score ?? -Infinity) - (a.score ?? -Infinity) || (a.subjectId < b.subjectId ? -1 : 1));
  let rank = 0;
  return scores.map((each, i) => {
    if (i === 0 || each.score !== scores[i - 1]!.score) rank = i + 1;
    return { ...each, rank: each.score === null ? null : rank };
  });
}

function rounded(score: number | null): number | null {
  return score === null ? null : Math.round(score * 100) / 100;
}
