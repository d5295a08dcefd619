import type { Database } from '../../db/database.ts';
import type { RemovedSegment } from './removal.ts';
import { iso } from './repository.ts';
import type { Removal } from './retention.ts';

/** What rows of one stream leave behind: their links as ranges, shrunken runs, and gaps that say why nothing is there. */
export async function forgetFootage(
  inside: Database,
  removed: readonly RemovedSegment[],
  cause: Removal['cause'],
  now: number,
): Promise<void> {
  for (const block of blocks(removed, (a, b) => b.chainNo === a.chainNo + 1))
    await keepLinks(inside, block, cause, now);
  for (const ofRun of Map.groupBy(removed, ({ run }) => run).values()) {
    const sorted = ofRun.toSorted((a, b) => a.number - b.number);
    const before = await runExtent(inside, sorted[0]!);
    await shrinkRun(inside, sorted, before);
    // files that were missing or damaged have their own gap already
    const explained = sorted.filter(({ state }) => state === 'ok');
    for (const block of blocks(explained, (a, b) => b.number === a.number + 1)) await addGap(inside, block, before);
  }
}

/** Splits an ordered list where one does not follow the other. */
function blocks<T>(list: readonly T[], follows: (a: T, b: T) => boolean): T[][] {
  const found: T[][] = [];
  for (const item of list) {
    const last = found.at(-1);
    if (last && follows(last.at(-1)!, item)) last.push(item);
    else found.push([item]);
  }
  return found;
}

/** One range, joined to its neighbours of the same cause. */
async function keepLinks(
  inside: Database,
  block: readonly RemovedSegment[],
  cause: Removal['cause'],
  now: number,
): Promise<void> {
  const [first, last] = [block[0]!, block.at(-1)!];
  await inside.query(
    `WITH beside AS (
       DELETE FROM footage_removed WHERE camera_id = $1 AND role = $2 AND cause = $8
         AND (from_no = $4::bigint + 1 OR from_no = (
           SELECT from_no FROM footage_removed WHERE camera_id = $1 AND role = $2 AND from_no < $3::bigint
           ORDER BY from_no DESC LIMIT 1) AND to_no = $3::bigint - 1)
       RETURNING *)
     INSERT INTO footage_removed (camera_id, role, from_no, to_no, chain, started_at, ended_at, cause, removed_at)
     SELECT $1, $2, least($3::bigint, min(from_no)), greatest($4::bigint, max(to_no)),
       coalesce((SELECT chain FROM beside WHERE from_no > $4::bigint), $5),
       least($6::timestamptz, min(started_at)), greatest($7::timestamptz, max(ended_at)), $8, $9 FROM beside`,
    [
      first.cameraId,
      first.role,
      first.chainNo,
      last.chainNo,
      last.chain,
      iso(Math.min(...block.map(({ startedAt }) => startedAt))),
      iso(Math.max(...block.map(({ endedAt }) => endedAt))),
      cause,
      iso(now),
    ],
  );
}

interface Extent {
  startedAt: string;
  endedAt: string;
  /** Pictures are still added to it. */
  goesOn: boolean;
}

async function runExtent(inside: Database, { run }: RemovedSegment): Promise<Extent | null> {
  const [row] = await inside.query<Extent>(
    'SELECT started_at AS "startedAt", ended_at AS "endedAt", end_cause IS NULL AS "goesOn" FROM footage_run WHERE id = $1 FOR UPDATE',
    [run],
  );
  return row ?? null;
}

/** A run's row reaches from the first to the last of its segments that are kept. */
async function shrinkRun(inside: Database, ofRun: readonly RemovedSegment[], before: Extent | null): Promise<void> {
  if (!before) return;
  const { cameraId, role, run } = ofRun[0]!;
  const [first] = await edge(inside, ofRun[0]!, before, 'ASC');
  if (!first) {
    if (before.goesOn) await inside.query('UPDATE footage_run SET started_at = ended_at WHERE id = $1', [run]);
    else await inside.query('DELETE FROM footage_run WHERE id = $1', [run]);
    return;
  }
  const endGone = ofRun.some(({ endedAt }) => endedAt >= Date.parse(before.endedAt));
  const [last] = endGone && !before.goesOn ? await edge(inside, { cameraId, role, run }, before, 'DESC') : [];
  await inside.query('UPDATE footage_run SET started_at = $2, ended_at = $3 WHERE id = $1', [
    run,
    first.startedAt,
    last?.endedAt ?? before.endedAt,
  ]);
}

function edge(
  inside: Database,
  { cameraId, role, run }: Pick<RemovedSegment, 'cameraId' | 'role' | 'run'>,
  { startedAt, endedAt }: Extent,
  direction: 'ASC' | 'DESC',
): Promise<{ startedAt: string; endedAt: string }[]> {
  return inside.query(
    `SELECT started_at AS "startedAt", ended_at AS "endedAt" FROM footage_segment
     WHERE camera_id = $1 AND role = $2 AND run_id = $3 AND started_at >= $4 AND started_at <= $5
     ORDER BY started_at ${direction} LIMIT 1`,
    [cameraId, role, run, startedAt, endedAt],
  );
}

/** A gap for segments that followed each other, joined to what was removed beside them. */
async function addGap(inside: Database, block: readonly RemovedSegment[], run: Extent | null): Promise<void> {
  const [first, last] = [block[0]!, block.at(-1)!];
  const { cameraId, role } = first;
  const [next] = await inside.query<{ startedAt: string }>(
    `SELECT started_at AS "startedAt" FROM footage_segment WHERE camera_id = $1 AND role = $2 AND run_id = $3 AND number = $4
       AND started_at BETWEEN $5::timestamptz - interval '10 s' AND $5::timestamptz + interval '10 s'`,
    [cameraId, role, last.run, last.number + 1, iso(last.endedAt)],
  );
  const endsRun = run && !run.goesOn && last.endedAt >= Date.parse(run.endedAt);
  const from = iso(first.startedAt);
  const until = next?.startedAt ?? (endsRun ? run.endedAt : iso(last.endedAt));
  await inside.query(
    `WITH beside AS (
       DELETE FROM footage_gap WHERE camera_id = $1 AND role = $2 AND cause = 'removed'
         AND started_at <= $4::timestamptz AND ended_at >= $3::timestamptz
       RETURNING started_at, ended_at)
     INSERT INTO footage_gap (camera_id, role, started_at, ended_at, cause)
     SELECT $1, $2, least($3::timestamptz, min(started_at)), greatest($4::timestamptz, max(ended_at)), 'removed' FROM beside`,
    [cameraId, role, from, until],
  );
}
