import { randomBytes } from 'node:crypto';
import type { Passkey, PasskeyAssertion, PasskeyChallenge, PasskeyInput } from '#contract/factors.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { Database } from '../../db/database.ts';
import { violationOf } from '../../db/violations.ts';
import { challengeIn, checkAsserted, checkCreated } from './webauthn.ts';

const CHALLENGE_MS = 5 * 60_000;
/** Open at a time; the oldest are forgotten first. */
const MOST_CHALLENGES = 5000;
const MOST_PASSKEYS = 20;

/** The page that a ceremony takes place on. */
export interface Site {
  origin: string;
  rpId: string;
}

interface PasskeyRow {
  username: string;
  public_key: Buffer;
  algorithm: number;
  sign_count: string;
}

/** Passkeys 通行密钥 (WebAuthn): a key that never leaves its device, which opens by finger, face or PIN. */
export class Passkeys {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #log: Logger;
  /** What browsers were asked to sign, with when it runs out. */
  readonly #challenges = new Map<string, number>();

  constructor({ db, clock, log }: { db: Database; clock: Clock; log: Logger }) {
    this.#db = db;
    this.#clock = clock;
    this.#log = log;
  }

  challenge({ rpId }: Site): PasskeyChallenge {
    const challenge = randomBytes(32).toString('base64url');
    this.#challenges.set(challenge, this.#clock.now() + CHALLENGE_MS);
    if (this.#challenges.size > MOST_CHALLENGES) this.#challenges.delete(this.#challenges.keys().next().value!);
    return { challenge, rpId };
  }

  async list(username: string): Promise<Passkey[]> {
    const rows = await this.#db.query<Omit<Passkey, 'id'> & { id: Buffer }>(
      `SELECT id, name, created_at AS "createdAt", last_used_at AS "lastUsedAt"
       FROM account_passkey WHERE username = $1 ORDER BY created_at`,
      [username],
    );
    return rows.map(({ id, ...row }) => ({ id: id.toString('base64url'), ...row }));
  }

  /** Throws PASSKEY_REFUSED where it is not as it must be, CONFLICT where it is known or there are too many. */
  async add(username: string, input: PasskeyInput, site: Site): Promise<void> {
    const created = {
      ...{ id: bytes(input.id), clientDataJSON: bytes(input.clientDataJSON) },
      ...{ authenticatorData: bytes(input.authenticatorData), publicKey: bytes(input.publicKey) },
      algorithm: input.algorithm,
    };
    const challenge = this.#take(created.clientDataJSON);
    const count = challenge === null ? 'challenge' : checkCreated(created, { ...site, challenge });
    if (typeof count === 'string') throw this.#refused(count, username);
    if ((await this.list(username)).length >= MOST_PASSKEYS) throw new AppError('CONFLICT', 'remove some first');
    await this.#db
      .query(
        `INSERT INTO account_passkey (id, username, public_key, algorithm, sign_count, name, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [created.id, username, created.publicKey, created.algorithm, count, input.name, this.#now()],
      )
      .catch((error: unknown) => {
        if (violationOf(error)?.kind === 'unique') throw new AppError('CONFLICT', 'it is known', { cause: error });
        throw error;
      });
  }

  /** Throws NOT_FOUND. */
  async remove(username: string, id: string): Promise<void> {
    const rows = await this.#db.query('DELETE FROM account_passkey WHERE username = $1 AND id = $2 RETURNING id', [
      ...[username, bytes(id)],
    ]);
    if (rows.length === 0) throw new AppError('NOT_FOUND', id);
  }

  async removeAll(username: string): Promise<void> {
    await this.#db.query('DELETE FROM account_passkey WHERE username = $1', [username]);
  }

  /** Whose passkey signed this. Throws PASSKEY_REFUSED. */
  async whoSigned(assertion: PasskeyAssertion, site: Site): Promise<string> {
    const id = bytes(assertion.id);
    const asserted = {
      ...{ clientDataJSON: bytes(assertion.clientDataJSON), signature: bytes(assertion.signature) },
      authenticatorData: bytes(assertion.authenticatorData),
    };
    const challenge = this.#take(asserted.clientDataJSON);
    const [row] = await this.#db.query<PasskeyRow>(
      'SELECT username, public_key, algorithm, sign_count FROM account_passkey WHERE id = $1',
      [id],
    );
    if (!row) throw this.#refused('unknown', null);
    const known = { publicKey: row.public_key, algorithm: row.algorithm, signCount: Number(row.sign_count) };
    const count = challenge === null ? 'challenge' : checkAsserted(asserted, known, { ...site, challenge });
    if (typeof count === 'string') throw this.#refused(count, row.username);
    await this.#db.query('UPDATE account_passkey SET sign_count = $2, last_used_at = $3 WHERE id = $1', [
      ...[id, count, this.#now()],
    ]);
    return row.username;
  }

  /** The challenge that this answers; it is used up. Null where we have asked none such. */
  #take(clientDataJSON: Buffer): string | null {
    const challenge = challengeIn(clientDataJSON);
    const until = challenge === null ? undefined : this.#challenges.get(challenge);
    if (challenge === null || until === undefined) return null;
    this.#challenges.delete(challenge);
    return this.#clock.now() < until ? challenge : null;
  }

  #refused(why: string, username: string | null): AppError {
    this.#log.warn({ code: 'PASSKEY_REFUSED', why, username }, 'passkey refused');
    return new AppError('PASSKEY_REFUSED');
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}

function bytes(text: string): Buffer {
  return Buffer.from(text, 'base64url');
}
