import { join } from 'node:path';
import type { ProfileRole } from '#contract/cameras.ts';
import type { ChainFault, ChainVerdict } from '#contract/storage.ts';
import { footagePath } from '#lib/footage-files.ts';
import type { Database } from '../../db/database.ts';
import { ChainWalk, spanOf, type ChainHead, type ChainRow, type RemovedRange } from './chain-walk.ts';
import { hashFile } from './mover.ts';
import { segmentOf } from './repository.ts';

const PAGE = 1000;

type Row = ChainRow & { volumeId: string; state: string };

export interface Verification {
  db: Database;
  cameraId: string;
  /** Reads the files too. */
  files: boolean;
  /** Folders of the volumes that are there. */
  folders: ReadonlyMap<string, string>;
}

/**
 * Follows the chain of each stream of a camera over all its rows, of one moment. What cannot be seen from here: rows that
 * somebody removed together with a range that says retention did it, and a chain that was written anew from end to end.
 */
export async function verifyCamera(request: Verification): Promise<ChainVerdict[]> {
  return request.db.transaction(async (inside) => {
    await inside.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const roles = await inside.query<{ role: ProfileRole }>(
      `SELECT role FROM footage_chain WHERE camera_id = $1 UNION SELECT role FROM footage_run WHERE camera_id = $1
       ORDER BY role`,
      [request.cameraId],
    );
    const verdicts: ChainVerdict[] = [];
    for (const { role } of roles) verdicts.push(await verifyStream(inside, request, role));
    return verdicts;
  });
}

async function verifyStream(
  inside: Database,
  { cameraId, files, folders }: Verification,
  role: ProfileRole,
): Promise<ChainVerdict> {
  const walk = new ChainWalk();
  const ranges = await removedRanges(inside, cameraId, role);
  const passUpTo = (no: number) => {
    while (ranges[0] && ranges[0].fromNo <= no) walk.pass(ranges.shift()!);
  };
  const cursor = `chain_of_${role}`;
  await inside.query(
    `DECLARE ${cursor} CURSOR FOR
     SELECT camera_id AS "cameraId", role, started_at AS "startedAt", ended_at AS "endedAt", run_id AS run, number, bytes,
       frames, sha256, chain_no AS "chainNo", chain, volume_id AS "volumeId", state
     FROM footage_segment WHERE camera_id = $1 AND role = $2 ORDER BY chain_no`,
    [cameraId, role],
  );
  for (;;) {
    const page = await inside.query<Omit<Row, 'startedAt' | 'endedAt'> & { startedAt: string; endedAt: string }>(
      `FETCH ${PAGE} FROM ${cursor}`,
    );
    for (const row of page.map(segmentOf)) {
      passUpTo(row.chainNo);
      walk.follow(row);
      const fault = files ? await fileFault(row, folders) : null;
      if (fault) walk.note(fault, { fromNo: row.chainNo, toNo: row.chainNo, ...spanOf(row) });
    }
    if (page.length < PAGE) break;
  }
  passUpTo(Infinity);
  const [head] = await inside.query<ChainHead>(
    'SELECT chain_no AS "chainNo", chain FROM footage_chain WHERE camera_id = $1 AND role = $2',
    [cameraId, role],
  );
  walk.end(head ?? null);
  const { links, removed, faults } = walk;
  return { cameraId, role, links, removed, faults, files };
}

async function removedRanges(inside: Database, cameraId: string, role: ProfileRole): Promise<RemovedRange[]> {
  const rows = await inside.query<Omit<RemovedRange, 'startedAt' | 'endedAt'> & { startedAt: string; endedAt: string }>(
    `SELECT from_no AS "fromNo", to_no AS "toNo", chain, started_at AS "startedAt", ended_at AS "endedAt"
     FROM footage_removed WHERE camera_id = $1 AND role = $2 ORDER BY from_no`,
    [cameraId, role],
  );
  return rows.map(segmentOf);
}

/** A volume that is away tells nothing about its files. */
async function fileFault(row: Row, folders: ReadonlyMap<string, string>): Promise<ChainFault['kind'] | null> {
  const folder = folders.get(row.volumeId);
  if (folder === undefined) return null;
  try {
    return (await hashFile(join(folder, footagePath(row)))).equals(row.sha256) ? null : 'file-altered';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'file-missing';
    throw error;
  }
}
