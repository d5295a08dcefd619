import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { Lifecycle } from '../../../server/lifecycle.ts';

describe('lifecycle', () => {
  let life: Lifecycle;
  let course: string[];
  const part = (name: string, fails: { start?: boolean; stop?: boolean } = {}) => ({
    async start() {
      course.push(`+${name}`);
      if (fails.start) throw new Error(`${name} cannot start`);
      return name;
    },
    async stop() {
      course.push(`-${name}`);
      if (fails.stop) throw new Error(`${name} cannot stop`);
    },
  });

  beforeEach(() => {
    life = new Lifecycle({ clock: new ManualClock(0), log: silentLogger });
    course = [];
  });

  it('stops in the opposite order, each part once', async () => {
    for (const name of ['a', 'b', 'c']) expect(await life.up(name, part(name))).toBe(name);
    await Promise.all([life.stop(), life.stop()]);
    expect(course).toEqual(['+a', '+b', '+c', '-c', '-b', '-a']);
  });

  it('stops the others when one cannot stop', async () => {
    await life.up('a', part('a'));
    await life.up('b', part('b', { stop: true }));
    await life.stop();
    expect(course).toEqual(['+a', '+b', '-b', '-a']);
  });

  it('stops a part that failed to start too: it may have got half way', async () => {
    await life.up('a', part('a'));
    await expect(life.up('b', part('b', { start: true }))).rejects.toThrow('b cannot start');
    await life.stop();
    expect(course).toEqual(['+a', '+b', '-b', '-a']);
  });

  it('starts nothing any more once it is stopped', async () => {
    await life.stop();
    await expect(life.up('a', part('a'))).rejects.toThrow();
    expect(course).toEqual([]);
  });
});
