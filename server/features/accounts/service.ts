import {
  AccountInput,
  type Account,
  type AccountsQuery,
  type GrantedAccount,
  type Session,
  type SessionView,
  type SetupRequest,
  type SignIn,
} from '#contract/accounts.ts';
import type { Factors, PasskeyAssertion } from '#contract/factors.ts';
import type { Grant } from '#contract/grants.ts';
import type { Permission } from '#contract/permissions.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import { Rights, type Caller, type TokenOwner } from '#lib/rights.ts';
import { Serial } from '#lib/serial.ts';
import type { z } from 'zod';
import type { Database } from '../../db/database.ts';
import { violationOf } from '../../db/violations.ts';
import { Access, isForGood, type PlacesPort } from './access.ts';
import { Passkeys, type Site } from './passkeys.ts';
import { PasswordCheck, hashPassword } from './passwords.ts';
import { AccountsRepository, type Giving } from './repository.ts';
import { SecondFactor } from './second-factor.ts';
import { Sessions, type OpenSession, type SignInPlace } from './sessions.ts';
import { makeSetupCode, SetupCode } from './setup-code.ts';
import { SignInFailed } from './sign-in-failed.ts';

export interface AccountsDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  /** Seals the secrets of authenticators. */
  secret: Buffer;
  /** Regions and halls, which grants are about. */
  places: PlacesPort;
  /** A code fixed beforehand for unattended installs; null: a random one is made. */
  setupCode: string | null;
  /** Shows the code to who started the program. Called only while there is no account. */
  showSetupCode: (code: string) => void;
}

/** Who asks, and with which session. */
type CallerOf = Pick<Caller, 'account' | 'sessionId'>;

/** How long somebody who has shown that it is he is taken for it before what cannot be called back. */
export const CONFIRMED_MS = 10 * 60_000;

/** What a sign-in gives: the account, and the token for the cookie. */
export interface SignedIn {
  account: Account;
  token: string;
}

/** Accounts, the first of which is made with the one-time setup code, their sessions, and what they may. */
export class AccountsService {
  readonly sessions: Sessions;
  readonly access: Access;
  readonly secondFactor: SecondFactor;
  readonly passkeys: Passkeys;

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
    this.secondFactor = new SecondFactor(deps);
    this.passkeys = new Passkeys(deps);
  }

  async start(): Promise<void> {
    await this.sessions.start();
    this.access.start(await this.#accounts.grants(), await this.#accounts.disabled());
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
  async setUp(
    { code, username, displayName, password }: z.infer<typeof SetupRequest>,
    from: SignInPlace,
  ): Promise<SignedIn> {
    if (!this.#setup) throw new AppError('SETUP_DONE');
    if (!this.#setup.matches(code)) throw new AppError('SETUP_CODE_WRONG');
    const account = this.#newAccount({ username, displayName });
    const giving = this.#giving([{ role: 'administrator', scope: { of: 'everything' }, until: null }], null);
    const first = await this.#accounts.insertFirst({ account, passwordHash: await hashPassword(password) }, giving);
    this.#setup = null;
    if (!first) throw new AppError('SETUP_DONE');
    this.access.put(username, giving.grants);
    this.#deps.log.info({ username }, 'first administrator created');
    return { account, token: await this.sessions.open(account, from) };
  }

  /**
   * Throws SIGN_IN_FAILED, the same and after the same time for a wrong name and a wrong password; and once these are right,
   * SECOND_FACTOR_REQUIRED and SECOND_FACTOR_WRONG where the account has one.
   */
  async signIn({ username, password, code }: z.infer<typeof SignIn>, from: SignInPlace): Promise<SignedIn> {
    if (this.#setup) throw new AppError('SETUP_REQUIRED');
    const account = await this.#whoHas(username, password);
    if (await this.secondFactor.isOn(username)) {
      if (code === undefined) throw new AppError('SECOND_FACTOR_REQUIRED');
      if (!(await this.secondFactor.opens(username, code))) throw new AppError('SECOND_FACTOR_WRONG');
    }
    return { account, token: await this.sessions.open(account, from) };
  }

  /** Throws PASSKEY_REFUSED. A passkey that its owner was verified for is two factors in one. */
  async signInByPasskey(assertion: PasskeyAssertion, site: Site, from: SignInPlace): Promise<SignedIn> {
    const username = await this.passkeys.whoSigned(assertion, site);
    const { account } = (await this.#accounts.find(username))!;
    if (this.access.isDisabled(username)) throw new AppError('PASSKEY_REFUSED');
    return { account, token: await this.sessions.open(account, from) };
  }

  /** Whom an identity provider vouches for. Throws IDENTITY_REFUSED where he is disabled. */
  async signInAs(username: string, from: SignInPlace): Promise<SignedIn> {
    const stored = await this.#accounts.find(username);
    if (!stored || stored.disabledAt) throw new AppError('IDENTITY_REFUSED');
    return { account: stored.account, token: await this.sessions.open(stored.account, from, true) };
  }

  async exists(username: string): Promise<boolean> {
    return (await this.#accounts.find(username)) !== null;
  }

  async factorsOf(username: string): Promise<Factors> {
    const [totp, recoveryCodes, passkeys] = await Promise.all([
      this.secondFactor.isOn(username),
      this.secondFactor.recoveryCodes(username),
      this.passkeys.list(username),
    ]);
    return { totp, recoveryCodes, passkeys };
  }

  /** For who has lost his devices: takes his second factor and his passkeys. Throws NOT_FOUND for whom `by` does not administer. */
  async resetFactors(username: string, by: string): Promise<void> {
    this.mustAdminister(by, username);
    await this.secondFactor.remove(username);
    await this.passkeys.removeAll(username);
    this.#deps.log.info({ username, by }, 'factors reset');
  }

  /** Takes again that whoever sits there is the owner of this session. Throws SIGN_IN_FAILED. */
  async confirm(caller: CallerOf, password: string): Promise<void> {
    await this.#whoHas(caller.account.username, password);
    await this.sessions.confirm(caller.sessionId);
  }

  /** His own, once he has shown the one he has; his other sessions end. Throws SIGN_IN_FAILED. */
  async changePassword({ account, sessionId }: CallerOf, current: string, next: string): Promise<void> {
    const { username } = await this.#whoHas(account.username, current);
    await this.#accounts.setPassword(username, await hashPassword(next));
    for (const { id } of await this.sessions.ofAccount(username)) {
      if (id !== sessionId) await this.sessions.revoke(username, id);
    }
  }

  /** For who has forgotten his; all his sessions end. Throws NOT_FOUND for whom `by` does not administer. */
  async resetPassword(username: string, next: string, by: string): Promise<void> {
    await this.mustAdministerKnown(by, username);
    await this.#accounts.setPassword(username, await hashPassword(next));
    await this.sessions.revoke(username, null);
    this.#deps.log.info({ username, by }, 'password reset');
  }

  /**
   * Disables accounts, whose sessions end, or lets them in again: all of them or none. Throws NOT_FOUND for whom `by` does not
   * administer, and CONFLICT for himself: so somebody is left who administers them.
   */
  setDisabled(usernames: readonly string[], isDisabled: boolean, by: string): Promise<void> {
    return this.#changes.run(async () => {
      const known = new Set((await this.#accounts.named(usernames)).map(({ username }) => username));
      for (const username of usernames) {
        this.mustAdminister(by, username);
        if (!known.has(username)) throw new AppError('NOT_FOUND', username);
      }
      if (isDisabled && usernames.includes(by)) throw new AppError('CONFLICT', 'not oneself');
      await this.#accounts.setDisabled(usernames, isDisabled ? this.#now() : null);
      for (const username of usernames) {
        this.access.setDisabled(username, isDisabled);
        if (isDisabled) await this.sessions.revoke(username, null);
      }
      this.#deps.log.info({ usernames, isDisabled, by }, 'accounts disabled or enabled');
    });
  }

  /** The sessions of an account; `by` null: its owner asks. Throws NOT_FOUND for whom `by` does not administer. */
  async sessionsOf(username: string, current: string, by: string | null): Promise<SessionView[]> {
    this.mustAdminister(by, username);
    return (await this.sessions.ofAccount(username)).map((each) => ({ ...each, current: each.id === current }));
  }

  /** Ends sessions of an account, or the one of this id. Throws NOT_FOUND where there is none, and as `sessionsOf`. */
  async revoke(username: string, id: string | null, by: string | null): Promise<void> {
    this.mustAdminister(by, username);
    const ended = await this.sessions.revoke(username, id);
    if (ended === 0 && id !== null) throw new AppError('NOT_FOUND', id);
    this.#deps.log.info({ username, by: by ?? username, ended }, 'sessions ended');
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

  /** What whoever had a token made may do now: nothing any more where his session is over. */
  rightsOf({ account, sessionId }: TokenOwner): Rights {
    return this.sessions.isOpen(sessionId) ? this.access.rightsOf(account) : Rights.none;
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
    return (await this.#accounts.list(query, managed)).map(({ disabledAt, ...account }) => ({
      ...this.#granted(account),
      disabledAt,
    }));
  }

  /**
   * Adds an account; `by` null: the house itself. Throws CONFLICT where the name is taken, FORBIDDEN for a grant that is not
   * his to give, REQUEST_INVALID for a scope that is not there.
   */
  add(input: AccountInput, by: string | null): Promise<GrantedAccount> {
    const { password, grants, ...rest } = AccountInput.parse(input);
    return this.admit(rest, () => hashPassword(password), grants, by);
  }

  /** Adds an account whose password was hashed before, or is once he may be added. Throws as `add`. */
  admit(
    person: Pick<Account, 'username' | 'displayName'>,
    hash: string | (() => Promise<string>),
    grants: Grant[],
    by: string | null,
  ): Promise<GrantedAccount> {
    return this.#changes.run(async () => {
      this.#checkGiving(by, grants);
      if (by !== null && grants.length === 0 && !this.managesAll(by)) throw new AppError('FORBIDDEN', 'grants');
      const account = this.#newAccount(person);
      const stored = { account, passwordHash: typeof hash === 'string' ? hash : await hash() };
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
      return { ...this.#granted(found.account), disabledAt: found.disabledAt ?? null };
    });
  }

  /** Throws NOT_FOUND for whom `by` does not administer; null: the house itself asks. */
  mustAdminister(by: string | null, username: string): void {
    if (by !== null && !this.#administers(by, username)) throw new AppError('NOT_FOUND', username);
  }

  /** And for whom there is not. */
  async mustAdministerKnown(by: string, username: string): Promise<void> {
    this.mustAdminister(by, username);
    if (!(await this.#accounts.find(username))) throw new AppError('NOT_FOUND', username);
  }

  /** Whether he administers everybody. */
  managesAll(username: string): boolean {
    return this.access.rightsOf(username).mayInRegion('account.manage', null);
  }

  #callerIn({ id, account, confirmedAt }: OpenSession): Caller {
    const isConfirmed = this.#deps.clock.now() - confirmedAt < CONFIRMED_MS;
    return { account, sessionId: id, isConfirmed, rights: this.access.rightsOf(account.username) };
  }

  async #whoHas(username: string, password: string): Promise<Account> {
    const stored = await this.#accounts.find(username);
    const right = await this.#passwords.matches(stored?.passwordHash ?? null, password);
    if (stored && right && !stored.disabledAt) return stored.account;
    const refused = new SignInFailed(stored?.account.username ?? null);
    this.#deps.log.warn({ code: refused.code, username: refused.meant }, 'sign-in refused');
    throw refused;
  }

  #granted(account: Account): GrantedAccount {
    return { ...account, grants: [...this.access.grantsOf(account.username)], disabledAt: null };
  }

  /** Whoever has no grant belongs to no region: he is administered by those who administer everything. */
  #administers(by: string, username: string): boolean {
    const rights = this.access.rightsOf(by);
    if (this.managesAll(by)) return true;
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
