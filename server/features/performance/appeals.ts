import { monotonicFactory } from 'ulid';
import {
  baseFigures,
  type PointAppeal,
  type PointAppealInput,
  type PointDecision,
  type ScoredKind,
} from '#contract/performance.ts';
import type { InboxItem } from '#contract/inbox.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Rights } from '#lib/rights.ts';
import type { Database } from '../../db/database.ts';

export interface PointAppealsDeps {
  db: Database;
  clock: Clock;
}

/** Ascends within a millisecond as well. */
const nextId = monotonicFactory();

const COLUMNS = `id, month, of, subject_id AS "subjectId", hall_id AS "hallId", figure, reason, made_at AS "madeAt",
  made_by AS "madeBy", state, points, answer, decided_at AS "decidedAt", decided_by AS "decidedBy"`;

/** Appeals against points 考核申诉 of a month that is not published. */
export class PointAppeals {
  readonly #deps: PointAppealsDeps;

  constructor(deps: PointAppealsDeps) {
    this.#deps = deps;
  }

  /** The latest first. `within`: of these halls, and of those departments that work in none; null: all. */
  list(
    month: string,
    of: ScoredKind,
    within: { hallIds: readonly string[]; departmentIds: readonly string[] } | null,
  ): Promise<PointAppeal[]> {
    return this.#deps.db.query<PointAppeal>(
      `SELECT ${COLUMNS} FROM performance_appeal
       WHERE month = $1 AND of = $2
         AND ($3::text[] IS NULL OR hall_id = ANY ($3) OR hall_id IS NULL AND subject_id = ANY ($4))
       ORDER BY id DESC LIMIT 500`,
      [month, of, within?.hallIds ?? null, within?.departmentIds ?? null],
    );
  }

  /** Throws REQUEST_INVALID for a figure that the kind does not have, PERFORMANCE_PUBLISHED. */
  async lodge(input: PointAppealInput, hallId: string | null, by: string): Promise<PointAppeal> {
    const { clock, db } = this.#deps;
    const { month, of, subjectId, figure, reason } = input;
    if (!(baseFigures[of] as readonly string[]).includes(figure))
      throw new AppError('REQUEST_INVALID', [{ path: 'figure', message: `no ${figure} of a ${of}` }]);
    await this.#mustBeOpen(db, month);
    const now = clock.now();
    const [row] = await db.query<PointAppeal>(
      `INSERT INTO performance_appeal (id, month, of, subject_id, hall_id, figure, reason, made_at, made_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING ${COLUMNS}`,
      [nextId(now), month, of, subjectId, hallId, figure, reason, iso(now), by],
    );
    return row!;
  }

  /**
   * Once, and not by who lodged it; what an upheld one gives stands among the adjustments. Throws NOT_FOUND, CONFLICT,
   * MATTER_SAME_PERSON, PERFORMANCE_PUBLISHED.
   */
  decide(id: string, { points, answer }: PointDecision, by: string): Promise<PointAppeal> {
    const at = this.#deps.clock.now();
    return this.#deps.db.transaction(async (inside) => {
      const [found] = await inside.query<PointAppeal>(
        `SELECT ${COLUMNS} FROM performance_appeal WHERE id = $1 FOR UPDATE`,
        [id],
      );
      if (!found) throw new AppError('NOT_FOUND', id);
      if (found.state !== 'lodged') throw new AppError('CONFLICT', found.state);
      if (found.madeBy === by) throw new AppError('MATTER_SAME_PERSON', by);
      await this.#mustBeOpen(inside, found.month);
      const [row] = await inside.query<PointAppeal>(
        `UPDATE performance_appeal SET state = $2, points = $3, answer = $4, decided_at = $5, decided_by = $6
         WHERE id = $1 RETURNING ${COLUMNS}`,
        [id, points > 0 ? 'upheld' : 'rejected', points > 0 ? points : null, answer, iso(at), by],
      );
      if (points > 0)
        await inside.query(
          `INSERT INTO performance_adjustment (id, month, of, subject_id, hall_id, points, reason, made_at, made_by)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
          [nextId(at), found.month, found.of, found.subjectId, found.hallId, points, answer, iso(at), by],
        );
      return row!;
    });
  }

  async anyLodged(month: string): Promise<boolean> {
    const sql = `SELECT 1 FROM performance_appeal WHERE month = $1 AND state = 'lodged' LIMIT 1`;
    return (await this.#deps.db.query(sql, [month])).length > 0;
  }

  /** What waits for those who may decide. */
  async waiting(rights: Rights, username: string): Promise<InboxItem[]> {
    if (!rights.may('performance.manage')) return [];
    return this.#deps.db.query<InboxItem>(
      `SELECT 'points' AS of, 'decide' AS todo, id, month, of AS kind, reason AS title, NULL AS "regionId", hall_id AS "hallId",
         made_at AS since, NULL AS "dueAt"
       FROM performance_appeal WHERE state = 'lodged' AND made_by <> $1 ORDER BY id LIMIT 500`,
      [username],
    );
  }

  async #mustBeOpen(db: Database, month: string): Promise<void> {
    const published = await db.query('SELECT 1 FROM performance_month WHERE month = $1', [month]);
    if (published.length > 0) throw new AppError('PERFORMANCE_PUBLISHED', month);
  }
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
