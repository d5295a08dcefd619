import { Temporal } from 'temporal-polyfill';
import type { CalendarDay, DayException, DayKind, LocalDate, Notice } from '#contract/calendar.ts';

interface Said extends DayException {
  noticeId: string;
}

/**
 * What each day is to work, by the notices of the nation and of the regions. Built anew when a notice comes or goes.
 *
 * A day that no notice of the nation covers is taken for what its weekday says, and is provisional: the next notice may
 * make it something else.
 */
export class WorkingCalendar {
  /** The last day up to which the nation's notices leave no hole after their first day; null without any. */
  readonly coveredUntil: LocalDate | null;

  readonly #nation: readonly Notice[];
  /** By region (null: the nation) and day. */
  readonly #said = new Map<string | null, Map<LocalDate, Said>>();

  /** `notices` in the order in which they came: where two speak of a day, the later one counts. */
  constructor(notices: readonly Notice[]) {
    for (const notice of notices) this.#take(notice);
    this.#nation = notices.filter(({ regionId }) => regionId === null);
    this.coveredUntil = withoutHole(this.#nation);
  }

  /** `regions`: the region in question and those above it, nearest first; the nearest that speaks of the day counts. */
  day(day: LocalDate, regions: readonly string[] = []): CalendarDay {
    const provisional = !this.#nation.some(({ coversFrom, coversUntil }) => coversFrom <= day && day <= coversUntil);
    for (const region of [...regions, null]) {
      const said = this.#said.get(region)?.get(day);
      // What a region says of a day holds without the nation's notice.
      if (said) return { day, kind: said.kind, name: said.name, provisional: false, noticeId: said.noticeId };
    }
    return { day, kind: byWeekday(day), name: null, provisional, noticeId: null };
  }

  #take({ id, regionId, coversFrom, coversUntil, days }: Notice): void {
    const said = this.#said.get(regionId) ?? new Map<LocalDate, Said>();
    this.#said.set(regionId, said);
    // The nation's notice says of every day that it covers what it is: also that it is nothing special any more.
    if (regionId === null) {
      for (const day of [...said.keys()]) if (coversFrom <= day && day <= coversUntil) said.delete(day);
    }
    for (const exception of days) said.set(exception.day, { ...exception, noticeId: id });
  }
}

/** Whether work is done on such a day; extended service on a Saturday does not make it one. */
export function isWorking(kind: DayKind): boolean {
  return kind === 'working' || kind === 'make-up';
}

function byWeekday(day: LocalDate): DayKind {
  return Temporal.PlainDate.from(day).dayOfWeek <= 5 ? 'working' : 'rest';
}

function withoutHole(notices: readonly Notice[]): LocalDate | null {
  const ascending = [...notices].sort((a, b) => (a.coversFrom < b.coversFrom ? -1 : 1));
  let until: LocalDate | null = null;
  for (const { coversFrom, coversUntil } of ascending) {
    if (until !== null && coversFrom > dayAfter(until)) break;
    if (until === null || coversUntil > until) until = coversUntil;
  }
  return until;
}

function dayAfter(day: LocalDate): LocalDate {
  return Temporal.PlainDate.from(day).add({ days: 1 }).toString();
}
