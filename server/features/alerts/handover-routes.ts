import { z } from 'zod';
import { Handover, HandoverInput } from '#contract/alert-handover.ts';
import type { Alert } from '#contract/alerts.ts';
import { Ulid } from '#contract/ids.ts';
import type { App } from '../../http/app-type.ts';
import type { Handovers } from './handovers.ts';

const view = { needs: 'alert.view' } as const;
const handle = { needs: 'alert.handle' } as const;
const tags = ['alerts'];

/** REST of shift handovers. `alerts`: those that are not closed. */
export function handoverRoutes(app: App, deps: { handovers: Handovers; alerts: { open(): Alert[] } }): void {
  const { handovers, alerts } = deps;
  app.get(
    '/api/handovers',
    {
      config: view,
      schema: {
        ...{ tags, summary: 'Newest first' },
        querystring: z.object({ limit: z.coerce.number().int().min(1).max(100).default(20) }),
        response: { 200: z.array(Handover) },
      },
    },
    ({ query }) => handovers.latest(query.limit),
  );

  app.post(
    '/api/handovers',
    { config: handle, schema: { tags, body: HandoverInput, response: { 200: Handover } } },
    (request) => handovers.add(request.body.note, alerts.open(), request.account!.username),
  );

  app.post(
    '/api/handovers/:id/take',
    { config: handle, schema: { tags, params: z.object({ id: Ulid }), response: { 200: Handover } } },
    (request) => handovers.take(request.params.id, request.account!.username),
  );
}
