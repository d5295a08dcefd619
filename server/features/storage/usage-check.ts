import type { Database } from '../../db/database.ts';

/** Hours whose count by the trigger differs from their rows. */
export interface UsageFault {
  volumeId: string;
  cameraId: string;
  role: string;
  hour: string;
  countedBytes: number;
  rowBytes: number;
}

const DAY_MS = 24 * 3600_000;

/**
 * Checks what footage takes against its rows and puts right what differs, a day at a time, so that writers wait a moment
 * only. Answers what differed. Hours without footage that no forecast needs any more are given up.
 */
export async function checkUsage(db: Database, now: number, signal: AbortSignal): Promise<UsageFault[]> {
  const [span] = await db.query<{ first: string | null }>(
    `SELECT least((SELECT min(hour) FROM footage_usage), (SELECT min(started_at) FROM footage_segment)) AS first`,
  );
  const faults: UsageFault[] = [];
  if (!span?.first) return faults;
  for (let day = Math.floor(Date.parse(span.first) / DAY_MS) * DAY_MS; day < now && !signal.aborted; day += DAY_MS) {
    faults.push(...(await checkDay(db, new Date(day).toISOString(), new Date(day + DAY_MS).toISOString())));
  }
  await db.query('DELETE FROM footage_usage WHERE segments = 0 AND hour < $1', [
    new Date(now - 2 * DAY_MS).toISOString(),
  ]);
  return faults;
}

function checkDay(db: Database, from: string, until: string): Promise<UsageFault[]> {
  return db.transaction(async (inside) => {
    await inside.query('LOCK TABLE footage_usage IN SHARE ROW EXCLUSIVE MODE');
    const faults = await inside.query<UsageFault & { segments: number }>(
      `WITH counted AS (SELECT * FROM footage_usage WHERE hour >= $1 AND hour < $2),
         summed AS (SELECT volume_id, camera_id, role, date_trunc('hour', started_at, 'UTC') AS hour,
             count(*) AS segments, sum(bytes)::bigint AS bytes
           FROM footage_segment WHERE started_at >= $1 AND started_at < $2 AND state <> 'missing' GROUP BY 1, 2, 3, 4)
       SELECT volume_id AS "volumeId", camera_id AS "cameraId", role, hour, coalesce(s.segments, 0) AS segments,
         coalesce(c.bytes, 0) AS "countedBytes", coalesce(s.bytes, 0) AS "rowBytes"
       FROM counted c FULL JOIN summed s USING (volume_id, camera_id, role, hour)
       WHERE coalesce(c.bytes, 0) <> coalesce(s.bytes, 0) OR coalesce(c.segments, 0) <> coalesce(s.segments, 0)`,
      [from, until],
    );
    for (const { volumeId, cameraId, role, hour, segments, rowBytes } of faults) {
      await inside.query(
        `INSERT INTO footage_usage (volume_id, camera_id, role, hour, segments, bytes) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (volume_id, camera_id, role, hour) DO UPDATE SET segments = EXCLUDED.segments, bytes = EXCLUDED.bytes`,
        [volumeId, cameraId, role, hour, segments, rowBytes],
      );
    }
    return faults;
  });
}
