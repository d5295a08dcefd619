import { z } from 'zod';
import {
  AdjustmentInput,
  FigureEvents,
  FigureEventsQuery,
  Indicator,
  IndicatorInput,
  Performance,
  PerformanceQuery,
  PointAppeal,
  PointAppealInput,
  PointAppeals,
  PointDecision,
  PublishInput,
  Score,
  ScoredKind,
  TryInput,
} from '#contract/performance.ts';
import { Ulid } from '#contract/ids.ts';
import { AppError } from '#lib/app-error.ts';
import type { App } from '../../http/app-type.ts';
import type { PerformanceService } from './service.ts';

const tags = ['performance'];
const view = { needs: 'case.view' } as const;
const manage = { needs: 'performance.manage' } as const;

/** REST of performance: scores of a month, what they are made of, formulas, publishing. */
export function performanceRoutes(app: App, { performance }: { performance: PerformanceService }): void {
  app.get(
    '/api/performance',
    {
      config: view,
      schema: {
        tags,
        summary: 'Scores and ranks of a month, best first',
        querystring: PerformanceQuery,
        response: { 200: Performance },
      },
    },
    ({ query, rights }) => performance.of(query.month, query.of, rights),
  );
  app.get(
    '/api/performance/events',
    {
      config: view,
      schema: {
        tags,
        summary: 'What a figure is made of',
        querystring: FigureEventsQuery,
        response: { 200: FigureEvents },
      },
    },
    async ({ query: { month, of, subjectId, figure }, rights }) => {
      if (!performance.mayWith(rights, 'case.view', of, subjectId)) throw new AppError('NOT_FOUND', subjectId);
      return { events: await performance.events(month, of, subjectId, figure) };
    },
  );
  app.post(
    '/api/performance/try',
    {
      config: manage,
      schema: {
        tags,
        summary: 'Tries a formula on a month and keeps nothing',
        body: TryInput,
        response: { 200: z.object({ scores: z.array(Score) }) },
      },
    },
    async ({ body: { month, of, ...formulas } }) => ({ scores: await performance.try(month, of, formulas) }),
  );
  app.put(
    '/api/performance/indicators/:of',
    {
      config: manage,
      schema: {
        tags,
        summary: 'Another formula, for all months that are not published',
        params: z.object({ of: ScoredKind }),
        body: IndicatorInput,
        response: { 200: Indicator },
      },
    },
    ({ params, body, account }) => performance.setFormula(params.of, body, account!.username),
  );
  app.post(
    '/api/performance/adjustments',
    {
      config: manage,
      schema: {
        tags,
        summary: 'Gives or takes points, with the reason',
        body: AdjustmentInput,
        response: { 204: z.null() },
      },
    },
    async ({ body, account }, reply) => {
      await performance.adjust(body, account!.username);
      return reply.code(204).send(null);
    },
  );
  app.get(
    '/api/performance/appeals',
    {
      config: view,
      schema: {
        tags,
        summary: 'Appeals against points',
        querystring: PerformanceQuery,
        response: { 200: PointAppeals },
      },
    },
    async ({ query: { month, of }, rights }) => ({
      appeals: await performance.appealsOf(month, of, rights),
    }),
  );
  app.post(
    '/api/performance/appeals',
    {
      config: { needs: 'card.answer', of: 'handler' },
      schema: {
        tags,
        summary: 'An appeal against points, of those who were scored',
        body: PointAppealInput,
        response: { 201: PointAppeal },
      },
    },
    async ({ body, account, rights }, reply) =>
      reply.code(201).send(await performance.appeal(body, rights, account!.username)),
  );
  app.post(
    '/api/performance/appeals/:id/decision',
    {
      config: manage,
      schema: {
        tags,
        summary: 'Upholds an appeal with points, or rejects it',
        params: z.object({ id: Ulid }),
        body: PointDecision,
        response: { 200: PointAppeal },
      },
    },
    ({ params, body, account }) => performance.appeals.decide(params.id, body, account!.username),
  );
  app.post(
    '/api/performance/publish',
    {
      config: manage,
      schema: { tags, summary: 'Freezes a month that is over', body: PublishInput, response: { 204: z.null() } },
    },
    async ({ body, account }, reply) => {
      await performance.publish(body.month, account!.username);
      return reply.code(204).send(null);
    },
  );
}
