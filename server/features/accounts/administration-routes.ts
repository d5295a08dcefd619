import { z } from 'zod';
import {
  AccountsImport,
  Disabling,
  ImportedAccount,
  PasswordChange,
  PasswordReset,
  Username,
} from '#contract/accounts.ts';
import type { App } from '../../http/app-type.ts';
import type { LimitAttempts } from './attempt-limit.ts';
import { importAccounts } from './importing.ts';
import type { AccountsService } from './service.ts';

const manage = { needs: 'account.manage', of: 'handler', confirmed: true } as const;
const tags = ['accounts'];
const nothing = { 204: z.undefined() };

/** REST of passwords, and of many accounts at once. */
export function administrationRoutes(app: App, deps: { accounts: AccountsService; limited: LimitAttempts }): void {
  const { accounts, limited } = deps;

  app.put(
    '/api/session/password',
    {
      config: { session: true },
      schema: { tags, summary: "Changes one's own password", body: PasswordChange, response: nothing },
    },
    async (request, reply) => {
      const caller = { account: request.account!, sessionId: request.sessionId! };
      const { current, next } = request.body;
      const change = () => accounts.changePassword(caller, current, next);
      await limited(request, reply, caller.account.username, change);
      return reply.code(204).send();
    },
  );

  app.put(
    '/api/accounts/:username/password',
    {
      config: manage,
      schema: {
        tags,
        summary: 'A new password for who has forgotten his',
        params: z.object({ username: Username }),
        body: PasswordReset,
        response: nothing,
      },
    },
    async ({ params, body, account }, reply) => {
      await accounts.resetPassword(params.username, body.next, account!.username);
      return reply.code(204).send();
    },
  );

  app.put(
    '/api/accounts/disabled',
    {
      config: manage,
      schema: { tags, summary: 'Disables accounts, or lets them in again', body: Disabling, response: nothing },
    },
    async ({ body, account }, reply) => {
      await accounts.setDisabled(body.usernames, body.disabled, account!.username);
      return reply.code(204).send();
    },
  );

  app.post(
    '/api/accounts/import',
    {
      config: manage,
      schema: {
        tags,
        summary: 'Adds accounts, and says of each what became of it',
        body: AccountsImport,
        response: { 200: z.array(ImportedAccount) },
      },
    },
    ({ body, account }) => importAccounts(accounts, body, account!.username),
  );
}
