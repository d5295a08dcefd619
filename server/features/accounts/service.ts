import { AccountInput, type Account, type SetupRequest, type SignIn } from '#contract/accounts.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { z } from 'zod';
import type { Database } from '../../db/database.ts';
import { violationOf } from '../../db/violations.ts';
import { PasswordCheck, hashPassword } from './passwords.ts';
import { AccountsRepository } from './repository.ts';
import { Sessions } from './sessions.ts';
import { makeSetupCode, SetupCode } from './setup-code.ts';

export interface AccountsDeps {
  db: Database;
  clock: Clock;
  log: Logger;
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

/** Accounts, the first of which is made with the one-time setup code, and their sessions. */
export class AccountsService {
  readonly sessions: Sessions;

  readonly #deps: AccountsDeps;
  readonly #accounts: AccountsRepository;
  readonly #passwords = new PasswordCheck();
  #setup: SetupCode | null = null;

  constructor(deps: AccountsDeps) {
    this.#deps = deps;
    this.#accounts = new AccountsRepository(deps.db);
    this.sessions = new Sessions(deps);
  }

  async start(): Promise<void> {
    this.sessions.start();
    if (this.#setup || !(await this.#accounts.none())) return;
    const code = this.#deps.setupCode ?? makeSetupCode();
    this.#setup = new SetupCode(code);
    this.#deps.showSetupCode(code);
  }

  async stop(): Promise<void> {
    this.sessions.stop();
  }

  /** True while the first administrator has to be made. */
  get setupRequired(): boolean {
    return this.#setup !== null;
  }

  /** Makes the first administrator and signs him in. Throws SETUP_DONE or SETUP_CODE_WRONG. */
  async setUp({ code, username, displayName, password }: z.infer<typeof SetupRequest>): Promise<SignedIn> {
    if (!this.#setup) throw new AppError('SETUP_DONE');
    if (!this.#setup.matches(code)) throw new AppError('SETUP_CODE_WRONG');
    const account = this.#newAccount({ username, displayName, role: 'administrator' });
    const first = await this.#accounts.insertFirst({ account, passwordHash: await hashPassword(password) });
    this.#setup = null;
    if (!first) throw new AppError('SETUP_DONE');
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
  async accountOf(token: string | undefined): Promise<Account | null> {
    const session = token ? await this.sessions.find(token) : null;
    return session?.account ?? null;
  }

  list(): Promise<Account[]> {
    return this.#accounts.list();
  }

  /** Throws CONFLICT where the name is taken. */
  async add(input: AccountInput): Promise<Account> {
    const { password, ...rest } = AccountInput.parse(input);
    const account = this.#newAccount(rest);
    try {
      await this.#accounts.insert({ account, passwordHash: await hashPassword(password) });
    } catch (error) {
      if (violationOf(error)?.kind === 'unique') throw new AppError('CONFLICT', account.username, { cause: error });
      throw error;
    }
    this.#deps.log.info({ username: account.username, role: account.role }, 'account created');
    return account;
  }

  #newAccount(fields: Omit<Account, 'createdAt'>): Account {
    return { ...fields, createdAt: new Date(this.#deps.clock.now()).toISOString() };
  }
}
