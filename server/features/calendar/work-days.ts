import { Temporal } from 'temporal-polyfill';
import type { CalendarDay, LocalDate } from '#contract/calendar.ts';
import type { OpeningHours, Span } from './opening-hours.ts';
import { isWorking } from './working-calendar.ts';

/** A day from local midnight to local midnight, epoch ms: what it is to work, and when it is open (null: not known). */
export interface WorkDay extends CalendarDay {
  begins: number;
  ends: number;
  working: boolean;
  hours: readonly Span[] | null;
}

export interface WorkDaysOptions {
  timeZone: string;
  dayOf(day: LocalDate): CalendarDay;
  /** Null: nobody has said when it is open. */
  opening: OpeningHours | null;
}

const DAY_MS = 24 * 3600 * 1000;

/**
 * The days of one place, one after the other, made once and kept: a million limits walk over the same few years. Built
 * anew with the calendar.
 */
export class WorkDays {
  readonly #options: WorkDaysOptions;
  /** By days since 1970-01-01, local. */
  readonly #days = new Map<number, WorkDay>();

  constructor(options: WorkDaysOptions) {
    this.#options = options;
  }

  /** The local day that holds this instant. */
  dayAt(at: number): WorkDay {
    // No zone is further than a day from UTC.
    let number = Math.floor(at / DAY_MS);
    while (this.#day(number).begins > at) number -= 1;
    while (this.#day(number).ends <= at) number += 1;
    return this.#day(number);
  }

  dayAfter({ ends }: Pick<WorkDay, 'ends'>): WorkDay {
    return this.dayAt(ends);
  }

  #day(number: number): WorkDay {
    const known = this.#days.get(number);
    if (known) return known;
    const made = this.#make(new Date(number * DAY_MS).toISOString().slice(0, 10));
    this.#days.set(number, made);
    return made;
  }

  #make(name: LocalDate): WorkDay {
    const { timeZone, dayOf, opening } = this.#options;
    const date = Temporal.PlainDate.from(name);
    const begins = date.toZonedDateTime({ timeZone }).epochMilliseconds;
    const ends = date.add({ days: 1 }).toZonedDateTime({ timeZone }).epochMilliseconds;
    const day = dayOf(name);
    return { ...day, begins, ends, working: isWorking(day.kind), hours: opening?.spans(begins, ends) ?? null };
  }
}
