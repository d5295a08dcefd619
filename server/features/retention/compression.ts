import { messageOf } from '#lib/app-error.ts';
import type { Logger } from '#lib/logger.ts';
import type { Database } from '../../db/database.ts';

interface OldRows {
  table: string;
  /** Columns that rows of one batch share; what is asked for by them reads those batches alone. */
  by: string;
  order: string;
  /** Nothing is written to a chunk by then, however late it comes. */
  afterDays: number;
}

const oldRows: readonly OldRows[] = [
  // An event that says it is older than a month is placed when it came.
  { table: 'terminal_event', by: 'hall_id', order: 'occurred_at', afterDays: 35 },
  { table: 'sensor_reading', by: 'hall_id, device_id, quantity', order: 'at', afterDays: 14 },
  { table: 'measurement', by: 'hall_id, queue_id, figure', order: 'at', afterDays: 14 },
];

/**
 * Has old rows compressed by TimescaleDB's own jobs, where its licence has them: the community edition, not Debian's build.
 * Every query answers the same either way. What an administrator has set up himself is left as it is.
 */
export async function compressOldRows({ db, log }: { db: Database; log: Logger }): Promise<void> {
  const [{ licence } = { licence: null }] = await db.query<{ licence: string | null }>(
    `SELECT current_setting('timescaledb.license', true) AS licence`,
  );
  if (licence !== 'timescale') return;
  for (const rows of oldRows) {
    try {
      await compress(db, rows);
    } catch (error) {
      const { table } = rows;
      log.warn({ code: 'DATABASE_REFUSED', table, reason: messageOf(error) }, 'old rows stay uncompressed');
    }
  }
}

async function compress(db: Database, { table, by, order, afterDays }: OldRows): Promise<void> {
  const isSetUp = await db.query(
    'SELECT 1 FROM timescaledb_information.hypertables WHERE hypertable_name = $1 AND compression_enabled',
    [table],
  );
  if (isSetUp.length > 0) return;
  await db.query(`ALTER TABLE ${table} SET (timescaledb.compress, timescaledb.compress_segmentby = '${by}',
    timescaledb.compress_orderby = '${order}')`);
  await db.query(`SELECT add_compression_policy('${table}', INTERVAL '${afterDays} days', if_not_exists => true)`);
}
