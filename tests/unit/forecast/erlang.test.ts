import { describe, expect, it } from 'vitest';
import { meanWaitSec, shareWithin, waitProbability } from '../../../server/features/forecast/erlang.ts';

const counter = { arrivalsPerHour: 40, serviceSec: 480 };

describe('a queue in balance', () => {
  it.each([
    [6, 8.6],
    [7, 2.0],
    [8, 0.7],
  ])('40 tickets an hour of 8 minutes at %i windows wait %d minutes', (windows, minutes) => {
    expect(meanWaitSec({ ...counter, windows }) / 60).toBeCloseTo(minutes, 1);
  });

  it('waits with one window as often as the window is busy', () => {
    expect(waitProbability({ arrivalsPerHour: 6, serviceSec: 300, windows: 1 })).toBeCloseTo(0.5, 12);
  });

  it('says what share waits no longer than a limit', () => {
    const queue = { ...counter, windows: 7 };
    expect(shareWithin(queue, 0)).toBeCloseTo(1 - waitProbability(queue), 12);
    expect(shareWithin(queue, 3600)).toBeGreaterThan(0.999);
  });

  it('has no balance where the windows cannot keep up', () => {
    expect(meanWaitSec({ ...counter, windows: 5 })).toBe(Infinity);
    expect(shareWithin({ ...counter, windows: 5 }, 3600)).toBe(0);
  });
});
