import type { CalendarDay } from '#contract/calendar.ts';

/** A span of time, epoch ms, without its end. */
export interface Span {
  from: number;
  until: number;
}

/** A day where the work is done, from local midnight to local midnight, epoch ms. */
export interface WorkDay extends CalendarDay {
  begins: number;
  ends: number;
  /** Whether it is worked, by the calendar. */
  working: boolean;
  /** Opening hours, ascending; null where nobody has said them. */
  hours: readonly Span[] | null;
}

/** What a limit asks of calendar and timetable. */
export interface WorkTime {
  dayAt(at: number): WorkDay;
  dayAfter(day: WorkDay): WorkDay;
}

/** The instant at which work ends on that day: the last closing, or midnight where none is known. */
export function closingOf(day: WorkDay): number {
  return day.hours?.at(-1)?.until ?? day.ends;
}

/**
 * The time of a working day over which the day counts. Extended service on a Saturday is none. A working day on which
 * the hall is closed, or whose hours nobody has said, is a working day all the same: it counts around the clock.
 */
export function dutyOf(day: WorkDay): readonly Span[] {
  if (!day.working) return [];
  return day.hours?.length ? day.hours : [{ from: day.begins, until: day.ends }];
}
