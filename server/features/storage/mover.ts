import { footagePath } from '#lib/footage-files.ts';
import type { Database } from '../../db/database.ts';
import { doom, spare } from './doomed.ts';
import type { Place, TakeStep } from './place.ts';
import { iso } from './repository.ts';
import type { KeptSegment, Move } from './retention.ts';

/** What became of one segment that was to move. `source`: its file is gone or is not what was recorded. */
export type Moved = 'moved' | 'gone' | { source: 'missing' | 'damaged' };

export interface Moving {
  db: Database;
  placeOf: (volumeId: string) => Place;
  /** Whether the volume is there at this moment. */
  isThere: (volumeId: string) => Promise<boolean>;
  /** Between the steps; a test ends the world there. */
  onStep?: (step: MoveStep) => Promise<void> | void;
}
export type MoveStep = 'doomed' | TakeStep | 'switched';

/**
 * Moves one file to another volume: the copy is doomed before it is begun, checked against the hash of its row after it
 * lies there, and spared by the transaction that switches the row and dooms the source. Whenever it ends in between,
 * the row still leads to a whole file, and what is left over is doomed. Rejects where a disk or a store fails.
 */
export async function moveSegment(
  { db, placeOf, isThere, onStep = () => undefined }: Moving,
  { segment, to }: Move,
  signal: AbortSignal,
): Promise<Moved> {
  const sha256 = await hashOf(db, segment);
  if (sha256 === null) return 'gone';
  const copy = { ...segment, volumeId: to };
  const path = footagePath(segment);
  const [source, target] = [placeOf(segment.volumeId), placeOf(to)];

  const found = await source.hash(path, signal);
  const content = found?.equals(sha256) ? await source.read(path, signal) : null;
  if (content === null) {
    // on an empty mount point every file seems to be missing
    if (!(await isThere(segment.volumeId))) throw new Error(`volume ${segment.volumeId} is away`);
    const what = found === null ? 'missing' : 'damaged';
    await tellFault(db, segment, what);
    return { source: what };
  }
  try {
    await doom(db, [copy]);
    await onStep('doomed');
    await target.take(path, { content, bytes: segment.bytes, sha256 }, signal, onStep);
  } finally {
    content.destroy();
  }
  const switched = await db.transaction(async (inside) => {
    const rows = await inside.query(
      `UPDATE footage_segment SET volume_id = $6 WHERE ${ROW} AND volume_id = $7 RETURNING 1`,
      [...rowOf(segment), to, segment.volumeId],
    );
    if (rows.length === 0) return false;
    // somebody else may have taken the copy for what a crash left over
    if ((await spare(inside, [copy])) !== 1) throw new Error(`the copy of ${path} on ${to} was taken away`);
    await doom(inside, [segment]);
    return true;
  });
  await onStep('switched');
  return switched ? 'moved' : 'gone';
}

const ROW = 'camera_id = $1 AND role = $2 AND started_at = $3 AND run_id = $4 AND number = $5';
const rowOf = ({ cameraId, role, startedAt, run, number }: KeptSegment) => [
  cameraId,
  role,
  iso(startedAt),
  run,
  number,
];

async function hashOf(db: Database, segment: KeptSegment): Promise<Buffer | null> {
  const [row] = await db.query<{ sha256: Buffer }>(
    `SELECT sha256 FROM footage_segment WHERE ${ROW} AND volume_id = $6`,
    [...rowOf(segment), segment.volumeId],
  );
  return row?.sha256 ?? null;
}

/** What was found out about a file stands in its row, and as a gap, since nobody can play it. */
async function tellFault(db: Database, segment: KeptSegment, what: 'missing' | 'damaged'): Promise<void> {
  const { cameraId, role, startedAt, endedAt } = segment;
  await db.transaction(async (inside) => {
    await inside.query(`UPDATE footage_segment SET state = $6 WHERE ${ROW}`, [...rowOf(segment), what]);
    await inside.query(
      'INSERT INTO footage_gap (camera_id, role, started_at, ended_at, cause) VALUES ($1, $2, $3, $4, $5)',
      [cameraId, role, iso(startedAt), iso(endedAt), `file-${what}`],
    );
  });
}
