import { describe, expect, it } from 'vitest';
import { JoinQueue } from '../../../client/player/join-queue.ts';
import { retryDelay } from '../../../client/player/retry-delay.ts';

function joiner(queue: JoinQueue) {
  const seen = { granted: 0, leave: () => undefined as void };
  seen.leave = queue.request(() => (seen.granted += 1));
  return seen;
}

describe('join queue', () => {
  it('lets so many in at once and the others in their order', () => {
    const queue = new JoinQueue(2);
    const [a, b, c, d] = [joiner(queue), joiner(queue), joiner(queue), joiner(queue)];
    expect([a, b, c, d].map(({ granted }) => granted)).toEqual([1, 1, 0, 0]);
    b.leave();
    expect([c.granted, d.granted]).toEqual([1, 0]);
    a.leave();
    expect([c.granted, d.granted]).toEqual([1, 1]);
  });

  it('passes over one that gave up waiting', () => {
    const queue = new JoinQueue(1);
    const [a, b, c] = [joiner(queue), joiner(queue), joiner(queue)];
    b.leave();
    a.leave();
    expect([b.granted, c.granted]).toEqual([0, 1]);
  });

  it('takes a place back only once', () => {
    const queue = new JoinQueue(1);
    const [a, b, c] = [joiner(queue), joiner(queue), joiner(queue)];
    a.leave();
    a.leave();
    expect([b.granted, c.granted]).toEqual([1, 0]);
  });
});

describe('retry delay', () => {
  it('doubles to a limit', () => {
    expect([0, 1, 2, 5, 20].map((attempt) => retryDelay(attempt, () => 1))).toEqual([500, 1000, 2000, 15_000, 15_000]);
  });

  it('is spread over half of its length', () => {
    expect(retryDelay(3, () => 0)).toBe(2000);
    expect(retryDelay(3, () => 0.5)).toBe(3000);
  });
});
