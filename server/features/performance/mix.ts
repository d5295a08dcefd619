import type { Mix } from '#contract/performance.ts';

/** What a subject did of one sort of work, and how heavy one piece of it usually is, whoever does it. */
export interface Work {
  subject: string;
  pieces: number;
  weight: number;
}

const LOW = 0.5;
const HIGH = 2;
const usual: Mix = { difficulty: 1, load: 1 };

/** Difficulty and load of each subject beside the mean of all. Pure. */
export function mixesOf(work: readonly Work[]): (subject: string) => Mix {
  const sums = new Map<string, { pieces: number; weight: number }>();
  let [pieces, weight] = [0, 0];
  for (const each of work) {
    const known = sums.get(each.subject) ?? { pieces: 0, weight: 0 };
    sums.set(each.subject, { pieces: known.pieces + each.pieces, weight: known.weight + each.pieces * each.weight });
    pieces += each.pieces;
    weight += each.pieces * each.weight;
  }
  return (subject) => {
    const own = sums.get(subject);
    if (!own || own.pieces === 0 || weight === 0) return usual;
    return {
      difficulty: within((own.weight / own.pieces) * (pieces / weight)),
      load: within((own.pieces * sums.size) / pieces),
    };
  };
}

function within(ratio: number): number {
  return Math.round(Math.min(HIGH, Math.max(LOW, ratio)) * 100) / 100;
}
