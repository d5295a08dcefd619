import { FIGURES, FigureName, type FigureDimension, type FigurePeriod, type PeriodFigures } from '#contract/figures.ts';
import type { Database } from '../../db/database.ts';
import { DEFINITIONS } from './definitions.ts';

export interface PeriodQuery {
  hallId: string;
  by: FigureDimension;
  period: FigurePeriod;
  /** One queue, window or clerk; null: each of them. */
  of: string | null;
  /** `[from, until)`, epoch ms. */
  from: number;
  until: number;
}

type Row = { from: string | null; of: string | null } & Record<FigureName, number | null>;

const columns: Record<FigureDimension, string> = {
  hall: `'hall'`,
  queue: 'queue_id',
  window: 'window_id',
  staff: 'staff',
};
const TICKET_SUMS =
  'issued called waited wait_sec on_target started completed served service_sec skipped cancelled rated bad unrated waiting_sec';
const WINDOW_SUMS = 'idle_sec calling_sec serving_sec paused_sec empty_sec';

const list = (names: string, each: (name: string) => string) => names.split(' ').map(each).join(', ');
const summed = (names: string) => list(names, (name) => `sum(${name})::float8 AS ${name}`);
const nothing = (names: string) => list(names, (name) => `coalesce(${name}, 0) AS ${name}`);

/**
 * Figures by period, and over the whole span (`from: null`), of each queue, window, clerk or of the hall. A figure that
 * cannot be told apart in that way is null.
 */
export async function periodFigures(db: Database, query: PeriodQuery): Promise<PeriodFigures[]> {
  const names = FigureName.options.filter((name) => FIGURES[name].by.includes(query.by));
  const rows = await db.query<Row>(statement(query.by, names), [
    query.hallId,
    query.period,
    new Date(query.from).toISOString(),
    new Date(query.until).toISOString(),
    query.of,
  ]);
  return rows.map((row) => ({
    from: row.from,
    of: query.by === 'hall' ? null : row.of,
    figures: Object.fromEntries(
      FigureName.options.map((name) => [name, row[name] ?? null]),
    ) as PeriodFigures['figures'],
  }));
}

function statement(by: FigureDimension, names: readonly FigureName[]): string {
  const key = columns[by];
  const over = (table: string) => `FROM ${table}
    WHERE hall_id = $1 AND period = $2 AND from_at >= $3 AND from_at < $4 AND ${key} <> '' AND ($5::text IS NULL OR ${key} = $5)
    GROUP BY GROUPING SETS ((subject, from_at), (subject))`;
  // The whole span stands under an instant of its own, so that the two sides meet there too.
  const head = `SELECT ${key} AS subject, coalesce(from_at, '-infinity') AS from_at`;
  // Queues have no windows of their own: a window that feeds from two belongs to both.
  const windows =
    by === 'queue'
      ? `SELECT NULL AS subject, NULL::timestamptz AS from_at, ${list(WINDOW_SUMS, (name) => `0::float8 AS ${name}`)} WHERE false`
      : `${head}, ${summed(WINDOW_SUMS)} ${over('figure_window')}`;
  return `
    WITH ticket AS (${head}, ${summed(TICKET_SUMS)}, max(wait_max) AS wait_max ${over('figure_ticket')}),
    worked AS (${windows}),
    met AS (
      SELECT subject, from_at, ${nothing(TICKET_SUMS)}, ${nothing(WINDOW_SUMS)}, wait_max FROM ticket FULL JOIN worked USING (subject, from_at)
    )
    SELECT CASE WHEN from_at > '-infinity' THEN from_at END AS "from", subject AS of,
      ${names.map((name) => `${DEFINITIONS[name]} AS "${name}"`).join(', ')}
    FROM met ORDER BY from_at, subject`;
}
