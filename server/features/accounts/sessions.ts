import { createHash, randomBytes } from 'node:crypto';
import type { Account } from '#contract/accounts.ts';
import type { Clock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import { messageOf } from '#lib/app-error.ts';
import type { Logger } from '#lib/logger.ts';
import type { Database } from '../../db/database.ts';
import { toAccount, type AccountRow } from './repository.ts';

/** Unused for so long, a session is over. An open wall counts as use. */
export const SESSION_IDLE_MS = 12 * 3600_000;
/** However much it is used, a session is over then: a wall is signed in anew once a week. */
export const SESSION_MAX_MS = 7 * 24 * 3600_000;
/** How long memory answers for the database, and so how late a session that was ended elsewhere is noticed. */
const FRESH_MS = 60_000;
const SWEEP_MS = 10 * 60_000;
/** Sessions kept in memory; those beyond are read from the database again. */
const CACHE_LIMIT = 10_000;
/** Ended sessions remembered, for as long as a question about them may still be under way. */
const ENDED_LIMIT = 1000;

/** A session as others may know it: its id is the hash of the token, with which no one can sign in. */
export interface OpenSession {
  id: string;
  account: Account;
}

interface CachedSession extends OpenSession {
  checkedAt: number;
  expiresAt: number;
}

interface SessionRow extends AccountRow {
  token_hash: Buffer;
  expires_at: string;
}

/**
 * Who is signed in. The browser holds a random token, the database its SHA-256. Every use within a minute is answered
 * from memory; the first one after it both checks the session and moves its idle time, in one statement. While the
 * database is away, sessions in memory go on: the wall keeps working.
 */
export class Sessions {
  /** The id of a session that is over: its sockets must go. */
  readonly ended = new Emitter<string>();

  readonly #db: Database;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #cache = new Map<string, CachedSession>();
  /** Ended here: an answer that was under way meanwhile must not bring them back into memory. */
  readonly #ended = new Set<string>();
  #stopSweeping: (() => void) | null = null;

  constructor({ db, clock, log }: { db: Database; clock: Clock; log: Logger }) {
    this.#db = db;
    this.#clock = clock;
    this.#log = log;
  }

  start(): void {
    this.#stopSweeping ??= this.#clock.every(SWEEP_MS, () => void this.#sweep());
  }

  stop(): void {
    this.#stopSweeping?.();
    this.#stopSweeping = null;
  }

  /** Starts a session and gives the token, which is not kept. */
  async open(account: Account): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    const now = this.#clock.now();
    const expiresAt = now + SESSION_MAX_MS;
    await this.#db.query(
      'INSERT INTO session (token_hash, username, created_at, last_used_at, expires_at) VALUES ($1, $2, $3, $3, $4)',
      [hashOf(token), account.username, iso(now), iso(expiresAt)],
    );
    this.#remember({ id: idOf(token), account, checkedAt: now, expiresAt });
    return token;
  }

  /** Whose token this is, or null where the session is over or never was. */
  async find(token: string): Promise<OpenSession | null> {
    return this.byId(idOf(token));
  }

  /** The session of this id, for what was opened with it and lasts: null where it is over. */
  async byId(id: string): Promise<OpenSession | null> {
    const now = this.#clock.now();
    const cached = this.#cache.get(id);
    if (cached && now - cached.checkedAt < FRESH_MS && now < cached.expiresAt) return cached;
    try {
      const [used] = await this.#use([id]);
      if (!used && cached) this.#end(id);
      return used ?? null;
    } catch (error) {
      if (!cached || now >= cached.expiresAt || now - cached.checkedAt >= SESSION_IDLE_MS) throw error;
      return cached;
    }
  }

  /** Marks sessions with an open wall as used; tells (by `ended`) those that are over. */
  async renew(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const alive = new Set((await this.#use(ids)).map((session) => session.id));
    for (const id of ids) if (!alive.has(id)) this.#end(id);
  }

  /** Ends the session of this token, if there is one. */
  async close(token: string): Promise<void> {
    await this.#db.query('DELETE FROM session WHERE token_hash = $1', [hashOf(token)]);
    this.#end(idOf(token));
  }

  async #use(ids: readonly string[]): Promise<CachedSession[]> {
    const now = this.#clock.now();
    const rows = await this.#db.query<SessionRow>(
      `UPDATE session s SET last_used_at = $2 FROM account a
       WHERE s.token_hash = ANY ($1) AND s.expires_at > $2 AND s.last_used_at > $3 AND a.username = s.username
       RETURNING s.token_hash, s.expires_at, a.username, a.display_name, a.created_at`,
      [ids.map((id) => Buffer.from(id, 'hex')), iso(now), iso(now - SESSION_IDLE_MS)],
    );
    return rows
      .map((row) => ({
        id: row.token_hash.toString('hex'),
        account: toAccount(row),
        checkedAt: now,
        expiresAt: Date.parse(row.expires_at),
      }))
      .filter((session) => !this.#ended.has(session.id))
      .map((session) => this.#remember(session));
  }

  #remember(session: CachedSession): CachedSession {
    this.#cache.delete(session.id);
    this.#cache.set(session.id, session);
    if (this.#cache.size > CACHE_LIMIT) this.#cache.delete(this.#cache.keys().next().value!);
    return session;
  }

  #end(id: string): void {
    this.#cache.delete(id);
    this.#ended.add(id);
    if (this.#ended.size > ENDED_LIMIT) this.#ended.delete(this.#ended.values().next().value!);
    this.ended.emit(id);
  }

  /** Deletes what is over. Runs beside the work, so a failure only waits for the next time. */
  async #sweep(): Promise<void> {
    const now = this.#clock.now();
    try {
      const rows = await this.#db.query<{ token_hash: Buffer }>(
        'DELETE FROM session WHERE expires_at <= $1 OR last_used_at <= $2 RETURNING token_hash',
        [iso(now), iso(now - SESSION_IDLE_MS)],
      );
      for (const row of rows) this.#end(row.token_hash.toString('hex'));
    } catch (error) {
      this.#log.warn({ detail: messageOf(error) }, 'old sessions could not be deleted; trying again later');
    }
  }
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** What a session is known by: the hash of its token. */
export function idOf(token: string): string {
  return hashOf(token).toString('hex');
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
