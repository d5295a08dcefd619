import type { ProfileRole } from '#contract/cameras.ts';
import type { ChainFault, ChainVerdict } from '#contract/storage.ts';
import { footagePath, type FootageFile } from '#lib/footage-files.ts';
import type { Database } from '../../db/database.ts';
import { ChainWalk, spanOf, type ChainHead, type ChainRow, type RemovedRange } from './chain-walk.ts';
import type { Place } from './place.ts';
import { segmentOf } from './repository.ts';

const PAGE = 1000;
/** Files that are read between two looks at the rows. */
const FILES_PAGE = 100;

export interface Verification {
  db: Database;
  cameraId: string;
  /** Reads the files too. */
  files: boolean;
  places: ReadonlyMap<string, Place>;
  /** Whether a volume is there at this moment. */
  isThere: (volumeId: string) => Promise<boolean>;
}

/**
 * Follows the chain of each stream of a camera over all its rows, of one moment; then reads its files, page by page, as that
 * may take hours. What cannot be seen from here: rows that somebody removed together with a range that says retention did
 * it, and a chain that was written anew from end to end.
 */
export async function verifyCamera(request: Verification): Promise<ChainVerdict[]> {
  const { db, cameraId, files } = request;
  const walks = await db.transaction(async (inside) => {
    await inside.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const roles = await inside.query<{ role: ProfileRole }>(
      `SELECT role FROM footage_chain WHERE camera_id = $1 UNION SELECT role FROM footage_run WHERE camera_id = $1
       ORDER BY role`,
      [cameraId],
    );
    const walked = [];
    for (const { role } of roles) walked.push({ role, walk: await followStream(inside, cameraId, role) });
    return walked;
  });
  const verdicts: ChainVerdict[] = [];
  for (const { role, walk } of walks) {
    if (files) await readFiles(request, role, walk);
    const { links, removed, faults } = walk;
    verdicts.push({ cameraId, role, links, removed, faults, files });
  }
  return verdicts;
}

async function followStream(inside: Database, cameraId: string, role: ProfileRole): Promise<ChainWalk> {
  const walk = new ChainWalk();
  const ranges = await removedRanges(inside, cameraId, role);
  const passUpTo = (no: number) => {
    while (ranges[0] && ranges[0].fromNo <= no) walk.pass(ranges.shift()!);
  };
  const cursor = `chain_of_${role}`;
  await inside.query(
    `DECLARE ${cursor} CURSOR FOR
     SELECT camera_id AS "cameraId", role, started_at AS "startedAt", ended_at AS "endedAt", run_id AS run, number, bytes,
       frames, sha256, chain_no AS "chainNo", chain
     FROM footage_segment WHERE camera_id = $1 AND role = $2 ORDER BY chain_no`,
    [cameraId, role],
  );
  for (;;) {
    const page = await inside.query<Told<ChainRow>>(`FETCH ${PAGE} FROM ${cursor}`);
    for (const row of page.map(segmentOf)) {
      passUpTo(row.chainNo);
      walk.follow(row);
    }
    if (page.length < PAGE) break;
  }
  passUpTo(Infinity);
  const [head] = await inside.query<ChainHead>(
    'SELECT chain_no AS "chainNo", chain FROM footage_chain WHERE camera_id = $1 AND role = $2',
    [cameraId, role],
  );
  walk.end(head ?? null);
  return walk;
}

async function removedRanges(inside: Database, cameraId: string, role: ProfileRole): Promise<RemovedRange[]> {
  const rows = await inside.query<Told<RemovedRange>>(
    `SELECT from_no AS "fromNo", to_no AS "toNo", chain, started_at AS "startedAt", ended_at AS "endedAt"
     FROM footage_removed WHERE camera_id = $1 AND role = $2 ORDER BY from_no`,
    [cameraId, role],
  );
  return rows.map(segmentOf);
}

interface FileRow extends FootageFile {
  endedAt: number;
  volumeId: string;
  sha256: Buffer;
  chainNo: number;
}

/** Reads every file of a stream by its time, and notes what is not as it was hashed. */
async function readFiles(
  { db, cameraId, places, isThere }: Verification,
  role: ProfileRole,
  walk: ChainWalk,
): Promise<void> {
  for (let last: [string, string, number] = ['-infinity', '', -1]; ;) {
    const page = await db.query<Told<FileRow>>(
      `SELECT ${FILE} FROM footage_segment WHERE camera_id = $1 AND role = $2 AND started_at >= $3
         AND (started_at, run_id, number) > ($3, $4, $5) ORDER BY started_at, run_id, number LIMIT ${FILES_PAGE}`,
      [cameraId, role, ...last],
    );
    for (const row of page.map(segmentOf)) {
      const fault = await fileFault(row, { db, places, isThere });
      if (fault) walk.note(fault, { fromNo: row.chainNo, toNo: row.chainNo, ...spanOf(row) });
    }
    const end = page.at(-1);
    if (!end || page.length < FILES_PAGE) return;
    last = [end.startedAt, end.run, end.number];
  }
}

const FILE = `camera_id AS "cameraId", role, started_at AS "startedAt", ended_at AS "endedAt", run_id AS run, number,
  volume_id AS "volumeId", sha256, chain_no AS "chainNo"`;

type Told<R extends { startedAt: number; endedAt: number }> = Omit<R, 'startedAt' | 'endedAt'> & {
  startedAt: string;
  endedAt: string;
};

/** A volume that is away tells nothing about its files, and one that moved or was removed meanwhile is no fault. */
async function fileFault(
  row: FileRow,
  { db, places, isThere }: Pick<Verification, 'db' | 'places' | 'isThere'>,
): Promise<ChainFault['kind'] | null> {
  for (let { volumeId } = row; ;) {
    const found = await places
      .get(volumeId)
      ?.hash(footagePath(row))
      .catch(async (error: unknown) => {
        if (await isThere(volumeId)) throw error;
      });
    if (found?.equals(row.sha256) || !(await isThere(volumeId))) return null;
    const [now] = await db.query<{ volumeId: string }>(
      `SELECT volume_id AS "volumeId" FROM footage_segment
       WHERE camera_id = $1 AND role = $2 AND started_at = $3 AND run_id = $4 AND number = $5`,
      [row.cameraId, row.role, new Date(row.startedAt).toISOString(), row.run, row.number],
    );
    if (!now) return null;
    if (now.volumeId === volumeId) return found ? 'file-altered' : 'file-missing';
    volumeId = now.volumeId;
  }
}
