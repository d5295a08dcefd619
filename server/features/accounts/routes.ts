import { z } from 'zod';
import {
  AccountInput,
  AccountsQuery,
  GrantedAccount,
  Session,
  SetupRequest,
  SetupState,
  SignedOut,
  SignIn,
  Username,
} from '#contract/accounts.ts';
import { PasskeyAssertion, PasskeyChallenge } from '#contract/factors.ts';
import { Grants } from '#contract/grants.ts';
import { Way } from '#contract/ways.ts';
import type { App } from '../../http/app-type.ts';
import type { Clock } from '#lib/clock.ts';
import { administrationRoutes } from './administration-routes.ts';
import { attemptLimit } from './attempt-limit.ts';
import type { AccountsService } from './service.ts';
import { factorRoutes, siteOf } from './factor-routes.ts';
import { identityRoutes } from './identity/routes.ts';
import type { IdentityService } from './identity/service.ts';
import { cookieOptions, placeOf, SESSION_COOKIE, welcome } from './session-cookie.ts';
import { sessionRoutes } from './session-routes.ts';

const manage = { needs: 'account.manage', of: 'handler' } as const;
/** Who may do what afterwards cannot be called back from whoever has seen it. */
const give = { ...manage, confirmed: true } as const;
const open = { public: true } as const;
const tags = ['accounts'];

export interface AccountRoutesDeps {
  accounts: AccountsService;
  identity: IdentityService;
  clock: Clock;
  /** The ways into the house that are no routes. */
  ways: readonly Way[];
}

/** REST of the first set-up, of signing in and out, of the accounts, and of who may do what. */
export function accountRoutes(app: App, { accounts, identity, clock, ways }: AccountRoutesDeps): void {
  const limited = attemptLimit(app, clock);
  sessionRoutes(app, { accounts, limited });
  factorRoutes(app, { accounts, limited });
  administrationRoutes(app, { accounts, limited });
  identityRoutes(app, { accounts, identity, limited });

  app.get('/api/setup', { config: open, schema: { tags, response: { 200: SetupState } } }, () => ({
    required: accounts.setupRequired,
  }));

  app.post(
    '/api/setup',
    { config: open, schema: { tags, body: SetupRequest, response: { 201: Session } } },
    async (request, reply) => {
      const { body } = request;
      const signedIn = await limited(request, reply, body.username, () => accounts.setUp(body, placeOf(request)));
      return reply.code(201).send(await welcome(request, reply, accounts, signedIn));
    },
  );

  app.get('/api/session', { config: { session: true }, schema: { tags, response: { 200: Session } } }, ({ account }) =>
    accounts.sessionOf(account!),
  );

  app.post(
    '/api/session',
    { config: open, schema: { tags, body: SignIn, response: { 200: Session } } },
    async (request, reply) => {
      const { body } = request;
      const signIn = () => accounts.signIn(body, placeOf(request));
      const signedIn = await limited(request, reply, body.username, signIn);
      return welcome(request, reply, accounts, signedIn);
    },
  );

  app.post(
    '/api/session/passkey/challenge',
    { config: open, schema: { tags, response: { 200: PasskeyChallenge } } },
    (request) => accounts.passkeys.challenge(siteOf(request)),
  );

  app.post(
    '/api/session/passkey',
    { config: open, schema: { tags, body: PasskeyAssertion, response: { 200: Session } } },
    async (request, reply) => {
      const { body } = request;
      const signIn = () => accounts.signInByPasskey(body, siteOf(request), placeOf(request));
      return welcome(request, reply, accounts, await limited(request, reply, body.id, signIn));
    },
  );

  app.delete(
    '/api/session',
    { config: open, schema: { tags, response: { 200: SignedOut } } },
    async (request, reply) => {
      const token = request.cookies[SESSION_COOKIE];
      const byProvider = token ? await accounts.sessions.close(token) : false;
      reply.clearCookie(SESSION_COOKIE, cookieOptions(request));
      return { goOnAt: byProvider ? await identity.signOut(`${siteOf(request).origin}/sign-in`) : null };
    },
  );

  app.get(
    '/api/accounts',
    {
      config: manage,
      schema: {
        tags,
        summary: 'Accounts that one administers, by username; ask for those after the last one',
        querystring: AccountsQuery,
        response: { 200: z.array(GrantedAccount) },
      },
    },
    ({ query, account }) => accounts.list(query, account!.username),
  );

  app.post(
    '/api/accounts',
    { config: give, schema: { tags, body: AccountInput, response: { 201: GrantedAccount } } },
    async ({ body, account }, reply) => reply.code(201).send(await accounts.add(body, account!.username)),
  );

  app.put(
    '/api/accounts/:username/grants',
    {
      config: give,
      schema: {
        tags,
        summary: 'Says what an account may do from now on, and where',
        params: z.object({ username: Username }),
        body: Grants,
        response: { 200: GrantedAccount },
      },
    },
    ({ params, body, account }) => accounts.setGrants(params.username, body, account!.username),
  );

  app.get(
    '/api/ways',
    {
      config: { needs: 'account.manage' },
      schema: {
        tags,
        summary: 'Every way into the house, and what one must be allowed to go it',
        response: { 200: z.array(Way) },
      },
    },
    () => [...app.ways, ...ways],
  );
}
