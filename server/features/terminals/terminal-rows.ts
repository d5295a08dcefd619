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
  credential: Credential;
  retiredAt: number | null;
  replacedBy: string | null;
}

/** The device's own key, hashed; both null where it has none. */
export interface Credential {
  keyHash: string | null;
  keyIssuedAt: number | null;
}

export const noCredential: Credential = { keyHash: null, keyIssuedAt: null };

/** A terminal as it enters the register. */
export interface NewTerminal {
  windowId: string | null;
  name: string;
  credential: Credential;
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
  key_hash: string | null;
  key_issued_at: string | null;
  retired_at: string | null;
  replaced_by: string | null;
}

const THIS = 'hall_id = $1 AND kind = $2 AND device_id = $3';

/** The register of terminals in the database. */
export class TerminalRows {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async all(): Promise<TerminalFacts[]> {
    const rows = await this.#db.query<Row>(
      `SELECT hall_id, kind, device_id, window_id, name, model, firmware, link, session_id, link_since, last_heard_at,
         key_hash, key_issued_at, retired_at, replaced_by
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
      credential: { keyHash: row.key_hash, keyIssuedAt: epoch(row.key_issued_at) },
      retiredAt: epoch(row.retired_at),
      replacedBy: row.replaced_by,
    }));
  }

  /** Throws CONFLICT where it exists, REQUEST_INVALID where the hall or the window does not. */
  async add(key: TerminalKey, terminal: NewTerminal): Promise<void> {
    await this.#referring(insert(this.#db, key, terminal), key);
  }

  /** One takes the place of the other, or nothing happens. Throws as `add`. */
  async replace(old: TerminalKey, key: TerminalKey, terminal: NewTerminal, at: number): Promise<void> {
    const swap = this.#db.transaction(async (inside) => {
      await retire(inside, old, at, key.deviceId);
      await insert(inside, key, terminal);
    });
    await this.#referring(swap, key);
  }

  retire(key: TerminalKey, at: number): Promise<void> {
    return retire(this.#db, key, at, null);
  }

  async restore(key: TerminalKey): Promise<void> {
    await this.#db.query(`UPDATE terminal SET retired_at = NULL, replaced_by = NULL WHERE ${THIS}`, of(key));
  }

  async setCredential(key: TerminalKey, { keyHash, keyIssuedAt }: Credential): Promise<void> {
    await this.#db.query(`UPDATE terminal SET key_hash = $4, key_issued_at = $5 WHERE ${THIS}`, [
      ...of(key),
      keyHash,
      instant(keyIssuedAt),
    ]);
  }

  /** Throws REQUEST_INVALID where the window does not exist. */
  async change(key: TerminalKey, windowId: string | null, name: string): Promise<void> {
    await this.#referring(
      this.#db.query(`UPDATE terminal SET window_id = $4, name = $5 WHERE ${THIS}`, [...of(key), windowId, name]),
      key,
    );
  }

  async remove(key: TerminalKey): Promise<void> {
    await this.#db.query(`DELETE FROM terminal WHERE ${THIS}`, of(key));
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

function of({ hallId, kind, deviceId }: TerminalKey): string[] {
  return [hallId, kind, deviceId];
}

async function insert(db: Database, key: TerminalKey, { windowId, name, credential }: NewTerminal): Promise<void> {
  await db.query(
    `INSERT INTO terminal (hall_id, kind, device_id, window_id, name, key_hash, key_issued_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [...of(key), windowId, name, credential.keyHash, instant(credential.keyIssuedAt)],
  );
}

/** It gives up its key, and its window, which may be taken away while the history stays. */
async function retire(db: Database, key: TerminalKey, at: number, replacedBy: string | null): Promise<void> {
  await db.query(
    `UPDATE terminal SET retired_at = $4, replaced_by = $5, window_id = NULL, key_hash = NULL, key_issued_at = NULL,
       link = 'never-heard', session_id = NULL, link_since = NULL WHERE ${THIS}`,
    [...of(key), instant(at), replacedBy],
  );
}

export function instant(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

function epoch(text: string | null): number | null {
  return text === null ? null : Date.parse(text);
}
