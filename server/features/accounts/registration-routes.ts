import { z } from 'zod';
import { GrantedAccount, Username } from '#contract/accounts.ts';
import { Admission, Registration, RegistrationInput, RegistrationState } from '#contract/registrations.ts';
import type { App } from '../../http/app-type.ts';
import type { Registrations } from './registrations.ts';

const open = { public: true } as const;
const manage = { needs: 'account.manage', of: 'handler' } as const;
const tags = ['accounts'];
const params = z.object({ username: Username });
const nothing = { 204: z.undefined() };
/** From one address; a hall that registers its people does so over some days. */
const PER_HOUR = 20;

/** REST of people who ask for an account. */
export function registrationRoutes(app: App, { registrations }: { registrations: Registrations }): void {
  app.get('/api/registration', { config: open, schema: { tags, response: { 200: RegistrationState } } }, () => ({
    open: registrations.isOpen,
  }));

  app.post(
    '/api/registrations',
    {
      config: { ...open, rateLimit: { max: PER_HOUR, timeWindow: '1 hour' } },
      schema: { tags, summary: 'Asks for an account', body: RegistrationInput, response: nothing },
    },
    async ({ body, address }, reply) => {
      await registrations.ask(body, address);
      return reply.code(204).send();
    },
  );

  app.get(
    '/api/registrations',
    {
      config: manage,
      schema: {
        tags,
        summary: 'Who asks for an account where one administers them',
        response: { 200: z.array(Registration) },
      },
    },
    ({ rights }) => registrations.list(rights),
  );

  app.post(
    '/api/registrations/:username/admission',
    {
      config: { ...manage, confirmed: true },
      schema: { tags, params, body: Admission, response: { 201: GrantedAccount } },
    },
    async ({ params: { username }, body: { grants }, rights, account }, reply) => {
      const by = { rights, by: account!.username };
      return reply.code(201).send(await registrations.admit(username, grants, by));
    },
  );

  app.delete(
    '/api/registrations/:username',
    { config: manage, schema: { tags, params, response: nothing } },
    async ({ params, rights }, reply) => {
      await registrations.decline(params.username, rights);
      return reply.code(204).send();
    },
  );
}
