import { MOST_MARKS, type CameraMark, type MarkRequest } from '#contract/footage.ts';
import type { Database } from '../../db/database.ts';

interface Row {
  id: number;
  camera_id: string;
  fault: string;
  since: string;
  until: string | null;
}

/** What picture diagnosis found wrong with pictures. */
export async function pictureFaultMarks(db: Database, { cameras, from, until }: MarkRequest): Promise<CameraMark[]> {
  const rows = await db.query<Row>(
    `SELECT id, camera_id, fault, since, until FROM picture_fault
     WHERE camera_id = ANY($1) AND since < $3 AND (until IS NULL OR until > $2)
     ORDER BY since DESC LIMIT ${MOST_MARKS}`,
    [cameras.map(({ id }) => id), from, until],
  );
  return rows.map(({ id, camera_id, fault, since, until }) => {
    return {
      cameraId: camera_id,
      kind: 'picture-fault',
      id: String(id),
      from: since,
      until,
      label: fault,
      severity: null,
    };
  });
}
