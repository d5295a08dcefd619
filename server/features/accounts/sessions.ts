import { createHash, randomBytes } from 'node:crypto';
import type { Account, SessionView } from '#contract/accounts.ts';
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
/** What browsers say of themselves beyond that tells nobody anything. */
const AGENT_LIMIT = 300;

/** A session as others may know it: its id is the hash of the token, with which no one can sign in. */
export interface OpenSession {
  id: string;
  account: Account;
  /** When its owner last showed that it is he, epoch ms. */
  confirmedAt: number;
}

/** Where somebody signs in from. */
export interface SignInPlace {
  address: string;
  /** What the browser says it is. */
  agent: string;
}

interface CachedSession extends OpenSession {
  checkedAt: number;
  expiresAt: number;
}

interface SessionRow extends AccountRow {
  token_hash: Buffer;
  expires_at: string;
  confirmed_at: string;
}

interface ViewRow extends Omit<SessionView, 'id' | 'current'> {
  token_hash: Buffer;
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
  /** All that are open, so that what was opened with one can be asked at once whether it may stay. */
  readonly #open = new Set<string>();
  /** Ended here: an answer that was under way meanwhile must not bring them back into memory. */
  readonly #ended = new Set<string>();
  #stopSweeping: (() => void) | null = null;

  constructor({ db, clock, log }: { db: Database; clock: Clock; log: Logger }) {
    this.#db = db;
    this.#clock = clock;
    this.#log = log;
  }

  async start(): Promise<void> {
    const rows = await this.#db.query<{ token_hash: Buffer }>('SELECT token_hash FROM session');
    for (const row of rows) this.#open.add(row.token_hash.toString('hex'));
    this.#stopSweeping ??= this.#clock.every(SWEEP_MS, () => void this.#sweep());
  }

  stop(): void {
    this.#stopSweeping?.();
    this.#stopSweeping = null;
  }

  /** Starts a session and gives the token, which is not kept. */
  async open(account: Account, { address, agent }: SignInPlace, byProvider = false): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    const now = this.#clock.now();
    const expiresAt = now + SESSION_MAX_MS;
    await this.#db.query(
      `INSERT INTO session (token_hash, username, created_at, last_used_at, confirmed_at, expires_at, address, agent,
         by_provider)
       VALUES ($1, $2, $3, $3, $3, $4, $5, $6, $7)`,
      [hashOf(token), account.username, iso(now), iso(expiresAt), address, agent.slice(0, AGENT_LIMIT), byProvider],
    );
    this.#remember({ id: idOf(token), account, confirmedAt: now, checkedAt: now, expiresAt });
    return token;
  }

  /** Whether what was opened with this session may stay. */
  isOpen(id: string): boolean {
    return this.#open.has(id);
  }

  /** Its owner has just shown that it is he. */
  async confirm(id: string): Promise<void> {
    const now = this.#clock.now();
    await this.#db.query('UPDATE session SET confirmed_at = $2 WHERE token_hash = $1', [
      Buffer.from(id, 'hex'),
      iso(now),
    ]);
    const cached = this.#cache.get(id);
    if (cached) cached.confirmedAt = now;
  }

  /** Those of an account, the one used last first. */
  async ofAccount(username: string): Promise<Omit<SessionView, 'current'>[]> {
    const now = this.#clock.now();
    const rows = await this.#db.query<ViewRow>(
      `SELECT token_hash, created_at AS "createdAt", last_used_at AS "lastUsedAt", expires_at AS "expiresAt", address, agent
       FROM session WHERE username = $1 AND expires_at > $2 AND last_used_at > $3 ORDER BY last_used_at DESC`,
      [username, iso(now), iso(now - SESSION_IDLE_MS)],
    );
    return rows.map(({ token_hash, ...row }) => ({ id: token_hash.toString('hex'), ...row }));
  }

  /** Ends sessions of an account, or with an id this one alone; how many there were. */
  async revoke(username: string, id: string | null): Promise<number> {
    const rows = await this.#db.query<{ token_hash: Buffer }>(
      'DELETE FROM session WHERE username = $1 AND ($2::bytea IS NULL OR token_hash = $2) RETURNING token_hash',
      [username, id === null ? null : Buffer.from(id, 'hex')],
    );
    for (const row of rows) this.#end(row.token_hash.toString('hex'));
    return rows.length;
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

  /** Ends the session of this token, if there is one; whether an identity provider had opened it. */
  async close(token: string): Promise<boolean> {
    const [row] = await this.#db.query<{ by_provider: boolean }>(
      'DELETE FROM session WHERE token_hash = $1 RETURNING by_provider',
      [hashOf(token)],
    );
    this.#end(idOf(token));
    return row?.by_provider ?? false;
  }

  async #use(ids: readonly string[]): Promise<CachedSession[]> {
    const now = this.#clock.now();
    const rows = await this.#db.query<SessionRow>(
      `UPDATE session s SET last_used_at = $2 FROM account a
       WHERE s.token_hash = ANY ($1) AND s.expires_at > $2 AND s.last_used_at > $3 AND a.username = s.username
       RETURNING s.token_hash, s.expires_at, s.confirmed_at, a.username, a.display_name, a.created_at`,
      [ids.map((id) => Buffer.from(id, 'hex')), iso(now), iso(now - SESSION_IDLE_MS)],
    );
    return rows
      .map((row) => ({
        id: row.token_hash.toString('hex'),
        account: toAccount(row),
        confirmedAt: Date.parse(row.confirmed_at),
        checkedAt: now,
        expiresAt: Date.parse(row.expires_at),
      }))
      .filter((session) => !this.#ended.has(session.id))
      .map((session) => this.#remember(session));
  }

  #remember(session: CachedSession): CachedSession {
    this.#open.add(session.id);
    this.#cache.delete(session.id);
    this.#cache.set(session.id, session);
    if (this.#cache.size > CACHE_LIMIT) this.#cache.delete(this.#cache.keys().next().value!);
    return session;
  }

  #end(id: string): void {
    this.#cache.delete(id);
    this.#open.delete(id);
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
