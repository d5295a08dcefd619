import { describe, expect, it } from 'vitest';
import { capacityOf, isFull } from '../../../server/features/storage/capacity.ts';
import { chooseVolume, type ChoosableVolume } from '../../../server/features/storage/choose.ts';

const volume = (id: string, change: Partial<ChoosableVolume> = {}): ChoosableVolume => ({
  ...{ id, tier: 1, status: 'ok', capacityBytes: 1000, ...change },
});
const streams = Array.from({ length: 3000 }, (_, i) => `cam-${i}/main`);
const shares = (volumes: readonly ChoosableVolume[]) =>
  Object.fromEntries(
    [...Map.groupBy(streams, (stream) => chooseVolume(stream, volumes)?.id ?? 'none')].map(([id, list]) => [
      id,
      list.length / streams.length,
    ]),
  );

describe('choosing a volume', () => {
  it('spreads streams in proportion to what volumes hold', () => {
    const { a, b } = shares([volume('a'), volume('b', { capacityBytes: 3000 })]);
    expect(a).toBeCloseTo(0.25, 1);
    expect(b).toBeCloseTo(0.75, 1);
  });

  it('moves only the streams of a volume that is lost, and they come back with it', () => {
    const three = ['a', 'b', 'c'].map((id) => volume(id));
    const without = [volume('a'), volume('b', { status: 'away' }), volume('c')];
    for (const stream of streams) {
      const before = chooseVolume(stream, three)!.id;
      const after = chooseVolume(stream, without)!.id;
      if (before === 'b') expect(['a', 'c']).toContain(after);
      else expect(after).toBe(before);
    }
  });

  it('writes to a slow volume or a further tier rather than nowhere', () => {
    const slow = volume('slow', { status: 'slow' });
    const archive = volume('archive', { tier: 2 });
    expect(chooseVolume('x', [slow, volume('fast'), archive])?.id).toBe('fast');
    expect(chooseVolume('x', [slow, archive])?.id).toBe('slow');
    expect(chooseVolume('x', [volume('full', { status: 'full' }), archive])?.id).toBe('archive');
    expect(chooseVolume('x', [volume('full', { status: 'protected-full' })])).toBeNull();
    expect(chooseVolume('x', [])).toBeNull();
  });
});

describe('how much a volume holds', () => {
  const GB = 1e9;
  const disk = { quotaBytes: null, usedBytes: 60 * GB, totalBytes: 100 * GB, freeBytes: 30 * GB, bytesPerSec: 0 };

  it('is what the disk gives, less what must stay free', () => {
    expect(capacityOf(disk).capacityBytes).toBe(88 * GB);
  });

  it('is the quota where that is less', () => {
    expect(capacityOf({ ...disk, quotaBytes: 50 * GB })).toEqual({ capacityBytes: 50 * GB, targetBytes: 49.5 * GB });
  });

  it('shrinks when somebody else fills the disk', () => {
    expect(capacityOf({ ...disk, freeBytes: 1 * GB }).capacityBytes).toBe(59 * GB);
  });

  it('keeps room for two minutes of what is written, but never more than a half', () => {
    expect(capacityOf({ ...disk, quotaBytes: 50 * GB, bytesPerSec: 10e6 }).targetBytes).toBe(48.8 * GB);
    expect(capacityOf({ ...disk, quotaBytes: 2 * GB, bytesPerSec: 10e6 }).targetBytes).toBe(1 * GB);
  });

  it('is full at its capacity, and open again only with half its headroom free', () => {
    const capacity = { capacityBytes: 1000, targetBytes: 900 };
    expect(isFull(999, capacity, false)).toBe(false);
    expect(isFull(1000, capacity, false)).toBe(true);
    expect(isFull(960, capacity, true)).toBe(true);
    expect(isFull(949, capacity, true)).toBe(false);
  });
});
