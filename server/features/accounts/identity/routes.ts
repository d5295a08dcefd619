import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Username } from '#contract/accounts.ts';
import {
  IDENTITY_RETURN_PATH,
  IdentityAway,
  IdentityBegin,
  IdentityCode,
  IdentityEntered,
  IdentityLinked,
  IdentityOffer,
  IdentityProvider,
  IdentityProviderFound,
  IdentityProviderInput,
  IdentityProviderState,
  IdentityReturn,
  IdentitySubject,
  type IdentityErrand,
} from '#contract/identity.ts';
import { AppError } from '#lib/app-error.ts';
import type { App } from '../../../http/app-type.ts';
import type { LimitAttempts } from '../attempt-limit.ts';
import { siteOf } from '../factor-routes.ts';
import type { AccountsService } from '../service.ts';
import { cookieOptions, placeOf, welcome } from '../session-cookie.ts';
import { ERRAND_MS } from './errands.ts';
import type { IdentityService } from './service.ts';

const ERRAND_COOKIE = 'hallwatch_identity';
const AT = '/api/session/provider';

const open = { public: true } as const;
const own = { session: true } as const;
const change = { ...own, confirmed: true } as const;
const manage = { needs: 'identity.manage', confirmed: true } as const;
const administer = { needs: 'account.manage', of: 'handler', confirmed: true } as const;
const tags = ['accounts'];
const nothing = { 204: z.undefined() };
const params = z.object({ username: Username });

export interface IdentityRoutesDeps {
  identity: IdentityService;
  accounts: AccountsService;
  limited: LimitAttempts;
}

/** REST of signing in by an identity provider, of one's own link with it, and of its settings. */
export function identityRoutes(app: App, { identity, accounts, limited }: IdentityRoutesDeps): void {
  const cookie = (request: FastifyRequest) => ({ ...cookieOptions(request), path: AT });
  const keep = (request: FastifyRequest, reply: FastifyReply, sealed: string) =>
    reply.setCookie(ERRAND_COOKIE, sealed, { ...cookie(request), maxAge: ERRAND_MS / 1000 });
  /** What was begun; it ends with the answer, whatever that is. */
  const take = (request: FastifyRequest, reply: FastifyReply) => {
    reply.clearCookie(ERRAND_COOKIE, cookie(request));
    return request.cookies[ERRAND_COOKIE];
  };
  const me = ({ account, sessionId }: FastifyRequest) => ({ username: account!.username, sessionId: sessionId! });

  app.get(AT, { config: open, schema: { tags, response: { 200: IdentityOffer } } }, () => identity.offer);

  /** Sends the browser away, with what it must bring back. */
  const away = async (request: FastifyRequest, reply: FastifyReply, errand: IdentityErrand, next: string) => {
    const sessionId = errand === 'sign-in' ? null : request.sessionId;
    const redirectUri = `${siteOf(request).origin}${IDENTITY_RETURN_PATH}`;
    const begin = () => identity.begin({ errand, redirectUri, sessionId, next });
    const { url, sealed } = await limited(request, reply, request.id, begin);
    keep(request, reply, sealed);
    return { url };
  };
  const schema = { tags, body: IdentityBegin, response: { 200: IdentityAway } };
  app.post(`${AT}/sign-in`, { config: open, schema }, (request, reply) =>
    away(request, reply, 'sign-in', request.body.next),
  );
  app.post(`${AT}/link`, { config: change, schema }, (request, reply) =>
    away(request, reply, 'link', request.body.next),
  );
  app.post(`${AT}/confirmation`, { config: own, schema }, (request, reply) =>
    away(request, reply, 'confirmation', request.body.next),
  );

  app.post(
    `${AT}/sign-in/return`,
    { config: open, schema: { tags, body: IdentityReturn, response: { 200: IdentityEntered } } },
    async (request, reply) => {
      const enter = () => identity.enter(take(request, reply), request.body.query, placeOf(request));
      // nothing can be guessed here: attempts are counted by their address alone
      const entered = await limited(request, reply, request.id, enter);
      if ('in' in entered) {
        return { ...(await welcome(request, reply, accounts, entered.in)), next: entered.next };
      }
      keep(request, reply, entered.waits);
      throw new AppError('SECOND_FACTOR_REQUIRED');
    },
  );

  app.post(
    `${AT}/sign-in/code`,
    { config: open, schema: { tags, body: IdentityCode, response: { 200: IdentityEntered } } },
    async (request, reply) => {
      const sealed = request.cookies[ERRAND_COOKIE];
      const enter = () => identity.enterByCode(sealed, request.body.code, placeOf(request));
      const { next, ...signedIn } = await limited(request, reply, identity.waitsFor(sealed) ?? '', enter);
      reply.clearCookie(ERRAND_COOKIE, cookie(request));
      return { ...(await welcome(request, reply, accounts, signedIn)), next };
    },
  );

  app.post(
    `${AT}/link/return`,
    { config: change, schema: { tags, body: IdentityReturn, response: nothing } },
    async (request, reply) => {
      await identity.link(take(request, reply), request.body.query, me(request));
      return reply.code(204).send();
    },
  );

  app.post(
    `${AT}/confirmation/return`,
    { config: own, schema: { tags, body: IdentityReturn, response: nothing } },
    async (request, reply) => {
      await identity.confirm(take(request, reply), request.body.query, me(request));
      return reply.code(204).send();
    },
  );

  app.get(`${AT}/link`, { config: own, schema: { tags, response: { 200: IdentityLinked } } }, async ({ account }) => ({
    link: await identity.linkOf(account!.username),
  }));

  app.delete(`${AT}/link`, { config: change, schema: { tags, response: nothing } }, async ({ account }, reply) => {
    await identity.links.remove(account!.username);
    return reply.code(204).send();
  });

  administration(app, { identity, accounts });
}

function administration(app: App, { identity, accounts }: Pick<IdentityRoutesDeps, 'identity' | 'accounts'>): void {
  app.get(
    '/api/accounts/:username/identity',
    { config: { needs: 'account.manage', of: 'handler' }, schema: { tags, params, response: { 200: IdentityLinked } } },
    async ({ params, account }) => {
      accounts.mustAdminister(account!.username, params.username);
      return { link: await identity.linkOf(params.username) };
    },
  );

  app.put(
    '/api/accounts/:username/identity',
    {
      config: administer,
      schema: {
        tags,
        summary: 'Says who at the identity provider an account belongs to',
        params,
        body: IdentitySubject,
        response: { 200: IdentityLinked },
      },
    },
    async ({ params, body, account }) => {
      await accounts.mustAdministerKnown(account!.username, params.username);
      return { link: await identity.linkFor(params.username, body.subject, account!.username) };
    },
  );

  app.delete(
    '/api/accounts/:username/identity',
    { config: administer, schema: { tags, params, response: nothing } },
    async ({ params, account }, reply) => {
      accounts.mustAdminister(account!.username, params.username);
      await identity.links.remove(params.username);
      return reply.code(204).send();
    },
  );

  app.get(
    '/api/identity-provider',
    { config: { needs: 'identity.manage' }, schema: { tags, response: { 200: IdentityProviderState } } },
    () => ({ provider: identity.settings }),
  );

  app.put(
    '/api/identity-provider',
    { config: manage, schema: { tags, body: IdentityProviderInput, response: { 200: IdentityProvider } } },
    ({ body }) => identity.save(body),
  );

  app.post(
    '/api/identity-provider/look',
    {
      config: manage,
      schema: {
        tags,
        summary: 'Looks whether there is a provider where these settings say; changes nothing',
        body: IdentityProviderInput,
        response: { 200: IdentityProviderFound },
      },
    },
    ({ body }) => identity.look(body),
  );

  app.delete('/api/identity-provider', { config: manage, schema: { tags, response: nothing } }, async (_, reply) => {
    await identity.remove();
    return reply.code(204).send();
  });
}
