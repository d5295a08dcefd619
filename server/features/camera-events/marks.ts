import { MOST_MARKS, type CameraMark, type MarkRequest } from '#contract/footage.ts';
import type { Database } from '../../db/database.ts';

interface Row {
  camera_id: string;
  kind: string;
  topic: string;
  source: string;
  active: boolean | null;
  at: string;
  next_at: string | null;
}

/** So far back may lie the beginning of what lasts into a span. */
const LOOK_BACK = '1 hour';

/** Where a pixel stands for longer, motion is a band that tells nothing. */
const FINE_MS = 30_000;

/** What cameras noticed by themselves: what lasts from its beginning until the camera took it back. */
export async function cameraEventMarks(db: Database, request: MarkRequest): Promise<CameraMark[]> {
  const { cameras, from, until, resolutionMs } = request;
  const isFine = resolutionMs <= FINE_MS;
  const told = ['tamper', 'digital-input', ...(isFine ? ['motion'] : [])];
  const rows = await db.query<Row>(
    `SELECT * FROM (
       SELECT camera_id, kind, topic, source, active, initial, at,
         lead(at) OVER (PARTITION BY camera_id, topic, source ORDER BY at) AS next_at
       FROM camera_event WHERE camera_id = ANY($1) AND kind = ANY($4) ${isFine ? '' : "AND kind <> 'motion'"}
         AND at > $2::timestamptz - interval '${LOOK_BACK}' AND at < $3) AS events
     WHERE active IS NOT false AND NOT initial AND (at >= $2 OR active AND (next_at IS NULL OR next_at > $2))
     ORDER BY at DESC LIMIT ${MOST_MARKS}`,
    [cameras.map(({ id }) => id), from, until, told],
  );
  return rows.map(({ camera_id, kind, topic, source, active, at, next_at }) => ({
    ...{ cameraId: camera_id, kind: 'camera-event', id: `${topic}|${source}|${at}`, from: at },
    ...{ until: active ? next_at : null, label: kind, severity: null },
  }));
}
