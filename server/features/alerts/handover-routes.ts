import { z } from 'zod';
import { Handover, HandoverInput } from '#contract/alert-handover.ts';
import type { Alert } from '#contract/alerts.ts';
import { Ulid } from '#contract/ids.ts';
import { AppError } from '#lib/app-error.ts';
import type { Rights } from '#lib/rights.ts';
import type { App } from '../../http/app-type.ts';
import type { Handovers } from './handovers.ts';

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
    async ({ query, account, rights }) =>
      (await handovers.latest(query.limit)).filter((each) => isFor(each, account!.username, rights)),
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
    async ({ params: { id }, account, rights }) => {
      const found = (await handovers.latest(MOST)).find((each) => each.id === id);
      if (!found || !isFor(found, account!.username, rights)) throw new AppError('NOT_FOUND', id);
      return handovers.take(id, account!.username);
    },
  );
}

/** A note speaks of the halls of its alerts: it is for who sees them all; of one without alerts nobody knows. */
function isFor({ by, alerts }: Handover, username: string, rights: Rights): boolean {
  if (by === username || rights.mayIn('alert.view', null)) return true;
  return alerts.length > 0 && alerts.every(({ hallId }) => rights.mayIn('alert.view', hallId));
}
