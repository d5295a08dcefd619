import { randomBytes } from 'node:crypto';
import { Registry } from 'prom-client';
import type { Role } from '#contract/permissions.ts';
import { ManualClock, type Clock } from '#lib/clock.ts';
import { silentLogger, type Logger } from '#lib/logger.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import type { Database } from '../../server/db/database.ts';
import { CameraNetworks } from '#lib/camera-networks.ts';
import { IdentityService } from '../../server/features/accounts/identity/service.ts';
import { accountRoutes } from '../../server/features/accounts/routes.ts';
import { SESSION_COOKIE } from '../../server/features/accounts/session-cookie.ts';
import { AccountsService } from '../../server/features/accounts/service.ts';
import { hallRoutes } from '../../server/features/halls/routes.ts';
import { HallsService } from '../../server/features/halls/service.ts';
import { systemRoutes } from '../../server/features/system/routes.ts';
import { buildApp } from '../../server/http/app.ts';
import type { HallOf } from '../../server/http/access.ts';
import type { App } from '../../server/http/app-type.ts';
import { nowhere } from './caller.ts';
import type { AuditPort } from '../../server/http/audit.ts';

export interface TestApp {
  app: App;
  clock: Clock;
  halls: HallsService;
  accounts: AccountsService;
  problems: ProblemBoard;
  /** The code that was shown at the start. */
  setupCode: string;
  /** A `cookie` header of someone of this role, who is made at the first call. */
  cookieOf(role: Role): Promise<string>;
  /** A `cookie` header of an account whose password is `PASSWORD`. */
  signedIn(username: string): Promise<string>;
  /** Sessions have ended: the next cookie is a new one. */
  forget(): void;
  close(): Promise<void>;
}

export interface TestAppOptions {
  db: Database;
  clock?: Clock;
  log?: Logger;
  trustProxy?: boolean;
  clientDir?: string;
  /** Where things are, beside halls: only who may not go everywhere needs it. */
  hallOf?: Partial<HallOf>;
  audit?: AuditPort;
  requestTimeoutMs?: number;
  /** PEM; without it, http. */
  tls?: { cert: Buffer; key: Buffer };
  /** What the test adds, which may need what is there. */
  routes?: (app: App, house: Pick<TestApp, 'clock' | 'halls' | 'accounts'>) => void;
}

export const PASSWORD = 'correct horse battery';
const from = { address: '127.0.0.1', agent: 'test' };

/** The HTTP application over a database, with halls, accounts and system, and what the test adds. */
export async function openTestApp({
  db,
  clock = new ManualClock(Date.parse('2026-03-09T02:00:00Z')),
  log = silentLogger,
  trustProxy = false,
  clientDir = '/nonexistent',
  hallOf = {},
  audit,
  requestTimeoutMs,
  tls,
  routes = () => undefined,
}: TestAppOptions): Promise<TestApp> {
  const metrics = new Registry();
  const problems = new ProblemBoard(clock);
  const halls = new HallsService({ db, log });
  let setupCode = '';
  const accounts = new AccountsService({
    db,
    clock,
    log,
    secret: randomBytes(32),
    places: halls,
    setupCode: null,
    showSetupCode: (code) => (setupCode = code),
  });
  const networks = new CameraNetworks(['127.0.0.0/8']);
  const identity = new IdentityService({ db, clock, log, secret: randomBytes(32), networks, accounts });
  await halls.start();
  await accounts.start();
  await identity.start();
  const app = await buildApp({
    log,
    metrics,
    trustProxy,
    clientDir,
    authenticate: (cookies) => accounts.callerOf(cookies[SESSION_COOKIE]),
    hallOf: { ...nowhere, hall: (id) => halls.get(id)?.id, ...hallOf },
    ...(audit && { audit }),
    ...(requestTimeoutMs !== undefined && { requestTimeoutMs }),
    ...(tls && { tls }),
    routes: (app) => {
      systemRoutes(app, { problems, metrics });
      accountRoutes(app, { accounts, identity, clock, ways: [] });
      hallRoutes(app, { halls });
      routes(app, { clock, halls, accounts });
    },
  });

  async function signedIn(username: string): Promise<string> {
    const { token } = await accounts.signIn({ username, password: PASSWORD }, from);
    return `${SESSION_COOKIE}=${token}`;
  }
  const cookies = new Map<Role, string>();
  const made = new Set<Role>();
  const keep = (role: Role, cookie: string) => (cookies.set(role, cookie), cookie);
  async function cookieOf(role: Role): Promise<string> {
    const known = cookies.get(role);
    if (known) return known;
    if (made.has(role)) return keep(role, await signedIn(role));
    const person = { username: role, displayName: role, password: PASSWORD };
    if (accounts.setupRequired) await accounts.setUp({ code: setupCode, ...person, username: 'root' }, from);
    await accounts.add({ ...person, grants: [{ role, scope: { of: 'everything' } }] }, null);
    made.add(role);
    return keep(role, await signedIn(role));
  }

  return {
    app,
    clock,
    halls,
    accounts,
    problems,
    setupCode,
    cookieOf,
    signedIn,
    forget: () => cookies.clear(),
    async close() {
      await app.close();
      await accounts.stop();
      await halls.stop();
    },
  };
}
