import { expect, it } from 'vitest';
import { ServerClock } from '../../../client/api/server-clock.ts';

it('believes the sample that travelled fastest', () => {
  const clock = new ServerClock();
  expect(clock.offsetMs).toBe(0);
  clock.sample(10_000, 4_900);
  clock.sample(40_000, 34_700);
  clock.sample(70_000, 64_960);
  expect(clock.offsetMs).toBe(5_300);
});

it('forgets old samples, for clocks drift', () => {
  const clock = new ServerClock();
  clock.sample(10_000, 4_000);
  for (let i = 0; i < 5; i += 1) clock.sample(10_000, 5_000);
  expect(clock.offsetMs).toBe(5_000);
});

it('starts anew with a new connection', () => {
  const clock = new ServerClock();
  clock.sample(10_000, 4_000);
  clock.reset();
  expect(clock.offsetMs).toBe(0);
});
