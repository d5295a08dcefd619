import { describe, expect, it } from 'vitest';
import { ManualClock, onceAt } from '#lib/clock.ts';
import { HastyClock } from '../../helpers/hasty-clock.ts';

describe('once at an instant', () => {
  const calls = (clock: ManualClock, at: number) => {
    const seen: number[] = [];
    return { seen, cancel: onceAt(clock, at, () => seen.push(clock.now())) };
  };

  it('waits again where the timer fired before it', () => {
    const clock = new HastyClock(0);
    const { seen } = calls(clock, 1000);
    clock.advance(999);
    expect(seen).toEqual([]);
    clock.advance(500);
    expect(seen).toEqual([1000]);
  });

  it('comes at once where it is over, and once', () => {
    const clock = new ManualClock(5000);
    const { seen } = calls(clock, 1000);
    clock.advance(0);
    clock.advance(9000);
    expect(seen).toEqual([5000]);
  });

  it('comes after more days than a timer holds', () => {
    const clock = new ManualClock(0);
    const days = 40 * 24 * 3600_000;
    const { seen } = calls(clock, days);
    clock.advance(days + 1);
    expect(seen).toEqual([days]);
  });

  it('is called off, also after it waited again', () => {
    const clock = new HastyClock(0);
    const { seen, cancel } = calls(clock, 1000);
    clock.advance(999);
    cancel();
    clock.advance(5000);
    expect(seen).toEqual([]);
  });
});
