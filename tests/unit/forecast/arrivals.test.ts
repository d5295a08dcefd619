import { describe, expect, it } from 'vitest';
import { levelOfToday, typicalDay } from '../../../server/features/forecast/arrivals.ts';

const monday = { kind: 'working', weekday: 1 };
const days = (count: number, kind: string, weekday: number, people: number) =>
  Array.from({ length: count }, () => ({ kind, weekday, issued: [people, people, people] }));

describe('a typical day', () => {
  it('is not known without history', () => {
    expect(typicalDay([], monday)).toBeNull();
  });

  it('is what all days were where all were alike', () => {
    for (const people of typicalDay(days(4, 'working', 1, 6), monday)!) expect(people).toBeCloseTo(6, 9);
  });

  it('believes a weekday the more, the more of them it has seen', () => {
    const others = days(12, 'working', 2, 5);
    const [one] = typicalDay([...others, ...days(1, 'working', 1, 10)], monday)!;
    const [ten] = typicalDay([...others, ...days(10, 'working', 1, 10)], monday)!;
    expect(one).toBeGreaterThan(5);
    expect(one).toBeLessThan(7);
    expect(ten).toBeGreaterThan(8);
  });

  it('falls back on all days for a kind that never was', () => {
    const [people] = typicalDay(days(4, 'working', 1, 6), { kind: 'make-up', weekday: 6 })!;
    expect(people).toBeCloseTo(6, 9);
  });
});

describe("today's level", () => {
  it('is the usual one while nothing is known', () => {
    expect(levelOfToday([10, 10, 10], [])).toBe(1);
  });

  it('moves towards what was seen, and slowly while little was', () => {
    const early = levelOfToday([10, 10, 10], [20]);
    const late = levelOfToday(Array(30).fill(10), Array(30).fill(20));
    expect(early).toBeGreaterThan(1.1);
    expect(early).toBeLessThan(1.5);
    expect(late).toBeGreaterThan(1.9);
  });

  it('does not take people who come in a group for a busy day', () => {
    const typical = Array<number>(12).fill(4);
    const withCoach = typical.with(11, 40);
    expect(levelOfToday(typical, withCoach)).toBeLessThan(1.1);
    // as many, in every slot some more
    expect(levelOfToday(typical, Array(12).fill(7))).toBeCloseTo((84 + 25) / (48 + 25), 9);
  });
});
