import { expect, it } from 'vitest';
import { mixesOf } from '../../../server/features/performance/mix.ts';
import { scored } from '../../../server/features/performance/scoring.ts';

const work = (subject: string, pieces: number, weight: number) => ({ subject, pieces, weight });

it('sets each beside the mean of all: how hard a piece was, and how many there were', () => {
  const of = mixesOf([work('a', 10, 6), work('b', 20, 3), work('b', 10, 6)]);
  // 40 pieces of 4.5 on the mean; 20 for each of the two
  expect(of('a')).toEqual({ difficulty: 1.33, load: 0.5 });
  expect(of('b')).toEqual({ difficulty: 0.89, load: 1.5 });
});

it('takes whoever did nothing for usual, and nobody for more than twice or less than half', () => {
  const of = mixesOf([work('a', 1000, 1), work('b', 1, 90), work('c', 1, 1)]);
  expect([of('a'), of('b'), of('c'), of('d')]).toEqual([
    { difficulty: 0.92, load: 2 },
    { difficulty: 2, load: 0.5 },
    { difficulty: 0.92, load: 0.5 },
    { difficulty: 1, load: 1 },
  ]);
  expect(mixesOf([])('a')).toEqual({ difficulty: 1, load: 1 });
});

it('forgives points by difficulty and load beside the score, which alone makes the rank', () => {
  const formulas = { formula: '100 - cardPoints', normalised: '100 - (100 - score) / (difficulty * load)' };
  const subject = (subjectId: string, cardPoints: number, difficulty: number, load: number) => ({
    ...{ subjectId, hallId: null, figures: { cardPoints }, mix: { difficulty, load } },
  });
  const scores = scored('department', formulas, [subject('a', 6, 1.5, 2), subject('b', 4, 1, 0.5)]);
  expect(scores.map(({ subjectId, score, normalised, rank }) => [subjectId, score, normalised, rank])).toEqual([
    ['b', 96, 92, 1],
    ['a', 94, 98, 2],
  ]);
});
