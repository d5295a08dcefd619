import { describe, expect, it } from 'vitest';
import { at, hallLive, minutes, queueRow, TEN, windowRow } from '../../helpers/hall-fixture.ts';
import { samplesOf } from '../../../server/features/queues/figure-sampler.ts';
import { stepFor } from '../../../server/features/queues/figures.ts';

describe('samples of a hall', () => {
  it('are taken of each queue and of the whole hall, where a window that feeds from two queues counts once', () => {
    const live = hallLive({
      windows: [windowRow(), windowRow({ windowId: 'w02', state: 'paused' })],
      queues: [
        queueRow({ waiting: 3, longestSince: at(TEN - minutes(5)), staffedWindows: 1 }),
        queueRow({ queueId: 'tax', waiting: 1, longestSince: at(TEN - minutes(2)), staffedWindows: 1 }),
      ],
    });
    const values = samplesOf(live, TEN).map(({ queueId, figure, value }) => [queueId, figure, value]);
    expect(values).toEqual([
      [null, 'waiting', 4],
      [null, 'longest_wait_sec', 300],
      [null, 'staffed_windows', 1],
      ['soc', 'waiting', 3],
      ['soc', 'longest_wait_sec', 300],
      ['soc', 'staffed_windows', 1],
      ['tax', 'waiting', 1],
      ['tax', 'longest_wait_sec', 120],
      ['tax', 'staffed_windows', 1],
    ]);
  });
});

describe('the step of a line', () => {
  it.each([
    [1, 10],
    [30, 10],
    [60, 30],
    [8 * 60, 300],
    [24 * 60, 600],
    [7 * 24 * 60, 3_600],
  ])('over %d minutes is %d s', (length, step) => {
    expect(stepFor(length)).toBe(step);
  });
});
