import { Temporal } from 'temporal-polyfill';
import type { TypicalDay } from '#contract/typical-day.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { hallDay } from '#lib/hall-day.ts';
import { dayAt, type KindOf } from './history.ts';
import type { CalendarPort, HallsPort, SumsPort } from './ports.ts';
import { typicalDayOf } from './typical-day.ts';

export interface TypicalDaysDeps {
  clock: Clock;
  halls: HallsPort;
  calendar: Pick<CalendarPort, 'dayOf'>;
  sums: SumsPort;
}

const WEEKS = 8;

/** Today beside earlier days like it, out of the hourly figures. */
export class TypicalDays {
  readonly #deps: TypicalDaysDeps;

  constructor(deps: TypicalDaysDeps) {
    this.#deps = deps;
  }

  /** Throws NOT_FOUND, and what the database throws. */
  async of(hallId: string): Promise<TypicalDay> {
    const { clock, halls, calendar, sums } = this.#deps;
    const hall = halls.get(hallId);
    if (hall === undefined) throw new AppError('NOT_FOUND', hallId);
    const now = clock.now();
    const kindOf: KindOf = (day) => calendar.dayOf(hallId, day).kind;
    // Of eight weeks only the days like today are read, a seventh of all.
    const days = daysLike(now, hall.timeZone, kindOf).map(({ begins, ends }) =>
      sums({ hallId, period: 'hour', from: begins, until: Math.min(ends, now) }),
    );
    return typicalDayOf(hall, (await Promise.all(days)).flat(), { now, kindOf });
  }
}

/** The days of this weekday and kind within eight weeks, ascending, today the last. */
function daysLike(now: number, timeZone: string, kindOf: KindOf): { begins: number; ends: number }[] {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone);
  const { kind } = dayAt(now, timeZone, kindOf);
  return Array.from({ length: WEEKS + 1 }, (_, i) => today.subtract({ weeks: WEEKS - i }).epochMilliseconds)
    .filter((at) => dayAt(at, timeZone, kindOf).kind === kind)
    .map((at) => hallDay(at, timeZone));
}
