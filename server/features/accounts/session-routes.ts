import { z } from 'zod';
import { Confirmation, SessionView, Username } from '#contract/accounts.ts';
import type { App } from '../../http/app-type.ts';
import type { LimitAttempts } from './attempt-limit.ts';
import type { AccountsService } from './service.ts';

const own = { session: true } as const;
const manage = { needs: 'account.manage', of: 'handler' } as const;
const end = { ...manage, confirmed: true } as const;
const tags = ['accounts'];
const { id } = SessionView.shape;
const nothing = { 204: z.undefined() };

/** REST of sessions: one's own, and those of the accounts that one administers. */
export function sessionRoutes(app: App, deps: { accounts: AccountsService; limited: LimitAttempts }): void {
  const { accounts, limited } = deps;

  app.post(
    '/api/session/confirmation',
    {
      config: own,
      schema: { tags, summary: 'Shows again that it is he', body: Confirmation, response: nothing },
    },
    async (request, reply) => {
      const caller = { account: request.account!, sessionId: request.sessionId! };
      await limited(request, reply, caller.account.username, () => accounts.confirm(caller, request.body.password));
      return reply.code(204).send();
    },
  );

  app.get(
    '/api/sessions',
    { config: own, schema: { tags, summary: 'Where one is signed in', response: { 200: z.array(SessionView) } } },
    ({ account, sessionId }) => accounts.sessionsOf(account!.username, sessionId!, null),
  );

  app.delete(
    '/api/sessions/:id',
    {
      config: own,
      schema: { tags, summary: 'Signs out elsewhere', params: z.object({ id }), response: nothing },
    },
    async ({ params, account }, reply) => {
      await accounts.revoke(account!.username, params.id, null);
      return reply.code(204).send();
    },
  );

  app.get(
    '/api/accounts/:username/sessions',
    {
      config: manage,
      schema: { tags, params: z.object({ username: Username }), response: { 200: z.array(SessionView) } },
    },
    ({ params, account, sessionId }) => accounts.sessionsOf(params.username, sessionId!, account!.username),
  );

  app.delete(
    '/api/accounts/:username/sessions',
    {
      config: end,
      schema: {
        tags,
        summary: 'Signs an account out everywhere',
        params: z.object({ username: Username }),
        response: nothing,
      },
    },
    async ({ params, account }, reply) => {
      await accounts.revoke(params.username, null, account!.username);
      return reply.code(204).send();
    },
  );
}
