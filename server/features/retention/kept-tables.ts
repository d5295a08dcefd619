import type { Kept } from '#contract/retention.ts';

/** Where rows of one kind lie. */
interface KeptTable {
  table: string;
  /** What their age is told by; what the table is cut into chunks by, where it is. */
  time: string;
  /** Whole chunks are dropped; otherwise rows are deleted. */
  chunks: boolean;
  where?: string;
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
};

/** Takes away what is older than $1. */
export function removal({ table, time, chunks, where = 'true' }: KeptTable): string {
  return chunks
    ? `SELECT drop_chunks('${table}', older_than => $1::timestamptz)`
    : `DELETE FROM ${table} WHERE ${time} < $1 AND ${where}`;
}

/** The oldest row and the size of the whole table. */
export function extent({ table, time, where = 'true' }: KeptTable): string {
  const size = `(SELECT coalesce((SELECT hypertable_size('${table}') FROM timescaledb_information.hypertables
    WHERE hypertable_name = '${table}'), pg_total_relation_size('${table}')))`;
  return `SELECT (SELECT min(${time}) FROM ${table} WHERE ${where}) AS oldest, ${size}::float8 AS bytes`;
}
