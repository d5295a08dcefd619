import { describe, expect, it } from 'vitest';
import { tileColumns } from '../../../client/overview/tile-columns.ts';

describe('columns of the overview', () => {
  const screen = { width: 118, height: 60 };

  it('are as many as give tiles the largest text and leave no hole', () => {
    expect([1, 2, 3, 4, 5, 6, 9, 16].map((count) => tileColumns(count, screen))).toEqual([1, 2, 3, 2, 3, 3, 3, 4]);
  });

  it('are one on a narrow screen, and never none', () => {
    expect(tileColumns(5, { width: 30, height: 60 })).toBe(1);
    expect(tileColumns(0, { width: 0, height: 0 })).toBe(1);
  });

  it('are many where rows go below the fold all the same', () => {
    expect(tileColumns(200, screen)).toBe(4);
  });
});
