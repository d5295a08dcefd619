import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FirstPictures } from '../../../client/player/first-pictures.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('tiles that join together', () => {
  it('catch up when the last of them has a picture, and not before', () => {
    const together = new FirstPictures();
    const [a, b] = [{}, {}];
    const gone: string[] = [];
    together.expect(a);
    together.expect(b);
    together.shown(a, () => gone.push('a'));
    expect(gone).toEqual([]);
    together.shown(b, () => gone.push('b'));
    expect(gone).toEqual(['a', 'b']);
  });

  it('do not wait for one that has left, nor for long for one that shows nothing', () => {
    const together = new FirstPictures();
    const [a, left, dark] = [{}, {}, {}];
    const gone: string[] = [];
    for (const tile of [a, left, dark]) together.expect(tile);
    together.shown(a, () => gone.push('a'));
    together.leave(left);
    vi.advanceTimersByTime(399);
    expect(gone).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(gone).toEqual(['a']);
  });

  it('let one go at once that is alone, and never one that has left meanwhile', () => {
    const together = new FirstPictures();
    const [alone, left, other] = [{}, {}, {}];
    const gone: string[] = [];
    together.expect(alone);
    together.shown(alone, () => gone.push('alone'));
    expect(gone).toEqual(['alone']);
    together.expect(left);
    together.expect(other);
    together.shown(left, () => gone.push('left'));
    together.leave(left);
    together.shown(other, () => gone.push('other'));
    expect(gone).toEqual(['alone', 'other']);
    expect(vi.getTimerCount()).toBe(0);
  });
});
