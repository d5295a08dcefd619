import type { CommandStatus, TerminalCommand } from '#contract/terminal-commands.ts';
import type { Database } from '../../../db/database.ts';
import type { TerminalKey } from '../terminal-key.ts';

const COLUMNS = `rid, hall_id AS "hallId", kind, device_id AS "deviceId", command, given_by AS "by", given_at AS "at",
  status, code, answered_at AS "answeredAt"`;

/** Commands in the database. */
export class CommandRows {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async add({ rid, hallId, kind, deviceId, command, by, at }: TerminalCommand): Promise<void> {
    await this.#db.query(
      `INSERT INTO terminal_command (rid, hall_id, kind, device_id, command, given_by, given_at, status)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 'sent')`,
      [rid, hallId, kind, deviceId, JSON.stringify(command), by, at],
    );
  }

  /** What the device said: the first answer counts, also one that comes late. Null where it was told no such thing. */
  async answer(
    { hallId, kind, deviceId }: TerminalKey,
    { rid, status, code, at }: { rid: string; status: 'done' | 'refused'; code: string | null; at: string },
  ): Promise<TerminalCommand | null> {
    const [row] = await this.#db.query<TerminalCommand>(
      `UPDATE terminal_command SET status = $5, code = $6, answered_at = $7
       WHERE rid = $1 AND hall_id = $2 AND kind = $3 AND device_id = $4 AND answered_at IS NULL RETURNING ${COLUMNS}`,
      [rid, hallId, kind, deviceId, status, code, at],
    );
    return row ?? null;
  }

  /** No answer came, or it could not be sent; an answer that was quicker stays. */
  async giveUp(rid: string, status: Extract<CommandStatus, 'unanswered' | 'unsent'>): Promise<TerminalCommand | null> {
    const [row] = await this.#db.query<TerminalCommand>(
      `UPDATE terminal_command SET status = CASE status WHEN 'sent' THEN $2 ELSE status END WHERE rid = $1
       RETURNING ${COLUMNS}`,
      [rid, status],
    );
    return row ?? null;
  }

  /** Those that waited for an answer when the program before this one ended. */
  async giveUpOld(): Promise<void> {
    await this.#db.query(`UPDATE terminal_command SET status = 'unanswered' WHERE status = 'sent'`);
  }

  /** The newest first. */
  list({ hallId, kind, deviceId }: TerminalKey, limit: number): Promise<TerminalCommand[]> {
    return this.#db.query<TerminalCommand>(
      `SELECT ${COLUMNS} FROM terminal_command WHERE hall_id = $1 AND kind = $2 AND device_id = $3
       ORDER BY given_at DESC LIMIT $4`,
      [hallId, kind, deviceId, limit],
    );
  }
}
