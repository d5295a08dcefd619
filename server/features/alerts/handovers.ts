import { ulid } from 'ulid';
import type { Handover } from '#contract/alert-handover.ts';
import type { Alert } from '#contract/alerts.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Database } from '../../db/database.ts';

interface Row {
  id: string;
  at: string;
  by: string;
  note: string;
  alerts: Alert[];
  taken_at: string | null;
  taken_by: string | null;
}

/** Who asks for handovers, and the halls whose alerts he sees; null: all. */
export interface Reader {
  username: string;
  hallIds: readonly string[] | null;
}

/** A note speaks of the halls of its alerts: it is for who sees them all; of one without alerts nobody knows. One's own is. */
const FOR_READER = `($2::text[] IS NULL OR by = $1 OR (alerts <> '[]' AND NOT EXISTS (
  SELECT FROM jsonb_array_elements(alerts) AS alert WHERE (alert->>'hallId' = ANY ($2)) IS NOT TRUE)))`;

/** Shift handovers in the database. */
export class Handovers {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor({ db, clock }: { db: Database; clock: Clock }) {
    this.#db = db;
    this.#clock = clock;
  }

  /** Newest first, of those that are for `reader`. */
  async latest(limit: number, reader: Reader): Promise<Handover[]> {
    const rows = await this.#db.query<Row>(
      `SELECT * FROM shift_handover WHERE ${FOR_READER} ORDER BY id DESC LIMIT $3`,
      [reader.username, reader.hallIds, limit],
    );
    return rows.map(toHandover);
  }

  async add(note: string, alerts: readonly Alert[], username: string): Promise<Handover> {
    const now = this.#clock.now();
    const [row] = await this.#db.query<Row>(
      'INSERT INTO shift_handover (id, at, by, note, alerts) VALUES ($1, $2, $3, $4, $5) RETURNING *',
      [ulid(now), new Date(now).toISOString(), username, note, JSON.stringify(alerts)],
    );
    return toHandover(row!);
  }

  /** Who takes over first stays. Throws NOT_FOUND, also for one that is not for him. */
  async take(id: string, reader: Reader): Promise<Handover> {
    const [row] = await this.#db.query<Row>(
      `UPDATE shift_handover SET taken_at = coalesce(taken_at, $3), taken_by = coalesce(taken_by, $1)
       WHERE ${FOR_READER} AND id = $4 RETURNING *`,
      [reader.username, reader.hallIds, new Date(this.#clock.now()).toISOString(), id],
    );
    if (!row) throw new AppError('NOT_FOUND', id);
    return toHandover(row);
  }
}

function toHandover({ taken_at, taken_by, ...row }: Row): Handover {
  return { ...row, takenAt: taken_at, takenBy: taken_by };
}
