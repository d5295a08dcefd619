import { Temporal } from 'temporal-polyfill';
import type { CalendarDay, DayHours, HallTimetable, LocalDate, Timetable } from '#contract/calendar.ts';

/** A span of time, epoch ms, without its end. */
export interface Span {
  from: number;
  until: number;
}

export interface OpeningOptions {
  timetable: HallTimetable;
  /** IANA name of the hall's time zone. */
  timeZone: string;
  /** What a day is to work in the hall's region. */
  dayOf(day: LocalDate): CalendarDay;
}

/** When a hall is open: its timetable, laid over the working calendar of its region, in its own time zone. */
export class OpeningHours {
  readonly #options: OpeningOptions;
  readonly #timetables: readonly Timetable[];
  readonly #days: ReadonlyMap<LocalDate, DayHours>;

  constructor(options: OpeningOptions) {
    this.#options = options;
    this.#timetables = [...options.timetable.timetables].sort((a, b) => (a.validFrom < b.validFrom ? 1 : -1));
    this.#days = new Map(options.timetable.days.map(({ day, hours }) => [day, hours]));
  }

  /** The hours of one day by the clock on the wall; null before the first timetable. */
  hoursOf(day: LocalDate): DayHours | null {
    const special = this.#days.get(day);
    if (special) return special;
    const timetable = this.#timetables.find(({ validFrom }) => validFrom <= day);
    if (!timetable) return null;
    const { kind } = this.#options.dayOf(day);
    if (kind === 'holiday') return timetable.holiday;
    if (kind === 'make-up') return timetable.makeUp ?? timetable.weekly[0]!;
    return timetable.weekly[Temporal.PlainDate.from(day).dayOfWeek - 1]!;
  }

  /** Open spans within `[from, until)`, ascending; null where a day in it has no hours that are known. */
  spans(from: number, until: number): Span[] | null {
    const spans: Span[] = [];
    const last = this.localDay(until);
    for (let day = this.localDay(from); ; day = day.add({ days: 1 })) {
      const hours = this.hoursOf(day.toString());
      if (!hours) return null;
      for (const span of hours) add(spans, this.#within(day, span, from, until));
      if (Temporal.PlainDate.compare(day, last) >= 0) return spans;
    }
  }

  /** Null: not known. */
  isOpen(at: number): boolean | null {
    const spans = this.spans(at, at + 1);
    return spans && spans.length > 0;
  }

  /** The next instant after `at` in which it opens or closes, within 40 days; null where there is none. */
  nextChange(at: number): number | null {
    const spans = this.spans(at, at + 40 * 24 * 3600 * 1000);
    const first = spans?.[0];
    if (!first) return null;
    return first.from > at ? first.from : first.until;
  }

  /** The day that it is in the hall at this instant. */
  localDay(at: number): Temporal.PlainDate {
    return Temporal.Instant.fromEpochMilliseconds(Math.floor(at))
      .toZonedDateTimeISO(this.#options.timeZone)
      .toPlainDate();
  }

  #within(day: Temporal.PlainDate, hours: DayHours[number], from: number, until: number): Span {
    return {
      from: Math.max(from, this.#instant(day, hours.from)),
      until: Math.min(until, this.#instant(day, hours.until)),
    };
  }

  #instant(day: Temporal.PlainDate, time: string): number {
    const { timeZone } = this.#options;
    if (time === '24:00') return day.add({ days: 1 }).toZonedDateTime({ timeZone }).epochMilliseconds;
    return day.toZonedDateTime({ timeZone, plainTime: time }).epochMilliseconds;
  }
}

/** Spans that touch, as at midnight, are one. */
function add(spans: Span[], span: Span): void {
  if (span.from >= span.until) return;
  const before = spans.at(-1);
  if (before?.until === span.from) before.until = span.until;
  else spans.push(span);
}
