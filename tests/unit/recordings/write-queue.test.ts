import { describe, expect, it } from 'vitest';
import { PreRoll } from '../../../streams/recorder/pre-roll.ts';
import { BufferPool } from '../../../streams/buffer-pool.ts';
import { WriteQueue } from '../../../streams/recorder/write-queue.ts';
import { sound, unit } from '../streams/samples.ts';

/** Work that is over when the test says so. */
function work() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { run: () => promise, end: resolve };
}

describe('writes of one volume', () => {
  it('are in order for each file, and no file waits for all of another', async () => {
    const queue = new WriteQueue();
    const [a, b] = [queue.lane(), queue.lane()];
    const done: string[] = [];
    const put = (lane: typeof a, name: string) => lane.push(1, async () => void done.push(name));
    for (const name of ['a1', 'a2', 'a3']) put(a, name);
    put(b, 'b1');
    await expect.poll(() => done.length).toBe(4);
    expect(done.filter((name) => name.startsWith('a'))).toEqual(['a1', 'a2', 'a3']);
    expect(done.indexOf('b1')).toBeLessThan(done.indexOf('a3'));
    expect(queue.waitingBytes).toBe(0);
  });

  it('wait up to a bound for a disk that is slow; closing a file always finds room', async () => {
    const queue = new WriteQueue({ limitBytes: 100 });
    const lane = queue.lane();
    const slow = work();
    expect(lane.push(60, slow.run)).toBe(true);
    expect(lane.push(60, async () => undefined)).toBe(false);
    expect(lane.push(40, async () => undefined)).toBe(true);
    expect(lane.push(0, async () => undefined)).toBe(true);
    expect(queue.waitingBytes).toBe(100);
    slow.end();
    await expect.poll(() => queue.waitingBytes).toBe(0);
    expect(lane.push(60, async () => undefined)).toBe(true);
  });
});

describe('what is kept before an alert', () => {
  it('is whole groups that reach at least so far back, with their sound, and bytes of their own', () => {
    const kept = new PreRoll(new BufferPool());
    kept.ms = 2500;
    for (let pts = 0; pts < 10_000; pts += 500) {
      const lent = unit(pts % 2000 === 0, pts);
      kept.keep(lent);
      lent.data.fill(0xff);
      kept.keep(sound(pts + 1));
    }
    const replayed: { pts: number; track: string; first: number }[] = [];
    kept.replay(({ pts, track, data }) => replayed.push({ pts, track, first: data[0]! }));
    // The newest picture is 9500: the group of 6000 reaches back far enough.
    expect(replayed[0]).toEqual({ pts: 4000, track: 'video', first: 4000 & 255 });
    expect(replayed.filter(({ track }) => track === 'sound')).toHaveLength(12);
    expect(replayed.some(({ track, first }) => track === 'video' && first === 0xff)).toBe(false);
    expect(kept.bytes).toBe(0);
  });

  it('takes a bounded memory, whatever the bit rate', () => {
    const kept = new PreRoll(new BufferPool());
    kept.ms = 60_000;
    for (let pts = 0; pts < 60_000; pts += 1000) kept.keep(unit(true, pts, 2_000_000));
    expect(kept.bytes).toBeLessThanOrEqual(24 * 1024 * 1024);
  });
});
