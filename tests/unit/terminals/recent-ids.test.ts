import { describe, expect, it } from 'vitest';
import { RecentIds } from '../../../server/features/terminals/recent-ids.ts';

describe('the ids that were stored lately', () => {
  it('are at least as many as said, and at most twice as many', () => {
    const recent = new RecentIds(10);
    for (let i = 0; i < 95; i += 1) recent.add(`${i}`);
    const known = Array.from({ length: 95 }, (_, i) => i).filter((i) => recent.has(`${i}`));
    expect(known[0]).toBeLessThanOrEqual(85);
    expect(known.length).toBeLessThanOrEqual(20);
    expect(known.at(-1)).toBe(94);
  });

  it('cost the same when there have been many before: with the oldest deleted one by one this takes minutes', () => {
    const recent = new RecentIds(100_000);
    for (let i = 0; i < 500_000; i += 1) recent.add(`id-${i}`);
    expect(recent.has('id-499999')).toBe(true);
    expect(recent.has('id-400000')).toBe(true);
    expect(recent.has('id-0')).toBe(false);
  });
});
