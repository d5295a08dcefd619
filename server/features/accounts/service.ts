import {
  AccountInput,
  type Account,
  type AccountsQuery,
  type GrantedAccount,
  type Session,
  type SetupRequest,
  type SignIn,
} from '#contract/accounts.ts';
import type { Grant } from '#contract/grants.ts';
import type { Permission } from '#contract/permissions.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { Caller } from '#lib/rights.ts';
import { Serial } from '#lib/serial.ts';
import type { z } from 'zod';
import type { Database } from '../../db/database.ts';
import { violationOf } from '../../db/violations.ts';
import { Access, isForGood, type PlacesPort } from './access.ts';
import { PasswordCheck, hashPassword } from './passwords.ts';
import { AccountsRepository, type Giving } from './repository.ts';
import { Sessions, type OpenSession } from './sessions.ts';
import { makeSetupCode, SetupCode } from './setup-code.ts';

export interface AccountsDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  /** Regions and halls, which grants are about. */
  places: PlacesPort;
  /** A code fixed beforehand for unattended installs; null: a random one is made. */
  setupCode: string | null;
  /** Shows the code to who started the program. Called only while there is no account. */
  showSetupCode: (code: string) => void;
}

/** What a sign-in gives: the account, and the token for the cookie. */
export interface SignedIn {
  account: Account;
  token: string;
}

/** Accounts, the first of which is made with the one-time setup code, their sessions, and what they may. */
export class AccountsService {
  readonly sessions: Sessions;
  readonly access: Access;

  readonly #deps: AccountsDeps;
  readonly #accounts: AccountsRepository;
  readonly #passwords = new PasswordCheck();
  /** Changes one at a time, so that memory follows the order of the commits. */
  readonly #changes = new Serial();
  #setup: SetupCode | null = null;

  constructor(deps: AccountsDeps) {
    this.#deps = deps;
    this.#accounts = new AccountsRepository(deps.db);
    this.sessions = new Sessions(deps);
    this.access = new Access(deps);
  }

  async start(): Promise<void> {
    this.sessions.start();
    this.access.start(await this.#accounts.grants());
    if (this.#setup || !(await this.#accounts.none())) return;
    const code = this.#deps.setupCode ?? makeSetupCode();
    this.#setup = new SetupCode(code);
    this.#deps.showSetupCode(code);
  }

  async stop(): Promise<void> {
    this.sessions.stop();
    this.access.stop();
  }

  /** True while the first administrator has to be made. */
  get setupRequired(): boolean {
    return this.#setup !== null;
  }

  /** Makes the first administrator and signs him in. Throws SETUP_DONE or SETUP_CODE_WRONG. */
  async setUp({ code, username, displayName, password }: z.infer<typeof SetupRequest>): Promise<SignedIn> {
    if (!this.#setup) throw new AppError('SETUP_DONE');
    if (!this.#setup.matches(code)) throw new AppError('SETUP_CODE_WRONG');
    const account = this.#newAccount({ username, displayName });
    const giving = this.#giving([{ role: 'administrator', scope: { of: 'everything' }, until: null }], null);
    const first = await this.#accounts.insertFirst({ account, passwordHash: await hashPassword(password) }, giving);
    this.#setup = null;
    if (!first) throw new AppError('SETUP_DONE');
    this.access.put(username, giving.grants);
    this.#deps.log.info({ username }, 'first administrator created');
    return { account, token: await this.sessions.open(account) };
  }

  /** Throws SIGN_IN_FAILED, the same and after the same time for a wrong name and a wrong password. */
  async signIn({ username, password }: z.infer<typeof SignIn>): Promise<SignedIn> {
    if (this.#setup) throw new AppError('SETUP_REQUIRED');
    const stored = await this.#accounts.find(username);
    const right = await this.#passwords.matches(stored?.passwordHash ?? null, password);
    if (!stored || !right) {
      this.#deps.log.warn({ code: 'SIGN_IN_FAILED', username }, 'sign-in refused');
      throw new AppError('SIGN_IN_FAILED');
    }
    return { account: stored.account, token: await this.sessions.open(stored.account) };
  }

  /** Who the token of a request belongs to; null without one, and for one that is over. */
  async callerOf(token: string | undefined): Promise<Caller | null> {
    const session = token ? await this.sessions.find(token) : null;
    return session && this.#callerIn(session);
  }

  /** Who a session belongs to, for what was opened with it and lasts; null where it is over. */
  async callerOfSession(sessionId: string): Promise<Caller | null> {
    const session = await this.sessions.byId(sessionId);
    return session && this.#callerIn(session);
  }

  /** What the pages need to know of who sits before them. */
  sessionOf(account: Account): Session {
    return { account, duties: this.access.dutiesOf(account.username) };
  }

  /** Who may do this in one of these halls at least, by username; null: anywhere. */
  whoMay(permission: Permission, hallIds: readonly string[] | null): Promise<Account[]> {
    return this.#accounts.named(this.access.whoMay(permission, hallIds));
  }

  /** Those whom `by` administers: all their grants lie where he manages accounts. */
  async list(query: AccountsQuery, by: string): Promise<GrantedAccount[]> {
    const rights = this.access.rightsOf(by);
    const managed = { hallIds: rights.hallIds('account.manage'), regionIds: rights.regionIds('account.manage') };
    return (await this.#accounts.list(query, managed)).map((account) => this.#granted(account));
  }

  /**
   * Adds an account; `by` null: the house itself. Throws CONFLICT where the name is taken, FORBIDDEN for a grant that is not
   * his to give, REQUEST_INVALID for a scope that is not there.
   */
  add(input: AccountInput, by: string | null): Promise<GrantedAccount> {
    const { password, grants, ...rest } = AccountInput.parse(input);
    return this.#changes.run(async () => {
      this.#checkGiving(by, grants);
      if (by !== null && grants.length === 0 && !this.#managesAll(by)) throw new AppError('FORBIDDEN', 'grants');
      const account = this.#newAccount(rest);
      const stored = { account, passwordHash: await hashPassword(password) };
      await refused(this.#accounts.insert(stored, this.#giving(grants, by)), account.username);
      this.access.put(account.username, grants);
      this.#deps.log.info({ username: account.username, by, grants }, 'account created');
      return this.#granted(account);
    });
  }

  /**
   * Makes the grants of an account exactly these. Throws NOT_FOUND for whom `by` does not administer, CONFLICT where nobody
   * would be left who administers everything, and as `add`.
   */
  setGrants(username: string, grants: Grant[], by: string): Promise<GrantedAccount> {
    return this.#changes.run(async () => {
      const found = await this.#accounts.find(username);
      if (!found || !this.#administers(by, username)) throw new AppError('NOT_FOUND', username);
      this.#checkGiving(by, grants);
      const wasLast = this.access.grantsOf(username).some(isForGood) && !this.access.isAdministeredBeside(username);
      if (wasLast && !grants.some(isForGood)) throw new AppError('CONFLICT', 'the last who administers everything');
      await refused(this.#accounts.replaceGrants(username, this.#giving(grants, by)), username);
      this.access.put(username, grants);
      this.#deps.log.info({ username, by, grants }, 'grants changed');
      return this.#granted(found.account);
    });
  }

  #callerIn({ id, account }: OpenSession): Caller {
    return { account, sessionId: id, rights: this.access.rightsOf(account.username) };
  }

  #granted(account: Account): GrantedAccount {
    return { ...account, grants: [...this.access.grantsOf(account.username)] };
  }

  /** Whoever has no grant belongs to no region: he is administered by those who administer everything. */
  #administers(by: string, username: string): boolean {
    const rights = this.access.rightsOf(by);
    if (this.#managesAll(by)) return true;
    const grants = this.access.grantsOf(username);
    return (
      grants.length > 0 &&
      grants.every(({ scope }) => {
        if (scope.of === 'everything') return false;
        return scope.of === 'hall'
          ? rights.mayIn('account.manage', scope.id)
          : rights.mayInRegion('account.manage', scope.id);
      })
    );
  }

  #managesAll(by: string): boolean {
    return this.access.rightsOf(by).mayInRegion('account.manage', null);
  }

  #checkGiving(by: string | null, grants: readonly Grant[]): void {
    const refused = by === null ? -1 : grants.findIndex((grant) => !this.access.mayGive(by, grant));
    if (refused >= 0) throw new AppError('FORBIDDEN', [{ path: `grants.${refused}`, message: 'not yours to give' }]);
  }

  #giving(grants: readonly Grant[], by: string | null): Giving {
    return { grants, by, at: this.#now() };
  }

  #newAccount(fields: Omit<Account, 'createdAt'>): Account {
    return { ...fields, createdAt: this.#now() };
  }

  #now(): string {
    return new Date(this.#deps.clock.now()).toISOString();
  }
}

async function refused(work: Promise<void>, username: string): Promise<void> {
  try {
    await work;
  } catch (error) {
    switch (violationOf(error)?.kind) {
      case 'unique':
        throw new AppError('CONFLICT', username, { cause: error });
      case 'foreign-key':
        throw new AppError('REQUEST_INVALID', [{ path: 'grants', message: 'no such region or hall' }], {
          cause: error,
        });
      default:
        throw error;
    }
  }
}
