import { z } from 'zod';
import { Silence, SilenceInput } from '#contract/alert-silences.ts';
import { Ulid } from '#contract/ids.ts';
import { AppError } from '#lib/app-error.ts';
import type { App } from '../../http/app-type.ts';
import type { AlertsService } from './service.ts';

const view = { needs: 'alert.view' } as const;
/** A silence may be of all halls: then it is for who handles the alerts of all. */
const handle = { needs: 'alert.handle', of: 'handler' } as const;
const tags = ['alerts'];

/** REST of silences. */
export function silenceRoutes(app: App, { alerts: { silences } }: { alerts: Pick<AlertsService, 'silences'> }): void {
  app.get(
    '/api/silences',
    {
      config: view,
      schema: {
        ...{ tags, summary: 'Those that hold, or the latest that are over' },
        querystring: z.object({ past: z.stringbool().default(false) }),
        response: { 200: z.array(Silence) },
      },
    },
    async ({ query: { past }, rights }) =>
      rights.those('alert.view', past ? await silences.past(100) : silences.list(), ({ scope }) => scope.hallId),
  );

  app.post(
    '/api/silences',
    { config: handle, schema: { tags, body: SilenceInput, response: { 200: Silence } } },
    ({ body, account, rights }) => {
      if (!rights.mayIn('alert.handle', body.scope.hallId)) throw new AppError('FORBIDDEN', 'scope.hallId');
      return silences.add(body, account!.username);
    },
  );

  app.delete(
    '/api/silences/:id',
    { config: handle, schema: { tags, params: z.object({ id: Ulid }), response: { 200: Silence } } },
    ({ params: { id }, account, rights }) => {
      const silence = silences.list().find((each) => each.id === id);
      if (!silence || !rights.mayIn('alert.handle', silence.scope.hallId)) throw new AppError('NOT_FOUND', id);
      return silences.lift(id, account!.username);
    },
  );
}
