import { createHash, randomBytes } from 'node:crypto';
import type { RecoveryCodes, TotpOffer } from '#contract/factors.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { SecretBox } from '#lib/secret-box.ts';
import type { Database } from '../../db/database.ts';
import { base32, matchingStep, newTotpSecret, totpUri } from './totp.ts';

const RECOVERY_CODES = 10;
const RECOVERY_BYTES = 10;

interface TotpRow {
  secret_sealed: Buffer;
  confirmed_at: string | null;
  last_step: string;
}

/** Codes of an authenticator (TOTP) as the second factor beside a password, and codes for who has lost it. */
export class SecondFactor {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #box: SecretBox;

  constructor({ db, clock, secret }: { db: Database; clock: Clock; secret: Buffer }) {
    this.#db = db;
    this.#clock = clock;
    this.#box = new SecretBox(secret, 'second factor');
  }

  async isOn(username: string): Promise<boolean> {
    return ((await this.#row(username))?.confirmed_at ?? null) !== null;
  }

  async recoveryCodes(username: string): Promise<number> {
    const [row] = await this.#db.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM account_recovery_code WHERE username = $1',
      [username],
    );
    return row!.count;
  }

  /** Makes a secret that counts from its first code on. Throws CONFLICT where there is one already. */
  async offer(username: string): Promise<TotpOffer> {
    const secret = newTotpSecret();
    const sealed = this.#box.seal(secret.toString('hex'), username);
    const rows = await this.#db.query(
      `INSERT INTO account_totp (username, secret_sealed) VALUES ($1, $2)
       ON CONFLICT (username) DO UPDATE SET secret_sealed = $2 WHERE account_totp.confirmed_at IS NULL
       RETURNING username`,
      [username, sealed],
    );
    if (rows.length === 0) throw new AppError('CONFLICT', 'there is a second factor already');
    return { secret: base32(secret), uri: totpUri(username, secret) };
  }

  /** The first code shows that the authenticator has the secret. Throws SECOND_FACTOR_WRONG. */
  async confirm(username: string, code: string): Promise<RecoveryCodes> {
    if (!(await this.#takeCode(username, code))) throw new AppError('SECOND_FACTOR_WRONG');
    const codes = Array.from({ length: RECOVERY_CODES }, () => base32(randomBytes(RECOVERY_BYTES)));
    await this.#db.transaction(async (inside) => {
      await inside.query('UPDATE account_totp SET confirmed_at = $2 WHERE username = $1', [
        username,
        new Date(this.#clock.now()).toISOString(),
      ]);
      await inside.query('DELETE FROM account_recovery_code WHERE username = $1', [username]);
      await inside.query('INSERT INTO account_recovery_code SELECT $1, unnest($2::bytea[])', [
        username,
        codes.map(digest),
      ]);
    });
    return { recoveryCodes: codes.map((each) => each.match(/.{4}/g)!.join('-')) };
  }

  /** Whether a code opens, of the authenticator or for recovery: each does once. */
  async opens(username: string, code: string): Promise<boolean> {
    if (await this.#takeCode(username, code)) return true;
    const rows = await this.#db.query(
      'DELETE FROM account_recovery_code WHERE username = $1 AND code = $2 RETURNING username',
      [username, digest(code)],
    );
    return rows.length > 0;
  }

  async remove(username: string): Promise<void> {
    await this.#db.transaction(async (inside) => {
      await inside.query('DELETE FROM account_totp WHERE username = $1', [username]);
      await inside.query('DELETE FROM account_recovery_code WHERE username = $1', [username]);
    });
  }

  /** Uses up the step of a right code; of two who come with the same at once, one is late. */
  async #takeCode(username: string, code: string): Promise<boolean> {
    const row = await this.#row(username);
    const secret = row && this.#box.open(row.secret_sealed, username);
    if (!row || !secret) return false;
    const step = matchingStep(Buffer.from(secret, 'hex'), code, this.#clock.now(), Number(row.last_step));
    if (step === null) return false;
    const taken = await this.#db.query(
      'UPDATE account_totp SET last_step = $2 WHERE username = $1 AND last_step < $2 RETURNING username',
      [username, step],
    );
    return taken.length > 0;
  }

  async #row(username: string): Promise<TotpRow | undefined> {
    const [row] = await this.#db.query<TotpRow>(
      'SELECT secret_sealed, confirmed_at, last_step FROM account_totp WHERE username = $1',
      [username],
    );
    return row;
  }
}

function digest(code: string): Buffer {
  return createHash('sha256').update(code).digest();
}
