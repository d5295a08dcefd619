import { z } from 'zod';
import { Alert, AlertRule, AlertRuleChange } from '#contract/alerts.ts';
import { Slug, Ulid } from '#contract/ids.ts';
import type { App } from '../../http/app-type.ts';
import type { AlertsService } from './service.ts';

const view = { needs: 'alert.view' } as const;
const handle = { needs: 'alert.handle' } as const;
const manageRules = { needs: 'rule.manage' } as const;
const tags = ['alerts'];

const ListQuery = z.object({
  /** `open` includes those that are acknowledged. */
  status: z.enum(['open', 'closed']).default('open'),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});

/** REST of alerts and their rules. */
export function alertRoutes(app: App, { alerts }: { alerts: AlertsService }): void {
  app.get(
    '/api/alerts',
    { config: view, schema: { tags, querystring: ListQuery, response: { 200: z.array(Alert) } } },
    async ({ query: { status, limit } }) => (status === 'open' ? alerts.open().slice(-limit) : alerts.closed(limit)),
  );

  app.post(
    '/api/alerts/:id/acknowledge',
    { config: handle, schema: { tags, params: z.object({ id: Ulid }), response: { 200: Alert } } },
    (request) => alerts.acknowledge(request.params.id, request.account!.username),
  );

  app.get('/api/rules', { config: view, schema: { tags, response: { 200: z.array(AlertRule) } } }, () =>
    alerts.rules(),
  );

  app.patch(
    '/api/rules/:id',
    {
      config: manageRules,
      schema: { tags, params: z.object({ id: Slug }), body: AlertRuleChange, response: { 200: AlertRule } },
    },
    (request) => alerts.changeRule(request.params.id, request.body, request.account!.username),
  );
}
