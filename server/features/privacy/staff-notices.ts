import type { StaffNotice, StaffNoticeState, StaffNoticeVersion } from '#contract/staff-notice.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Database } from '../../db/database.ts';

const COLUMNS = 'version, text, published_at AS "publishedAt", published_by AS "publishedBy"';

/** What staff are told, version by version, and who has acknowledged which. */
export class StaffNotices {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor({ db, clock }: { db: Database; clock: Clock }) {
    this.#db = db;
    this.#clock = clock;
  }

  async stateFor(username: string): Promise<StaffNoticeState> {
    const [row] = await this.#db.query<StaffNotice & { readAt: string | null }>(
      `SELECT ${COLUMNS}, (SELECT read_at FROM staff_notice_read r WHERE r.version = n.version AND username = $1) AS "readAt"
       FROM staff_notice n ORDER BY version DESC LIMIT 1`,
      [username],
    );
    if (!row) return { notice: null, acknowledgedAt: null };
    const { readAt, ...notice } = row;
    return { notice, acknowledgedAt: readAt };
  }

  async publish(text: StaffNotice['text'], by: string): Promise<StaffNotice> {
    const [row] = await this.#db.query<StaffNotice>(
      `INSERT INTO staff_notice (text, published_at, published_by) VALUES ($1, $2, $3) RETURNING ${COLUMNS}`,
      [JSON.stringify(text), this.#now(), by],
    );
    return row!;
  }

  /** Once is enough. Throws CONFLICT where another version has come meanwhile: that one he has not read. */
  async acknowledge(version: number, username: string): Promise<void> {
    const { notice } = await this.stateFor(username);
    if (notice?.version !== version) throw new AppError('CONFLICT', 'there is another version');
    await this.#db.query('INSERT INTO staff_notice_read VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
      ...[version, username, this.#now()],
    ]);
  }

  versions(): Promise<StaffNoticeVersion[]> {
    return this.#db.query<StaffNoticeVersion>(
      `SELECT ${COLUMNS}, (SELECT count(*)::int FROM staff_notice_read r WHERE r.version = n.version) AS acknowledged
       FROM staff_notice n ORDER BY version DESC LIMIT 100`,
    );
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}
