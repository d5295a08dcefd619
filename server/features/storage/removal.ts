import type { Database } from '../../db/database.ts';
import { doom } from './doomed.ts';
import { activeHold, iso, segmentOf, type SegmentRow } from './repository.ts';
import type { KeptSegment, Removal } from './retention.ts';
import { forgetFootage } from './removed-footage.ts';

/** Serialises holds and removals of one camera; the second number is a hash of its id. */
export const HOLD_LOCK = `SELECT pg_advisory_xact_lock(1212961348, hashtext($1))`;

interface RemovedRow extends SegmentRow {
  chainNo: number;
  chain: Buffer;
  state: string;
}
export type RemovedSegment = KeptSegment & Pick<RemovedRow, 'chainNo' | 'chain' | 'state'>;

/**
 * Removes rows of one stream, remembers their links, tells runs and gaps, and dooms the files, in one transaction. A hold
 * that is placed meanwhile waits for it or is seen by it: what is held is left. Answers what was removed.
 */
export function removeSegments(
  db: Database,
  segments: readonly KeptSegment[],
  cause: Removal['cause'],
  now: number,
): Promise<RemovedSegment[]> {
  const { cameraId, role } = segments[0]!;
  return db.transaction(async (inside) => {
    await inside.query(HOLD_LOCK, [cameraId]);
    const rows = await inside.query<RemovedRow>(
      `DELETE FROM footage_segment s USING unnest($3::text[], $4::int[]) chosen (run_id, number)
       WHERE s.camera_id = $1 AND s.role = $2 AND s.run_id = chosen.run_id AND s.number = chosen.number
         AND s.started_at >= $5 AND s.started_at < $6
         AND NOT EXISTS (SELECT 1 FROM footage_hold h WHERE h.camera_id = s.camera_id AND ${activeHold('h', '$7')}
           AND h.from_at < s.ended_at AND h.until_at > s.started_at)
       RETURNING s.camera_id AS "cameraId", s.role, s.started_at AS "startedAt", s.ended_at AS "endedAt", s.run_id AS run,
         s.number, s.volume_id AS "volumeId", s.bytes, s.chain_no AS "chainNo", s.chain, s.state`,
      [
        cameraId,
        role,
        segments.map(({ run }) => run),
        segments.map(({ number }) => number),
        iso(Math.min(...segments.map(({ startedAt }) => startedAt))),
        iso(Math.max(...segments.map(({ startedAt }) => startedAt)) + 1),
        iso(now),
      ],
    );
    const removed = rows.map(segmentOf).sort((a, b) => a.chainNo - b.chainNo);
    await doom(inside, removed);
    if (removed.length > 0) await forgetFootage(inside, removed, cause, now);
    return removed;
  });
}
