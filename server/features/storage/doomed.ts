import { footagePath, type FootageFile } from '#lib/footage-files.ts';
import type { Database } from '../../db/database.ts';
import type { Place } from './place.ts';
import { iso } from './repository.ts';

const BATCH = 500;
/** Folders of hours older than this are given up when they are empty; in younger ones the recorder may be about to write. */
const FOLDER_AGE_MS = 3 * 3600_000;

export interface DoomedFile extends FootageFile {
  volumeId: string;
}

const columns = (files: readonly DoomedFile[]) => [
  files.map(({ volumeId }) => volumeId),
  files.map(({ cameraId }) => cameraId),
  files.map(({ role }) => role),
  files.map(({ startedAt }) => iso(startedAt)),
  files.map(({ run }) => run),
  files.map(({ number }) => number),
];
const FILES = 'unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::int[])';
const KEY = 'volume_id, camera_id, role, started_at, run_id, number';

/** Writes down that these files shall go. */
export async function doom(db: Database, files: readonly DoomedFile[]): Promise<void> {
  await db.query(`INSERT INTO footage_doomed SELECT * FROM ${FILES} ON CONFLICT DO NOTHING`, columns(files));
}

/** They shall stay, or are gone. Waits for who unlinks them at this moment; answers how many were still doomed. */
export async function spare(db: Database, files: readonly DoomedFile[]): Promise<number> {
  const spared = await db.query(
    `DELETE FROM footage_doomed WHERE (${KEY}) IN (SELECT * FROM ${FILES}) RETURNING 1`,
    columns(files),
  );
  return spared.length;
}

export interface Unlinking {
  db: Database;
  /** By volume id; only volumes that are there. */
  places: ReadonlyMap<string, Place>;
  now: number;
  /** Whether the volume is (still) there: on an empty mount point every file seems to be gone. */
  isThere: (volumeId: string) => Promise<boolean>;
  onRefusal: (volumeId: string, error: unknown) => void;
}

/**
 * Unlinks what is doomed on these volumes until nothing is left or a volume refuses; what refuses waits for the next
 * time. A file that a row speaks of is never unlinked, whatever is written down. Answers how many files went.
 */
export async function unlinkDoomed(unlinking: Unlinking): Promise<number> {
  const willing = new Map(unlinking.places);
  let gone = 0;
  for (;;) {
    const batch = await unlinking.db.transaction((inside) => unlinkBatch(inside, unlinking, willing));
    if (batch === null) return gone;
    gone += batch;
  }
}

/** The rows stay locked until their files are gone: nobody spares them meanwhile. Null: nothing was left. */
async function unlinkBatch(
  inside: Database,
  { now, isThere, onRefusal }: Unlinking,
  willing: Map<string, Place>,
): Promise<number | null> {
  const batch = await doomedOn(inside, [...willing.keys()]);
  if (batch.length === 0) return null;
  const done: DoomedFile[] = [];
  let gone = 0;
  for (const { alive, ...file } of batch) {
    const place = willing.get(file.volumeId);
    if (!place) continue;
    try {
      if (!alive) await place.remove(footagePath(file), file.startedAt < now - FOLDER_AGE_MS);
      done.push(file);
      gone += alive ? 0 : 1;
    } catch (error) {
      willing.delete(file.volumeId);
      onRefusal(file.volumeId, error);
    }
  }
  for (const volumeId of new Set(done.map((file) => file.volumeId))) {
    if (!(await isThere(volumeId))) willing.delete(volumeId);
  }
  await spare(
    inside,
    done.filter(({ volumeId }) => willing.has(volumeId)),
  );
  return gone;
}

async function doomedOn(db: Database, volumeIds: string[]): Promise<(DoomedFile & { alive: boolean })[]> {
  const rows = await db.query<Omit<DoomedFile, 'startedAt'> & { startedAt: string; alive: boolean }>(
    `SELECT volume_id AS "volumeId", camera_id AS "cameraId", role, started_at AS "startedAt", run_id AS run, number,
       EXISTS (SELECT 1 FROM footage_segment s WHERE s.camera_id = d.camera_id AND s.role = d.role
         AND s.started_at = d.started_at AND s.run_id = d.run_id AND s.number = d.number
         AND s.volume_id = d.volume_id) AS alive
     FROM footage_doomed d WHERE volume_id = ANY($1) ORDER BY ${KEY} LIMIT ${BATCH}
     FOR UPDATE OF d SKIP LOCKED`,
    [volumeIds],
  );
  return rows.map((row) => ({ ...row, startedAt: Date.parse(row.startedAt) }));
}
