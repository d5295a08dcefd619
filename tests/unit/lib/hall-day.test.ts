import { describe, expect, it } from 'vitest';
import { hallDay } from '../../../server/lib/hall-day.ts';

const day = (at: string, zone: string) => {
  const { begins, ends } = hallDay(Date.parse(at), zone);
  return [new Date(begins).toISOString(), new Date(ends).toISOString()];
};

describe('the day of a hall', () => {
  it('goes from midnight to midnight in its own zone', () => {
    const expected = ['2026-03-08T16:00:00.000Z', '2026-03-09T16:00:00.000Z'];
    expect(day('2026-03-08T16:00:00Z', 'Asia/Shanghai')).toEqual(expected);
    expect(day('2026-03-09T02:00:00Z', 'Asia/Shanghai')).toEqual(expected);
    expect(day('2026-03-09T15:59:59.999Z', 'Asia/Shanghai')).toEqual(expected);
    expect(day('2026-03-09T16:00:00Z', 'Asia/Shanghai')[0]).toBe(expected[1]);
  });

  it('is shorter or longer when the clocks change', () => {
    expect(day('2026-03-29T20:00:00Z', 'Europe/Berlin')).toEqual([
      '2026-03-28T23:00:00.000Z',
      '2026-03-29T22:00:00.000Z',
    ]);
    expect(day('2026-10-25T00:30:00Z', 'Europe/Berlin')).toEqual([
      '2026-10-24T22:00:00.000Z',
      '2026-10-25T23:00:00.000Z',
    ]);
  });
});
