import type { CameraMark, MarkRequest } from '#contract/footage.ts';
import { MOST_MARKS } from '#contract/footage.ts';
import type { Severity } from '#contract/ids.ts';
import type { Database } from '../../db/database.ts';

interface Row {
  camera_id: string;
  id: string;
  kind: string;
  severity: Severity;
  since: string;
  until: string | null;
}

/** Alerts as marks of the cameras that saw their subject or were it. */
export async function alertMarks(db: Database, { cameras, from, until }: MarkRequest): Promise<CameraMark[]> {
  const rows = await db.query<Row>(
    `SELECT seen.camera_id, id, kind, severity, condition_since AS since, coalesce(cleared_at, closed_at) AS until
     FROM alert CROSS JOIN LATERAL (SELECT DISTINCT unnest(camera_ids || camera_id)) AS seen (camera_id)
     WHERE hall_id = ANY($1) AND (camera_ids && $2 OR alert.camera_id = ANY($2))
       AND condition_since < $4 AND coalesce(cleared_at, closed_at, 'infinity'::timestamptz) > $3
       -- the same once more, as its index has it
       AND tstzrange(condition_since,
             greatest(condition_since, coalesce(cleared_at, closed_at, 'infinity'::timestamptz)), '[]')
         && tstzrange($3, $4)
       AND seen.camera_id = ANY($2)
     ORDER BY raised_at DESC LIMIT ${MOST_MARKS}`,
    [[...new Set(cameras.map(({ hallId }) => hallId))], cameras.map(({ id }) => id), from, until],
  );
  return rows.map(({ camera_id, id, kind, severity, since, until }) => {
    return { cameraId: camera_id, kind: 'alert', id, from: since, until, label: kind, severity };
  });
}
