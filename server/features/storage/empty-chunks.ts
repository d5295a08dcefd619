import type { Database } from '../../db/database.ts';

/**
 * Drops the days of segments that retention has emptied, up to an instant: a query over a month would look into each. A day
 * is locked while it is looked at, so that a file that is found again at that moment keeps its row. Answers how many went.
 */
export async function dropEmptyChunks(db: Database, before: number, signal: AbortSignal): Promise<number> {
  const chunks = await db.query<{ name: string; from: string; until: string }>(
    `SELECT format('%I.%I', chunk_schema, chunk_name) AS name, range_start AS "from", range_end AS until
     FROM timescaledb_information.chunks WHERE hypertable_name = 'footage_segment' AND range_end <= $1 ORDER BY range_start`,
    [new Date(before).toISOString()],
  );
  let dropped = 0;
  for (const { name, from, until } of chunks) {
    if (signal.aborted) break;
    const [kept] = await db.query(`SELECT 1 FROM ${name} LIMIT 1`);
    if (kept) continue;
    dropped += await db.transaction(async (inside) => {
      await inside.query(`LOCK TABLE ${name} IN ACCESS EXCLUSIVE MODE`);
      const [row] = await inside.query(`SELECT 1 FROM ${name} LIMIT 1`);
      if (row) return 0;
      await inside.query(
        `SELECT drop_chunks('footage_segment', older_than => $2::timestamptz, newer_than => $1::timestamptz)`,
        [from, until],
      );
      return 1;
    });
  }
  return dropped;
}
