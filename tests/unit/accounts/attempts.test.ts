import { expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { Attempts } from '../../../server/features/accounts/attempts.ts';

const setUp = (most = 3) => {
  const clock = new ManualClock(0);
  return { clock, attempts: new Attempts({ clock, most, spanMs: 60_000 }) };
};

it('lets no more through than there are, though none has ended yet', () => {
  const { clock, attempts } = setUp();
  expect(Array.from({ length: 5 }, () => attempts.take('li'))).toEqual([0, 0, 0, 60_000, 60_000]);
  expect(attempts.take('wang')).toBe(0);
  clock.advance(20_000);
  expect(attempts.take('li')).toBe(40_000);
  clock.advance(40_000);
  expect(attempts.take('li')).toBe(0);
});

it('counts failures alone: what went well is given back', () => {
  const { attempts } = setUp();
  for (let i = 0; i < 100; i++) {
    expect(attempts.take('li')).toBe(0);
    attempts.giveBack('li');
  }
  attempts.giveBack('never taken');
  expect(attempts.take('li')).toBe(0);
});

it('remembers the names tried last, and not more than fit', () => {
  const { attempts } = setUp(1);
  attempts.take('first');
  for (let i = 0; i < 5000; i++) attempts.take(`name-${i}`);
  expect(attempts.take('first')).toBe(0);
  expect(attempts.take('name-4999')).toBe(60_000);
});
