import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { footagePath } from '#lib/footage-files.ts';
import type { Database } from '../../db/database.ts';
import { COPY, doom, spare } from './doomed.ts';
import { iso } from './repository.ts';
import type { KeptSegment, Move } from './retention.ts';

/** What became of one segment that was to move. `source`: its file is gone or is not what was recorded. */
export type Moved = 'moved' | 'gone' | { source: 'missing' | 'damaged' };

export interface Moving {
  db: Database;
  /** Folders by volume id. */
  folderOf: (volumeId: string) => string;
  /** Whether the volume is there at this moment. */
  isThere: (volumeId: string) => Promise<boolean>;
  /** Between the steps; a test ends the world there. */
  onStep?: (step: MoveStep) => Promise<void> | void;
}
export type MoveStep = 'doomed' | 'copied' | 'verified' | 'renamed' | 'switched';

/**
 * Moves one file to another volume: the copy is doomed before it is begun, checked against the hash of its row after it
 * is on the disk, and spared by the transaction that switches the row and dooms the source. Whenever it ends in between,
 * the row still leads to a whole file, and what is left over is doomed. Rejects where a disk fails.
 */
export async function moveSegment(
  { db, folderOf, isThere, onStep = () => undefined }: Moving,
  { segment, to }: Move,
  signal: AbortSignal,
): Promise<Moved> {
  const sha256 = await hashOf(db, segment);
  if (sha256 === null) return 'gone';
  const copy = { ...segment, volumeId: to };
  const path = footagePath(segment);
  const source = join(folderOf(segment.volumeId), path);
  const target = join(folderOf(to), path);

  await doom(db, [copy]);
  await onStep('doomed');
  const made = await mkdir(dirname(target), { recursive: true });
  const read = await copyFile(source, target + COPY, signal);
  if (read === null || !read.equals(sha256)) {
    // on an empty mount point every file seems to be missing
    if (!(await isThere(segment.volumeId))) throw new Error(`volume ${segment.volumeId} is away`);
    const what = read === null ? 'missing' : 'damaged';
    await tellFault(db, segment, what);
    return { source: what };
  }
  await onStep('copied');
  const written = await hashFile(target + COPY, signal);
  if (!written.equals(sha256)) throw new Error(`${target}${COPY} is not what was written to it`);
  await onStep('verified');
  await rename(target + COPY, target);
  await syncFolders(dirname(target), made);
  await onStep('renamed');
  const switched = await db.transaction(async (inside) => {
    const rows = await inside.query(
      `UPDATE footage_segment SET volume_id = $6 WHERE ${ROW} AND volume_id = $7 RETURNING 1`,
      [...rowOf(segment), to, segment.volumeId],
    );
    if (rows.length === 0) return false;
    // somebody else may have taken the copy for what a crash left over
    if ((await spare(inside, [copy])) !== 1) throw new Error(`the copy ${target} was taken away`);
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

/** Copies, on to the disk; answers the hash of what was read, or null where there is no source. */
async function copyFile(source: string, target: string, signal: AbortSignal): Promise<Buffer | null> {
  const hash = createHash('sha256');
  const through = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const from = await open(source).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (from === null) return null;
  await pipeline(from.createReadStream(), through, createWriteStream(target, { flush: true }), { signal });
  return hash.digest();
}

/** SHA-256 of a file. Throws what the disk throws. */
export async function hashFile(file: string, signal?: AbortSignal): Promise<Buffer> {
  const hash = createHash('sha256');
  const into = new Writable({
    write(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done();
    },
  });
  await pipeline(createReadStream(file), into, signal ? { signal } : {});
  return hash.digest();
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

/** The new name survives a power cut, and so do folders that were made for it: `made` is the topmost of those. */
async function syncFolders(folder: string, made: string | undefined): Promise<void> {
  const top = made === undefined ? folder : dirname(made);
  for (let each = folder; ; each = dirname(each)) {
    const handle = await open(each);
    await handle.sync().finally(() => handle.close());
    if (each === top) return;
  }
}
