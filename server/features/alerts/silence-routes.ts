import { z } from 'zod';
import { Silence, SilenceInput } from '#contract/alert-silences.ts';
import { Ulid } from '#contract/ids.ts';
import type { App } from '../../http/app-type.ts';
import type { AlertsService } from './service.ts';

const view = { needs: 'alert.view' } as const;
const handle = { needs: 'alert.handle' } as const;
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
    async ({ query: { past } }) => (past ? silences.past(100) : silences.list()),
  );

  app.post(
    '/api/silences',
    { config: handle, schema: { tags, body: SilenceInput, response: { 200: Silence } } },
    (request) => silences.add(request.body, request.account!.username),
  );

  app.delete(
    '/api/silences/:id',
    { config: handle, schema: { tags, params: z.object({ id: Ulid }), response: { 200: Silence } } },
    (request) => silences.lift(request.params.id, request.account!.username),
  );
}
