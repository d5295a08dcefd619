import { Temporal } from 'temporal-polyfill';
import { FIGURES, FigureName, type PeriodFiguresAnswer, type PeriodFiguresQuery } from '#contract/figures.ts';
import type { Hall } from '#contract/places.ts';
import { AppError } from '#lib/app-error.ts';
import { csv, type Cell } from '#lib/csv.ts';
import type { Database } from '../../db/database.ts';
import { periodFigures } from './period-figures.ts';

/** So many days may be asked for at once; each gives 288, 24 or one period. */
const MAX_DAYS = { '5min': 7, hour: 62, day: 800 };

export interface FiguresDeps {
  db: Database;
  halls: { get(hallId: string): Hall | undefined };
  /** Open spans of the hall; null where its hours are not known for all of it. */
  calendar: { spans(hallId: string, from: number, until: number): { from: number; until: number }[] | null };
}

/** Figures of periods, as people ask for them: by days of the hall's own time zone. */
export class FiguresService {
  readonly #deps: FiguresDeps;

  constructor(deps: FiguresDeps) {
    this.#deps = deps;
  }

  /** Throws NOT_FOUND for the hall, REQUEST_INVALID for the span. */
  async ofPeriods(hallId: string, query: PeriodFiguresQuery): Promise<PeriodFiguresAnswer> {
    const { db, calendar } = this.#deps;
    const { timeZone } = this.#hall(hallId);
    const { by, period, of = null } = query;
    const { from, until } = spanOf(query, timeZone);
    const [rows, [newest]] = await Promise.all([
      periodFigures(db, { hallId, by, period, of, from, until }),
      db.query<{ at: string | null }>(
        'SELECT max(computed_at) AS at FROM figure_day WHERE hall_id = $1 AND day BETWEEN $2 AND $3',
        [hallId, query.from, query.until],
      ),
    ]);
    const instant = (at: number) => new Date(at).toISOString();
    return {
      ...{ hallId, timeZone, by, period },
      rows: rows.filter((row) => row.from !== null),
      totals: rows.filter((row) => row.from === null),
      opening:
        calendar
          .spans(hallId, from, until)
          ?.map((span) => ({ from: instant(span.from), until: instant(span.until) })) ?? null,
      computedAt: newest?.at ?? null,
    };
  }

  /** The same as a table for spreadsheets; times by the hall's clock, shares as fractions. Throws as `ofPeriods`. */
  async csv(hallId: string, query: PeriodFiguresQuery): Promise<string> {
    const { rows, timeZone, by } = await this.ofPeriods(hallId, query);
    const names = FigureName.options.filter((name) => FIGURES[name].by.includes(by));
    const local = (instant: string | null) =>
      instant && Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone).toString({ timeZoneName: 'never' });
    return csv([
      [
        '时段开始 from',
        `${by}`,
        ...names.map(
          (name) => `${FIGURES[name].name.zh} ${FIGURES[name].name.en}${FIGURES[name].unit === 'seconds' ? ' s' : ''}`,
        ),
      ],
      ...rows.map(({ from, of, figures }): Cell[] => [
        local(from),
        of ?? hallId,
        ...names.map((name) => rounded(figures[name] ?? null)),
      ]),
    ]);
  }

  #hall(hallId: string): Hall {
    const hall = this.#deps.halls.get(hallId);
    if (!hall) throw new AppError('NOT_FOUND', hallId);
    return hall;
  }
}

function spanOf({ from, until, period }: PeriodFiguresQuery, timeZone: string): { from: number; until: number } {
  const [first, last] = [Temporal.PlainDate.from(from), Temporal.PlainDate.from(until)];
  const days = first.until(last).days + 1;
  if (days < 1 || days > MAX_DAYS[period]) {
    throw new AppError('REQUEST_INVALID', [{ path: 'until', message: `ask for 1 to ${MAX_DAYS[period]} days` }]);
  }
  const begin = (day: Temporal.PlainDate) => day.toZonedDateTime({ timeZone }).epochMilliseconds;
  return { from: begin(first), until: begin(last.add({ days: 1 })) };
}

function rounded(value: number | null): Cell {
  return value === null ? null : Math.round(value * 10_000) / 10_000;
}
