import { describe, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { Refresh } from '../../../server/features/cameras/refresh.ts';

/** Lets everything that waits on promises alone go on. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('asking again', () => {
  it('asks at once, then after 15 s, 30 s, 60 s ... at most 10 min, until it is dropped', async () => {
    const clock = new ManualClock(0);
    const asked: number[] = [];
    const refresh = new Refresh({ clock, refresh: async () => void asked.push(clock.now() / 1000), random: () => 0 });
    refresh.want('c1');
    refresh.want('c1');
    for (let second = 0; second < 3000; second += 5) {
      await settle();
      clock.advance(5000);
    }
    expect(asked).toEqual([0, 15, 45, 105, 225, 465, 945, 1545, 2145, 2745]);
    refresh.drop('c1');
    clock.advance(3_600_000);
    await refresh.stop();
    expect(asked).toHaveLength(10);
  });

  it('asks four cameras at a time', async () => {
    const clock = new ManualClock(0);
    const under: (() => void)[] = [];
    let most = 0;
    let asked = 0;
    const refresh = new Refresh({
      clock,
      refresh: () =>
        new Promise<void>((resolve) => {
          asked += 1;
          under.push(resolve);
          most = Math.max(most, under.length);
        }),
    });
    for (let i = 0; i < 20; i += 1) refresh.want(`c${i}`);
    for (;;) {
      await settle();
      const done = under.shift();
      if (!done) break;
      done();
    }
    expect([most, asked]).toEqual([4, 20]);
    await refresh.stop();
  });

  it('stops after what is under way, and tells it to end', async () => {
    const clock = new ManualClock(0);
    let signal: AbortSignal | undefined;
    const refresh = new Refresh({
      clock,
      refresh: (_id, ending) => {
        signal = ending;
        return new Promise<void>((resolve) => ending.addEventListener('abort', () => resolve()));
      },
    });
    refresh.want('c1');
    await settle();
    await refresh.stop();
    expect(signal?.aborted).toBe(true);
    await refresh.stop();
  });
});
