import type { TerminalKind } from '#contract/mqtt.ts';
import { AppError } from '#lib/app-error.ts';
import type { Database } from '../../db/database.ts';
import { violationOf } from '../../db/violations.ts';
import { keyOf, type TerminalKey } from './terminal-key.ts';

/** What the register keeps of a terminal. Times are epoch ms. */
export interface TerminalFacts extends TerminalKey {
  windowId: string | null;
  name: string;
  model: string;
  firmware: string;
  link: 'never-heard' | 'online' | 'lost';
  sessionId: string | null;
  /** Since when it is lost. */
  linkSince: number | null;
  lastHeardAt: number | null;
}

interface Row {
  hall_id: string;
  kind: TerminalKind;
  device_id: string;
  window_id: string | null;
  name: string;
  model: string;
  firmware: string;
  link: TerminalFacts['link'];
  session_id: string | null;
  link_since: string | null;
  last_heard_at: string | null;
}

/** The register of terminals in the database. */
export class TerminalRows {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async all(): Promise<TerminalFacts[]> {
    const rows = await this.#db.query<Row>(
      `SELECT hall_id, kind, device_id, window_id, name, model, firmware, link, session_id, link_since, last_heard_at
       FROM terminal ORDER BY hall_id, kind, device_id`,
    );
    return rows.map((row) => ({
      hallId: row.hall_id,
      kind: row.kind,
      deviceId: row.device_id,
      windowId: row.window_id,
      name: row.name,
      model: row.model,
      firmware: row.firmware,
      link: row.link,
      sessionId: row.session_id,
      linkSince: epoch(row.link_since),
      lastHeardAt: epoch(row.last_heard_at),
    }));
  }

  /** Throws CONFLICT where it exists, REQUEST_INVALID where the hall or the window does not. */
  async add(key: TerminalKey, windowId: string | null, name: string): Promise<void> {
    await this.#referring(
      this.#db.query('INSERT INTO terminal (hall_id, kind, device_id, window_id, name) VALUES ($1, $2, $3, $4, $5)', [
        key.hallId,
        key.kind,
        key.deviceId,
        windowId,
        name,
      ]),
      key,
    );
  }

  /** Throws REQUEST_INVALID where the window does not exist. */
  async change(key: TerminalKey, windowId: string | null, name: string): Promise<void> {
    await this.#referring(
      this.#db.query(
        'UPDATE terminal SET window_id = $4, name = $5 WHERE hall_id = $1 AND kind = $2 AND device_id = $3',
        [key.hallId, key.kind, key.deviceId, windowId, name],
      ),
      key,
    );
  }

  async remove(key: TerminalKey): Promise<void> {
    await this.#db.query('DELETE FROM terminal WHERE hall_id = $1 AND kind = $2 AND device_id = $3', [
      key.hallId,
      key.kind,
      key.deviceId,
    ]);
  }

  /** Writes down how they are. */
  async save(terminals: readonly TerminalFacts[]): Promise<void> {
    const column = (value: (terminal: TerminalFacts) => unknown) => terminals.map(value);
    await this.#db.query(
      `UPDATE terminal AS t SET model = n.model, firmware = n.firmware, link = n.link, session_id = n.session_id,
         link_since = n.link_since, last_heard_at = n.last_heard_at
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
         $8::timestamptz[], $9::timestamptz[])
         AS n (hall_id, kind, device_id, model, firmware, link, session_id, link_since, last_heard_at)
       WHERE t.hall_id = n.hall_id AND t.kind = n.kind AND t.device_id = n.device_id`,
      [
        column((t) => t.hallId),
        column((t) => t.kind),
        column((t) => t.deviceId),
        column((t) => t.model),
        column((t) => t.firmware),
        column((t) => t.link),
        column((t) => t.sessionId),
        column((t) => instant(t.linkSince)),
        column((t) => instant(t.lastHeardAt)),
      ],
    );
  }

  async #referring(work: Promise<unknown>, key: TerminalKey): Promise<void> {
    try {
      await work;
    } catch (error) {
      const violation = violationOf(error);
      if (violation?.kind === 'unique') throw new AppError('CONFLICT', keyOf(key), { cause: error });
      if (violation?.kind === 'foreign-key') {
        throw new AppError('REQUEST_INVALID', 'this hall or window does not exist', { cause: error });
      }
      throw error;
    }
  }
}

export function instant(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

function epoch(text: string | null): number | null {
  return text === null ? null : Date.parse(text);
}
