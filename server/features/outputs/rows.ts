import type { OutputInput, OutputNotice } from '#contract/outputs.ts';
import { OutputSettings } from '#contract/outputs.ts';
import type { Recipient } from '#contract/telling.ts';
import type { Database } from '../../db/database.ts';
import type { Notice, NoticeContent } from './ports.ts';

export interface StoredOutput extends Omit<OutputInput, 'secret'> {
  id: string;
  /** Sealed. */
  secret: Buffer | null;
}

export interface NewNotice {
  id: string;
  key: string;
  outputId: string;
  alertId: string | null;
  recipient: Recipient | null;
  content: NoticeContent;
  /** Epoch ms. */
  at: number;
}

export interface WaitingNotice extends Notice {
  /** Tries so far. */
  attempts: number;
}

/** What may wait for one output; where more would, the oldest is dropped: who comes back wants the news. */
const MOST_WAITING = 5000;
const KEPT = "interval '30 days'";

const iso = (at: number) => new Date(at).toISOString();

/** Outputs, and the notices that wait for them, in the database. */
export class OutputRows {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async outputs(): Promise<StoredOutput[]> {
    const rows = await this.#db.query<Omit<StoredOutput, 'settings'> & { settings: unknown }>(
      `SELECT id, name, enabled, language, recipients, tells_faults AS "tellsFaults", per_minute AS "perMinute", settings, secret
       FROM alert_output ORDER BY id`,
    );
    return rows.map((row) => ({ ...row, settings: OutputSettings.parse(row.settings) }));
  }

  async save({ id, name, enabled, language, recipients, tellsFaults, perMinute, settings, secret }: StoredOutput) {
    await this.#db.query(
      `INSERT INTO alert_output (id, name, enabled, language, recipients, tells_faults, per_minute, settings, secret)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (id) DO UPDATE SET name = $2, enabled = $3, language = $4, recipients = $5, tells_faults = $6,
         per_minute = $7, settings = $8, secret = $9`,
      [id, name, enabled, language, recipients, tellsFaults, perMinute, JSON.stringify(settings), secret],
    );
  }

  /** With all that it told. */
  async remove(id: string): Promise<void> {
    await this.#db.query('DELETE FROM alert_output WHERE id = $1', [id]);
  }

  /** Puts notices down, in whatever transaction the caller is; what was put down before is not put again. */
  async put(db: Database, notices: readonly NewNotice[]): Promise<void> {
    for (const { id, key, outputId, alertId, recipient, content, at } of notices) {
      await db.query(
        `INSERT INTO alert_notice (id, key, output_id, alert_id, recipient, content, made_at, due_at)
         SELECT $1, $2, $3, $4, $5, $6, $7, $7 WHERE EXISTS (SELECT FROM alert_output WHERE id = $3)
         ON CONFLICT (key) DO NOTHING`,
        [id, key, outputId, alertId, recipient, JSON.stringify(content), iso(at)],
      );
    }
  }

  /** The notice that is due first, if one is due. */
  async next(outputId: string, now: number): Promise<WaitingNotice | undefined> {
    const [row] = await this.#db.query<WaitingNotice>(
      `SELECT id, recipient, content, attempts, made_at AS "madeAt" FROM alert_notice
       WHERE output_id = $1 AND state = 'waiting' AND due_at <= $2 ORDER BY due_at, id LIMIT 1`,
      [outputId, iso(now)],
    );
    return row;
  }

  /** When the next one is due, epoch ms; Infinity where none waits. */
  async earliest(outputId: string): Promise<number> {
    const [row] = await this.#db.query<{ at: string | null }>(
      "SELECT min(due_at) AS at FROM alert_notice WHERE output_id = $1 AND state = 'waiting'",
      [outputId],
    );
    return row?.at ? Date.parse(row.at) : Infinity;
  }

  async done(id: string, state: 'sent' | 'failed', attempts: number, at: number, detail: string | null): Promise<void> {
    await this.#db.query('UPDATE alert_notice SET state = $2, attempts = $3, done_at = $4, detail = $5 WHERE id = $1', [
      id,
      state,
      attempts,
      iso(at),
      detail,
    ]);
  }

  async later(id: string, attempts: number, dueAt: number, detail: string): Promise<void> {
    await this.#db.query('UPDATE alert_notice SET attempts = $2, due_at = $3, detail = $4 WHERE id = $1', [
      ...[id, attempts, iso(dueAt), detail],
    ]);
  }

  /** Keeps what waits within its bound, and forgets what was told a month ago. */
  async tidy(outputId: string, now: number): Promise<void> {
    await this.#db.query(
      `UPDATE alert_notice SET state = 'dropped', done_at = $2, detail = 'too many wait' WHERE id IN (
         SELECT id FROM alert_notice WHERE output_id = $1 AND state = 'waiting' ORDER BY id DESC OFFSET ${MOST_WAITING})`,
      [outputId, iso(now)],
    );
    await this.#db.query(
      `DELETE FROM alert_notice WHERE output_id = $1 AND state <> 'waiting' AND done_at < $2::timestamptz - ${KEPT}`,
      [outputId, iso(now)],
    );
  }

  /** The halls of whose alerts something waits for this output. */
  async hallsWaiting(outputId: string): Promise<string[]> {
    const rows = await this.#db.query<{ hallId: string }>(
      `SELECT DISTINCT hall_id AS "hallId" FROM alert_notice JOIN alert ON alert.id = alert_id
       WHERE output_id = $1 AND state = 'waiting'`,
      [outputId],
    );
    return rows.map(({ hallId }) => hallId);
  }

  /** By output. */
  async counts(): Promise<Map<string, { waiting: number; lastSentAt: string | null }>> {
    const rows = await this.#db.query<{ id: string; waiting: number; lastSentAt: string | null }>(
      `SELECT id, (SELECT count(*) FROM alert_notice n WHERE n.output_id = o.id AND state = 'waiting') AS waiting,
         (SELECT max(done_at) FROM alert_notice n WHERE n.output_id = o.id AND state = 'sent') AS "lastSentAt"
       FROM alert_output o`,
    );
    return new Map(rows.map(({ id, ...counts }) => [id, counts]));
  }

  /** The newest first. */
  notices(outputId: string): Promise<OutputNotice[]> {
    return this.#db.query<OutputNotice>(
      `SELECT id, alert_id AS "alertId", recipient, content ->> 'title' AS title, state, attempts, made_at AS "madeAt",
         done_at AS "doneAt", detail
       FROM alert_notice WHERE output_id = $1 ORDER BY id DESC LIMIT 50`,
      [outputId],
    );
  }
}
