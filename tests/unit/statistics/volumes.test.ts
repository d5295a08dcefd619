import { expect, it } from 'vitest';
import { abnormalOf, monthsUntil, rowOf, usualOf, type Counted } from '../../../server/features/statistics/volumes.ts';

it('names months over the turn of the year', () => {
  expect(monthsUntil('2026-02', 3)).toEqual(['2025-11', '2025-12', '2026-01', '2026-02']);
});

it.each([
  [[], null],
  [[0, 0, 0, 0], null],
  [[0, 0, 100, 110], null],
  [[0, 100, 110, 300], 110],
  // a month without a case among those that had some counts
  [[100, 0, 110, 120], 105],
] as [number[], number | null][])('a usual month after %j has %s', (accepted, usual) => {
  expect(usualOf(accepted)).toBe(usual);
});

it.each([
  [100, 151, 'high'],
  [100, 150, null],
  [100, 49, 'low'],
  [100, 50, null],
  // of four a month, nine are chance, and so is none
  [4, 9, null],
  [4, 11, 'high'],
  [4, 0, null],
  [10, 0, 'low'],
] as const)('where %i are usual, %i are %s', (usual, accepted, is) => {
  expect(abnormalOf(accepted, usual)).toBe(is);
});

const counted = (month: string, n: number): Counted => ({
  ...{ month, n, figure: 'accepted', regionId: 'r', departmentId: 'd', itemId: null },
});

it('sets a month beside the one before and beside a usual one, and judges none that is not over', () => {
  const months = monthsUntil('2026-04', 4);
  const all = [...['2025-12', '2026-01', '2026-02'].map((month) => counted(month, 90)), counted('2026-03', 120)];
  const row = rowOf([...all, counted('2026-04', 300), counted('2026-04', 1)], { months, running: false });
  expect(row).toMatchObject({
    figures: { accepted: 301, red: 0 },
    before: { accepted: 120 },
    usual: 90,
    abnormal: 'high',
  });
  expect(rowOf(all, { months, running: true })).toMatchObject({ figures: { accepted: 0 }, abnormal: null });
});
