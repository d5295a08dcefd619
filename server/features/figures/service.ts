import { Temporal } from 'temporal-polyfill';
import { MAX_FIGURE_DAYS, type PeriodFiguresAnswer, type PeriodFiguresQuery } from '#contract/figures.ts';
import type { Hall } from '#contract/places.ts';
import { AppError } from '#lib/app-error.ts';
import { csv } from '#lib/csv.ts';
import { xlsx, type Column } from '#lib/xlsx.ts';
import type { Database } from '../../db/database.ts';
import { figureSheets } from './figure-table.ts';
import { periodFigures } from './period-figures.ts';

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

  /** The periods as a table for any program: seconds, and shares as fractions. Throws as `ofPeriods`. */
  async csv(hallId: string, query: PeriodFiguresQuery): Promise<string> {
    const [{ columns, rows }] = figureSheets(await this.ofPeriods(hallId, query), this.#hall(hallId));
    const title = ({ title, as }: Column) => (as === 'duration' ? `${title} s` : title);
    return csv([columns.map(title), ...rows]);
  }

  /** A workbook of the periods, the whole span and the definitions. Throws as `ofPeriods`. */
  async xlsx(hallId: string, query: PeriodFiguresQuery): Promise<Buffer> {
    return xlsx(figureSheets(await this.ofPeriods(hallId, query), this.#hall(hallId)));
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
  if (days < 1 || days > MAX_FIGURE_DAYS[period]) {
    throw new AppError('REQUEST_INVALID', [{ path: 'until', message: `ask for 1 to ${MAX_FIGURE_DAYS[period]} days` }]);
  }
  const begin = (day: Temporal.PlainDate) => day.toZonedDateTime({ timeZone }).epochMilliseconds;
  return { from: begin(first), until: begin(last.add({ days: 1 })) };
}
