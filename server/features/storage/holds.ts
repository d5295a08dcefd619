import { ulid } from 'ulid';
import type { Hold, HoldInput } from '#contract/storage.ts';
import { HoldInput as HoldForm } from '#contract/storage.ts';
import { AppError } from '#lib/app-error.ts';
import { cameraIn } from '#lib/camera-in.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { Database } from '../../db/database.ts';
import { HOLD_LOCK } from './removal.ts';
import { iso } from './repository.ts';

const COLUMNS = `id, camera_id AS "cameraId", from_at AS from, until_at AS until, subject, subject_id AS "subjectId", reason,
  placed_by AS "placedBy", placed_at AS "placedAt", expires_at AS "expiresAt", lifted_by AS "liftedBy", lifted_at AS "liftedAt",
  (SELECT coalesce(sum(bytes), 0)::bigint FROM footage_segment s
   WHERE s.camera_id = h.camera_id AND s.started_at < h.until_at AND s.ended_at > h.from_at
     AND s.started_at > h.from_at - interval '1 h') AS bytes`;
const LISTED = 500;

/** Footage that nothing deletes 证据保全: placed, listed, lifted; a row is never deleted. */
export class Holds {
  readonly #deps: { db: Database; clock: Clock; log: Logger };

  constructor(deps: { db: Database; clock: Clock; log: Logger }) {
    this.#deps = deps;
  }

  /**
   * Those of people before those of the house, the newest first, of cameras in these halls, null: of all; lifted ones and those that
   * expired are among them.
   */
  list(hallIds: readonly string[] | null): Promise<Hold[]> {
    return this.#deps.db.query<Hold>(
      `SELECT ${COLUMNS} FROM footage_hold h WHERE ${cameraIn('h.camera_id', '$1')} ORDER BY (placed_by = 'hallwatch'), id DESC LIMIT ${LISTED}`,
      [hallIds],
    );
  }

  /**
   * From its answer on nothing removes what it covers; a removal that is under way is over before. Throws REQUEST_INVALID
   * where it would end before it begins, NOT_FOUND for a camera that never was.
   */
  async place(input: HoldInput, by: string): Promise<Hold> {
    const { db, clock, log } = this.#deps;
    const hold = HoldForm.parse(input);
    if (Date.parse(hold.until) <= Date.parse(hold.from)) throw invalid('until', 'must be after from');
    const now = clock.now();
    if (hold.expiresAt !== null && Date.parse(hold.expiresAt) <= now) throw invalid('expiresAt', 'is over already');
    const id = ulid(now);
    await db.transaction(async (inside) => {
      await inside.query(HOLD_LOCK, [hold.cameraId]);
      // of one that is gone there may be footage
      const known = `SELECT FROM camera WHERE id = $1 UNION ALL SELECT FROM footage_run WHERE camera_id = $1 LIMIT 1`;
      if ((await inside.query(known, [hold.cameraId])).length === 0) throw new AppError('NOT_FOUND', hold.cameraId);
      await inside.query(
        `INSERT INTO footage_hold (id, camera_id, from_at, until_at, subject, subject_id, reason, placed_by, placed_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [
          id,
          hold.cameraId,
          hold.from,
          hold.until,
          hold.subject,
          hold.subjectId,
          hold.reason,
          by,
          iso(now),
          hold.expiresAt,
        ],
      );
    });
    log.info({ hold: id, ...hold, by }, 'footage is held');
    return this.get(id);
  }

  /** Ids of those in force for an alert or a card, placed by this name. */
  async of(subject: HoldInput['subject'], subjectId: string, by: string): Promise<string[]> {
    const rows = await this.#deps.db.query<{ id: string }>(
      `SELECT id FROM footage_hold WHERE subject_id = $1 AND subject = $3 AND placed_by = $2 AND lifted_at IS NULL ORDER BY id`,
      [subjectId, by, subject],
    );
    return rows.map(({ id }) => id);
  }

  /** Throws NOT_FOUND, or CONFLICT where it was lifted already. */
  async lift(id: string, by: string): Promise<Hold> {
    const { db, clock, log } = this.#deps;
    await this.get(id);
    const lifted = await db.query(
      'UPDATE footage_hold SET lifted_by = $2, lifted_at = $3 WHERE id = $1 AND lifted_at IS NULL RETURNING id',
      [id, by, iso(clock.now())],
    );
    if (lifted.length === 0) throw new AppError('CONFLICT', 'the hold was lifted already');
    log.info({ hold: id, by }, 'a hold on footage was lifted');
    return this.get(id);
  }

  /** Throws NOT_FOUND. */
  async get(id: string): Promise<Hold> {
    const [hold] = await this.#deps.db.query<Hold>(`SELECT ${COLUMNS} FROM footage_hold h WHERE id = $1`, [id]);
    if (!hold) throw new AppError('NOT_FOUND', id);
    return hold;
  }
}

function invalid(path: string, message: string): AppError {
  return new AppError('REQUEST_INVALID', [{ path, message }]);
}
