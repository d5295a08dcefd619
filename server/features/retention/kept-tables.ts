import type { Kept } from '#contract/retention.ts';

/** Where rows of one kind lie. */
interface KeptTable {
  table: string;
  /** What their age is told by; what the table is cut into chunks by, where it is. */
  time: string;
  /** Whole chunks are dropped; otherwise rows are deleted. */
  chunks: boolean;
  where?: string;
  /** Rows stay, and this of them goes. */
  column?: string;
  /** Of people: that it went is told to the audit. */
  personal?: true;
}

const figures = (period: string): KeptTable[] =>
  ['figure_ticket', 'figure_window'].map((table) => ({
    ...{ table, time: 'from_at', chunks: false, where: `period = '${period}'` },
  }));

export const keptTables: Record<Kept, readonly KeptTable[]> = {
  events: [{ table: 'terminal_event', time: 'occurred_at', chunks: true }],
  readings: [{ table: 'sensor_reading', time: 'at', chunks: true }],
  measurements: [{ table: 'measurement', time: 'at', chunks: true }],
  figures5min: figures('5min'),
  figuresHour: figures('hour'),
  figuresDay: figures('day'),
  commands: [{ table: 'terminal_command', time: 'given_at', chunks: false }],
  contacts: [
    {
      table: 'matter',
      time: 'closed_at',
      chunks: false,
      where: 'contact IS NOT NULL',
      column: 'contact',
      personal: true,
    },
  ],
  registrations: [{ table: 'account_registration', time: 'asked_at', chunks: false, personal: true }],
};

/** Takes away what is older than $1; but for chunks it gives how many rows went. */
export function removal({ table, time, chunks, where = 'true', column }: KeptTable): string {
  if (chunks) return `SELECT drop_chunks('${table}', older_than => $1::timestamptz)`;
  const old = `WHERE ${time} < $1 AND ${where}`;
  return column === undefined
    ? `WITH gone AS (DELETE FROM ${table} ${old} RETURNING 1) SELECT count(*) AS rows FROM gone`
    : `WITH gone AS (UPDATE ${table} SET ${column} = NULL ${old} RETURNING 1) SELECT count(*) AS rows FROM gone`;
}

/** The oldest row and the size of the whole table. */
export function extent({ table, time, where = 'true' }: KeptTable): string {
  const size = `(SELECT coalesce((SELECT hypertable_size('${table}') FROM timescaledb_information.hypertables
    WHERE hypertable_name = '${table}'), pg_total_relation_size('${table}')))`;
  return `SELECT (SELECT min(${time}) FROM ${table} WHERE ${where}) AS oldest, ${size}::float8 AS bytes`;
}
