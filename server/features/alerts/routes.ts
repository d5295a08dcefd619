import { z } from 'zod';
import { ActRequest, Assignee } from '#contract/alert-acts.ts';
import { AlertPage, AlertQuery, AlertStory } from '#contract/alert-history.ts';
import { AlertLoad, LoadQuery } from '#contract/alert-load.ts';
import { AlertRule, AlertRuleChange, RuleVersion } from '#contract/alert-rules.ts';
import { Alert } from '#contract/alerts.ts';
import { BacktestAnswer, BacktestRequest } from '#contract/backtest.ts';
import { Slug, Ulid } from '#contract/ids.ts';
import { AppError } from '#lib/app-error.ts';
import type { App } from '../../http/app-type.ts';
import type { AlertsService } from './service.ts';

const view = { needs: 'alert.view' } as const;
const viewOne = { ...view, of: 'alert' } as const;
const handle = { needs: 'alert.handle' } as const;
const handleOne = { ...handle, of: 'alert' } as const;
const manageRules = { needs: 'rule.manage', confirmed: true } as const;
const tags = ['alerts'];
const params = z.object({ id: Ulid });

/** REST of alerts and their rules. */
export function alertRoutes(app: App, { alerts }: { alerts: AlertsService }): void {
  app.get(
    '/api/alerts',
    { config: view, schema: { tags, querystring: AlertQuery, response: { 200: AlertPage } } },
    ({ query, rights }) => alerts.page(query, rights.hallIds('alert.view')),
  );

  app.get('/api/alerts/:id', { config: viewOne, schema: { tags, params, response: { 200: AlertStory } } }, (request) =>
    alerts.story(request.params.id),
  );

  app.post(
    '/api/alerts/:id/acts',
    { config: handleOne, schema: { tags, params, body: ActRequest, response: { 200: Alert } } },
    (request) => alerts.act(request.params.id, request.body, request.account!.username),
  );

  app.get(
    '/api/alert-assignees',
    { config: handle, schema: { tags, response: { 200: z.array(Assignee) } } },
    ({ rights }) => alerts.assignees(rights.hallIds('alert.handle')),
  );

  app.get(
    '/api/alert-load',
    { config: view, schema: { tags, querystring: LoadQuery, response: { 200: AlertLoad } } },
    ({ query, rights }) => {
      if (query.hallId !== undefined && !rights.mayIn('alert.view', query.hallId)) {
        throw new AppError('NOT_FOUND', query.hallId);
      }
      return alerts.load(query, rights.hallIds('alert.view'));
    },
  );

  app.get('/api/rules', { config: view, schema: { tags, response: { 200: z.array(AlertRule) } } }, ({ rights }) =>
    alerts.rules((hallId) => rights.mayIn('alert.view', hallId)),
  );

  app.patch(
    '/api/rules/:id',
    {
      config: manageRules,
      schema: { tags, params: z.object({ id: Slug }), body: AlertRuleChange, response: { 200: AlertRule } },
    },
    (request) => alerts.changeRule(request.params.id, request.body, request.account!.username),
  );

  app.get(
    '/api/rules/:id/versions',
    {
      config: manageRules,
      schema: { tags, params: z.object({ id: Slug }), response: { 200: z.array(RuleVersion) } },
    },
    (request) => alerts.ruleVersions(request.params.id),
  );

  app.post(
    '/api/rules/:id/backtests',
    {
      config: manageRules,
      schema: { tags, params: z.object({ id: Slug }), body: BacktestRequest, response: { 200: BacktestAnswer } },
    },
    (request) => alerts.backtests.run(request.params.id, request.body),
  );
}
