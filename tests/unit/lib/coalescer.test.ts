import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { Coalescer } from '#lib/coalescer.ts';

describe('coalescer', () => {
  let clock: ManualClock;
  let sent: string[];
  let coalescer: Coalescer<string>;

  beforeEach(() => {
    clock = new ManualClock(0);
    sent = [];
    coalescer = new Coalescer({
      clock,
      everyMs: 50,
      merge: (older, newer) => older + newer,
      send: (key, value) => sent.push(`${clock.now()} ${key} ${value}`),
    });
  });

  it('sends the first at once, then what came meanwhile as one', () => {
    for (const value of ['1', '2', '3']) coalescer.push('a', value);
    expect(sent).toEqual(['0 a 1']);
    clock.advance(50);
    expect(sent).toEqual(['0 a 1', '50 a 23']);
  });

  it('never sends more often than the interval, and nothing while it is quiet', () => {
    for (let ms = 0; ms < 200; ms++) {
      coalescer.push('a', '.');
      clock.advance(1);
    }
    expect(sent).toHaveLength(5);
    clock.advance(10_000);
    expect(sent).toHaveLength(5);
    coalescer.push('a', 'x');
    expect(sent.at(-1)).toBe('10200 a x');
  });

  it('keeps keys apart', () => {
    coalescer.push('a', '1');
    coalescer.push('b', '1');
    expect(sent).toEqual(['0 a 1', '0 b 1']);
  });

  it('sends nothing of what it forgot, nor after it stopped', () => {
    coalescer.push('a', '1');
    coalescer.push('a', '2');
    coalescer.forget('a');
    coalescer.push('b', '1');
    coalescer.push('b', '2');
    coalescer.stop();
    clock.advance(1000);
    expect(sent).toEqual(['0 a 1', '0 b 1']);
  });
});
