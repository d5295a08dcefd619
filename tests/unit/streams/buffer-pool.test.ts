import { describe, expect, it } from 'vitest';
import { BufferPool } from '../../../streams/buffer-pool.ts';

describe('pool of buffers', () => {
  it('gives out again what was given back, in sizes that double', () => {
    const pool = new BufferPool({ smallest: 1024 });
    const [small, large] = [pool.take(1), pool.take(5000)];
    expect([small.length, large.length]).toEqual([1024, 8192]);
    pool.give(small);
    pool.give(large);
    expect(pool.take(1024)).toBe(small);
    expect(pool.take(4097)).toBe(large);
    expect(pool.take(1024)).not.toBe(small);
  });

  it('keeps no more than its bound, and lets go first of sizes that nobody asks for any more', () => {
    const pool = new BufferPool({ smallest: 1024, kept: 8192 });
    const old = [pool.take(4096), pool.take(4096)];
    const young = [pool.take(1024), pool.take(1024)];
    for (const buffer of [...old, ...young]) pool.give(buffer);
    expect(young).toContain(pool.take(1024));
    expect(young).toContain(pool.take(1024));
    expect(old).toContain(pool.take(4096));
    expect(old).not.toContain(pool.take(4096));
  });

  it('grows a buffer with its content', () => {
    const pool = new BufferPool({ smallest: 16 });
    const buffer = pool.take(16).fill(7);
    const larger = pool.grow(buffer, 10, 17);
    expect(larger.length).toBe(32);
    expect(larger.subarray(0, 10)).toEqual(Buffer.alloc(10, 7));
    expect(pool.take(16)).toBe(buffer);
  });
});
