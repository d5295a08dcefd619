import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Username } from '#contract/accounts.ts';
import {
  Factors,
  Passkey,
  PasskeyChallenge,
  PasskeyInput,
  RecoveryCodes,
  TotpConfirmation,
  TotpOffer,
} from '#contract/factors.ts';
import type { App } from '../../http/app-type.ts';
import type { LimitAttempts } from './attempt-limit.ts';
import type { Site } from './passkeys.ts';
import type { AccountsService } from './service.ts';

const own = { session: true } as const;
/** Whoever finds a wall unattended shall not make it his. */
const change = { ...own, confirmed: true } as const;
const tags = ['accounts'];
const nothing = { 204: z.undefined() };

/** REST of one's own factors: codes of an authenticator, and passkeys. */
export function factorRoutes(app: App, deps: { accounts: AccountsService; limited: LimitAttempts }): void {
  const { accounts, limited } = deps;
  const { secondFactor, passkeys } = accounts;

  app.get('/api/session/factors', { config: own, schema: { tags, response: { 200: Factors } } }, ({ account }) =>
    accounts.factorsOf(account!.username),
  );

  app.post(
    '/api/session/totp',
    {
      config: change,
      schema: {
        tags,
        summary: 'A secret for an authenticator; it counts from its first code on',
        response: { 200: TotpOffer },
      },
    },
    ({ account }) => secondFactor.offer(account!.username),
  );

  app.post(
    '/api/session/totp/confirmation',
    { config: change, schema: { tags, body: TotpConfirmation, response: { 200: RecoveryCodes } } },
    (request, reply) => {
      const { username } = request.account!;
      return limited(request, reply, username, () => secondFactor.confirm(username, request.body.code));
    },
  );

  app.delete(
    '/api/session/totp',
    { config: change, schema: { tags, response: nothing } },
    async ({ account }, reply) => {
      await secondFactor.remove(account!.username);
      return reply.code(204).send();
    },
  );

  app.post(
    '/api/session/passkeys/challenge',
    { config: change, schema: { tags, response: { 200: PasskeyChallenge } } },
    (request) => passkeys.challenge(siteOf(request)),
  );

  app.post(
    '/api/session/passkeys',
    { config: change, schema: { tags, body: PasskeyInput, response: nothing } },
    async (request, reply) => {
      await passkeys.add(request.account!.username, request.body, siteOf(request));
      return reply.code(204).send();
    },
  );

  app.delete(
    '/api/session/passkeys/:id',
    { config: change, schema: { tags, params: Passkey.pick({ id: true }), response: nothing } },
    async ({ params, account }, reply) => {
      await passkeys.remove(account!.username, params.id);
      return reply.code(204).send();
    },
  );

  app.delete(
    '/api/accounts/:username/factors',
    {
      config: { needs: 'account.manage', of: 'handler', confirmed: true },
      schema: {
        tags,
        summary: 'Takes the second factor and the passkeys of who has lost his devices',
        params: z.object({ username: Username }),
        response: nothing,
      },
    },
    async ({ params, account }, reply) => {
      await accounts.resetFactors(params.username, account!.username);
      return reply.code(204).send();
    },
  );
}

/** The page that asks. A passkey is bound to its host, and the browser says from which page it was used. */
export function siteOf({ protocol, host, hostname }: Pick<FastifyRequest, 'protocol' | 'host' | 'hostname'>): Site {
  return { origin: `${protocol}://${host}`, rpId: hostname };
}
