import { expect, it } from 'vitest';
import type { QueueSums } from '#contract/figures.ts';
import { typicalDayOf } from '../../../server/features/forecast/typical-day.ts';
import { at, hall, minutes, TEN } from '../../helpers/hall-fixture.ts';

const DAY = minutes(1440);
const sums = (from: number, issued: number, waitSec: number): QueueSums =>
  ({ from: at(from), queueId: 'soc', issued, waited: issued, waitSec: issued * waitSec }) as QueueSums;
const nine = TEN - minutes(60);
const kindOf = (day: string) => (day === '2026-03-02' ? 'holiday' : 'working');

it('sets today beside earlier days of its weekday and kind, hour by hour', () => {
  const day = typicalDayOf(
    hall,
    [
      sums(nine - 21 * DAY, 6, 120),
      sums(TEN - 21 * DAY, 2, 60),
      sums(nine - 14 * DAY, 10, 600),
      // a holiday, and a Friday
      sums(nine - 7 * DAY, 50, 60),
      sums(nine - 3 * DAY, 50, 60),
      sums(nine, 12, 300),
    ],
    { now: TEN - minutes(1), kindOf },
  );
  expect(day).toMatchObject({ day: '2026-03-09', weekday: 1, likeDays: 2 });
  expect(day.hours.map(({ from }) => from)).toEqual([at(nine), at(TEN)]);
  const [first, second] = day.hours.map(({ queues }) => queues[0]!);
  // Mean of days for people, of people for waits.
  expect(first).toEqual({ queueId: 'soc', issued: 12, typicalIssued: 8, waitSec: 300, typicalWaitSec: 420 });
  // Ten o'clock is a minute away.
  expect(second).toEqual({ queueId: 'soc', issued: null, typicalIssued: 1, waitSec: null, typicalWaitSec: 60 });
});

it('knows nothing typical where there was no day like it', () => {
  const day = typicalDayOf(hall, [sums(nine, 12, 300)], { now: TEN, kindOf });
  expect(day.likeDays).toBe(0);
  expect(day.hours[0]!.queues[0]).toMatchObject({ issued: 12, typicalIssued: null, typicalWaitSec: null });
});
