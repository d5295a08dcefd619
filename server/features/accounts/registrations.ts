import type { GrantedAccount } from '#contract/accounts.ts';
import type { Grant } from '#contract/grants.ts';
import type { Registration, RegistrationInput } from '#contract/registrations.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Rights } from '#lib/rights.ts';
import type { Database } from '../../db/database.ts';
import type { PlacesPort } from './access.ts';
import { hashPassword } from './passwords.ts';
import type { AccountsService } from './service.ts';

/** Waiting at a time: more are a flood, not people. */
const MOST_WAITING = 500;

export interface RegistrationsDeps {
  db: Database;
  clock: Clock;
  places: PlacesPort;
  accounts: Pick<AccountsService, 'admit'>;
  isOpen: boolean;
}

/** People who ask for an account 自助注册, each until somebody who administers accounts where he works has decided. */
export class Registrations {
  readonly #deps: RegistrationsDeps;

  constructor(deps: RegistrationsDeps) {
    this.#deps = deps;
  }

  get isOpen(): boolean {
    return this.#deps.isOpen;
  }

  /** Answers the same whether the name is taken or not. Throws REGISTRATION_CLOSED, RATE_LIMITED where too many wait. */
  async ask(input: RegistrationInput, address: string): Promise<void> {
    const { db, clock, isOpen } = this.#deps;
    if (!isOpen) throw new AppError('REGISTRATION_CLOSED');
    const { username, displayName, password, regionCode, note } = input;
    // the same work in either case
    const passwordHash = await hashPassword(password);
    const [waiting] = await db.query<{ count: number }>('SELECT count(*)::int AS count FROM account_registration');
    if (waiting!.count >= MOST_WAITING) throw new AppError('RATE_LIMITED');
    await db.query(
      `INSERT INTO account_registration (username, display_name, password_hash, region_code, note, address, asked_at)
       SELECT $1, $2, $3, $4, $5, $6, $7 WHERE NOT EXISTS (SELECT FROM account WHERE username = $1)
       ON CONFLICT (username) DO NOTHING`,
      [username, displayName, passwordHash, regionCode, note, address, new Date(clock.now()).toISOString()],
    );
  }

  /** Of the regions where this caller administers accounts, the oldest first. */
  async list(rights: Rights): Promise<Registration[]> {
    const rows = await this.#deps.db.query<Registration>(
      `SELECT username, display_name AS "displayName", region_code AS "regionCode", note, address, asked_at AS "askedAt"
       FROM account_registration ORDER BY asked_at, username`,
    );
    return rows.filter((row) => this.#isFor(row, rights));
  }

  /** Throws NOT_FOUND, and what `AccountsService.admit` throws. */
  async admit(
    username: string,
    grants: Grant[],
    { rights, by }: { rights: Rights; by: string },
  ): Promise<GrantedAccount> {
    const { db, accounts } = this.#deps;
    const { displayName } = await this.#find(username, rights);
    const [row] = await db.query<{ hash: string }>(
      'SELECT password_hash AS hash FROM account_registration WHERE username = $1',
      [username],
    );
    if (!row) throw new AppError('NOT_FOUND', username);
    const account = await accounts.admit({ username, displayName }, row.hash, grants, by);
    await this.#remove(username);
    return account;
  }

  /** Throws NOT_FOUND. */
  async decline(username: string, rights: Rights): Promise<void> {
    await this.#find(username, rights);
    await this.#remove(username);
  }

  async #find(username: string, rights: Rights): Promise<Registration> {
    const found = (await this.list(rights)).find((each) => each.username === username);
    if (!found) throw new AppError('NOT_FOUND', username);
    return found;
  }

  async #remove(username: string): Promise<void> {
    await this.#deps.db.query('DELETE FROM account_registration WHERE username = $1', [username]);
  }

  /** A code that is no region's is for those who administer everything. */
  #isFor({ regionCode }: Registration, rights: Rights): boolean {
    const region = this.#deps.places.regions().find(({ code }) => code === regionCode);
    return rights.mayInRegion('account.manage', region?.id ?? null);
  }
}
