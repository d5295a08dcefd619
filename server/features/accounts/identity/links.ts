import type { IdentityLink } from '#contract/identity.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Database } from '../../../db/database.ts';
import { violationOf } from '../../../db/violations.ts';

/** Which account belongs to whom at a provider: one subject for an account, and one account for a subject. */
export class IdentityLinks {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor({ db, clock }: { db: Database; clock: Clock }) {
    this.#db = db;
    this.#clock = clock;
  }

  /** The link of an account; null where it has none. */
  async of(username: string, issuer: string): Promise<IdentityLink | null> {
    const [row] = await this.#db.query<IdentityLink>(
      `SELECT issuer, subject, linked_at AS "linkedAt", linked_by AS "linkedBy", last_used_at AS "lastUsedAt"
       FROM account_identity WHERE username = $1 AND issuer = $2`,
      [username, issuer],
    );
    return row ?? null;
  }

  /** Whose subject this is; null: nobody's. */
  async whose(issuer: string, subject: string): Promise<string | null> {
    const [row] = await this.#db.query<{ username: string }>(
      'SELECT username FROM account_identity WHERE issuer = $1 AND subject = $2',
      [issuer, subject],
    );
    return row?.username ?? null;
  }

  /** `by` null: the rule. Throws CONFLICT where the account or the subject has a link already. */
  async add(username: string, { issuer, subject, by }: { issuer: string; subject: string; by: string | null }) {
    await this.#db
      .query(
        `INSERT INTO account_identity (issuer, subject, username, linked_at, linked_by) VALUES ($1, $2, $3, $4, $5)`,
        [issuer, subject, username, this.#now(), by],
      )
      .catch((error: unknown) => {
        if (violationOf(error)?.kind === 'unique') throw new AppError('CONFLICT', 'linked already', { cause: error });
        throw error;
      });
  }

  async remove(username: string): Promise<void> {
    await this.#db.query('DELETE FROM account_identity WHERE username = $1', [username]);
  }

  async used(issuer: string, subject: string): Promise<void> {
    await this.#db.query('UPDATE account_identity SET last_used_at = $3 WHERE issuer = $1 AND subject = $2', [
      ...[issuer, subject, this.#now()],
    ]);
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}
