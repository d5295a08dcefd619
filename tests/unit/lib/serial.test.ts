import { describe, expect, it } from 'vitest';
import { Serial } from '#lib/serial.ts';

describe('serial', () => {
  it('runs one after the other in order, also after a failure', async () => {
    const serial = new Serial();
    const course: string[] = [];
    const work = (name: string, fails = false) =>
      serial.run(async () => {
        course.push(`${name} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        course.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      });
    const [one, two, three] = [work('one'), work('two', true), work('three')];
    await expect(two).rejects.toThrow('two');
    expect(await one).toBe('one');
    expect(await three).toBe('three');
    expect(course).toEqual(['one begins', 'one ends', 'two begins', 'two ends', 'three begins', 'three ends']);
  });
});
