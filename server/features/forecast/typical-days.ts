import type { TypicalDay } from '#contract/typical-day.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { CalendarPort, HallsPort, SumsPort } from './ports.ts';
import { typicalDayOf } from './typical-day.ts';

export interface TypicalDaysDeps {
  clock: Clock;
  halls: HallsPort;
  calendar: Pick<CalendarPort, 'dayOf'>;
  sums: SumsPort;
}

const EIGHT_WEEKS_MS = 56 * 24 * 3600_000;

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
    const rows = await sums({ hallId, period: 'hour', from: now - EIGHT_WEEKS_MS, until: now });
    return typicalDayOf(hall, rows, { now, kindOf: (day) => calendar.dayOf(hallId, day).kind });
  }
}
