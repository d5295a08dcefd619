import type { FigureName, FigurePeriod, PeriodFigures, PeriodFiguresAnswer } from '#contract/figures.ts';
import { dateOf, timeOfDay } from '../../i18n/time.ts';
import { dayAfter } from './history-query.ts';

/** One period of a drawing, whether anything happened in it or not. */
export interface Period {
  /** `2026-11-27`, or `2026-11-27 09:05` by the hall's clock. */
  name: string;
  day: string;
  row: PeriodFigures | null;
  /** A day on which the hall does not open by its timetable. */
  closed: boolean;
}

type Opening = PeriodFiguresAnswer['opening'];

const LENGTH_MS: Record<Exclude<FigurePeriod, 'day'>, number> = { '5min': 300_000, hour: 3600_000 };

/**
 * The periods of a span, in order. Days are all there, worked or not; shorter periods reach over each day from its first
 * to its last with an event, so that an outage shows as a hole and a night does not.
 */
export function periodsOf(
  rows: readonly PeriodFigures[],
  span: { period: FigurePeriod; from: string; until: string; timeZone: string; opening: Opening },
): Period[] {
  const { period, from, until, timeZone, opening } = span;
  if (period === 'day') {
    const byDay = new Map(rows.map((row) => [dateOf(row.from!, timeZone), row]));
    const opens = opening && new Set(opening.map((open) => dateOf(open.from, timeZone)));
    const days: Period[] = [];
    for (let day = from; day <= until; day = dayAfter(day, 1)) {
      days.push({ name: day, day, row: byDay.get(day) ?? null, closed: opens !== null && !opens.has(day) });
    }
    return days;
  }
  const byInstant = new Map(rows.map((row) => [Date.parse(row.from!), row]));
  const periods: Period[] = [];
  let before: number | null = null;
  for (const at of [...byInstant.keys()].sort((a, b) => a - b)) {
    const day = dateOf(at, timeZone);
    for (let hole = before; hole !== null && hole < at; hole += LENGTH_MS[period]) {
      if (dateOf(hole, timeZone) === day && periods.at(-1)?.day === day) periods.push(periodAt(hole, timeZone, null));
    }
    periods.push(periodAt(at, timeZone, byInstant.get(at)!));
    before = at + LENGTH_MS[period];
  }
  return periods;
}

function periodAt(at: number, timeZone: string, row: PeriodFigures | null): Period {
  const day = dateOf(at, timeZone);
  return { name: `${day} ${timeOfDay(at, timeZone).slice(0, 5)}`, day, row, closed: false };
}

/** The rows of each queue, window or clerk, in the order given. Rows of nobody in particular are left out. */
export function bySubject(rows: readonly PeriodFigures[], order: readonly string[]): [of: string, PeriodFigures[]][] {
  const found = new Map<string, PeriodFigures[]>(order.map((of) => [of, []]));
  for (const row of rows) {
    const of = row.of ?? '';
    found.set(of, [...(found.get(of) ?? []), row]);
  }
  return [...found].filter(([, own]) => own.length > 0);
}

/** The largest value of a figure; 0 where there is none. */
export function largestOf(rows: readonly PeriodFigures[], name: FigureName): number {
  return Math.max(0, ...rows.map(({ figures }) => figures[name] ?? 0));
}
