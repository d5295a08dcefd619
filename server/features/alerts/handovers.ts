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

/** Shift handovers in the database. */
export class Handovers {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor({ db, clock }: { db: Database; clock: Clock }) {
    this.#db = db;
    this.#clock = clock;
  }

  /** Newest first. */
  async latest(limit: number): Promise<Handover[]> {
    const rows = await this.#db.query<Row>('SELECT * FROM shift_handover ORDER BY id DESC LIMIT $1', [limit]);
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

  /** Who takes over first stays. Throws NOT_FOUND. */
  async take(id: string, username: string): Promise<Handover> {
    const [row] = await this.#db.query<Row>(
      `UPDATE shift_handover SET taken_at = coalesce(taken_at, $2), taken_by = coalesce(taken_by, $3)
       WHERE id = $1 RETURNING *`,
      [id, new Date(this.#clock.now()).toISOString(), username],
    );
    if (!row) throw new AppError('NOT_FOUND', id);
    return toHandover(row);
  }
}

function toHandover({ taken_at, taken_by, ...row }: Row): Handover {
  return { ...row, takenAt: taken_at, takenBy: taken_by };
}
