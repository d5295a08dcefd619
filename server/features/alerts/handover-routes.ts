import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Handover, HandoverInput } from '#contract/alert-handover.ts';
import type { Alert } from '#contract/alerts.ts';
import { Ulid } from '#contract/ids.ts';
import type { App } from '../../http/app-type.ts';
import type { Handovers, Reader } from './handovers.ts';

const view = { needs: 'alert.view' } as const;
const handle = { needs: 'alert.handle', of: 'handler' } as const;
const tags = ['alerts'];
const MOST = 100;

/** REST of shift handovers. `alerts`: those that are not closed. */
export function handoverRoutes(app: App, deps: { handovers: Handovers; alerts: { open(): Alert[] } }): void {
  const { handovers, alerts } = deps;
  app.get(
    '/api/handovers',
    {
      config: view,
      schema: {
        ...{ tags, summary: 'Newest first' },
        querystring: z.object({ limit: z.coerce.number().int().min(1).max(MOST).default(20) }),
        response: { 200: z.array(Handover) },
      },
    },
    (request) => handovers.latest(request.query.limit, readerOf(request)),
  );

  app.post(
    '/api/handovers',
    { config: handle, schema: { tags, body: HandoverInput, response: { 200: Handover } } },
    ({ body, account, rights }) => {
      const own = rights.those('alert.view', alerts.open(), ({ hallId }) => hallId);
      return handovers.add(body.note, own, account!.username);
    },
  );

  app.post(
    '/api/handovers/:id/take',
    { config: handle, schema: { tags, params: z.object({ id: Ulid }), response: { 200: Handover } } },
    (request) => handovers.take(request.params.id, readerOf(request)),
  );
}

const readerOf = ({ account, rights }: Pick<FastifyRequest, 'account' | 'rights'>): Reader => {
  return { username: account!.username, hallIds: rights.hallIds('alert.view') };
};
