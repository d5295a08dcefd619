import { z } from 'zod';
import { Ulid } from '#contract/ids.ts';
import {
  Made,
  Matter,
  MatterActInput,
  MatterDetail,
  MattersAnswer,
  MattersQuery,
  OrderInput,
  ReviewInput,
  VoiceInput,
} from '#contract/matters.ts';
import { AppError } from '#lib/app-error.ts';
import type { App } from '../../http/app-type.ts';
import type { MattersService } from './service.ts';

const tags = ['matters'];
const params = z.object({ id: Ulid });
const view = { needs: 'matter.view' } as const;
/** What an address names may lie in a hall or in a region: the service says what one may. */
const one = { ...view, of: 'handler' } as const;

/** REST of orders, complaints, enquiries and bad reviews, for those who work with them. */
export function matterRoutes(app: App, { matters }: { matters: MattersService }): void {
  app.get(
    '/api/matters',
    {
      config: view,
      schema: {
        tags,
        summary: 'Orders, complaints, enquiries, bad reviews; the latest first',
        querystring: MattersQuery,
        response: { 200: MattersAnswer },
      },
    },
    ({ query, rights }) => matters.list(query, rights),
  );
  app.get(
    '/api/matters/:id',
    { config: one, schema: { tags, summary: 'One of them, with its acts', params, response: { 200: MatterDetail } } },
    ({ params, rights }) => matters.detail(params.id, rights),
  );
  app.post(
    '/api/matters/:id/acts',
    {
      config: one,
      schema: {
        tags,
        summary: 'What the office or the addressee does next',
        params,
        body: MatterActInput,
        response: { 200: MatterDetail },
      },
    },
    ({ params, body, rights, account }) => matters.act(params.id, body, rights, account!.username),
  );
  app.post(
    '/api/orders',
    {
      config: { needs: 'matter.direct' },
      schema: {
        tags,
        summary: 'Drafts a supervision order to a department or to a region below',
        body: OrderInput,
        response: { 201: Matter },
      },
    },
    async ({ body, rights, account }, reply) =>
      reply.code(201).send(await matters.order(body, rights, account!.username)),
  );
  app.post(
    '/api/voices',
    {
      config: view,
      schema: {
        tags,
        summary: 'Writes down what a citizen complains of or asks, at a counter or on the telephone',
        body: VoiceInput,
        response: { 201: Made },
      },
    },
    async ({ body, rights, account }, reply) => {
      if (!rights.mayIn('matter.view', body.hallId)) throw new AppError('NOT_FOUND', body.hallId);
      return reply.code(201).send(await matters.voice(body, account!.username));
    },
  );
  app.post(
    '/api/reviews',
    {
      config: { needs: 'matter.direct' },
      schema: {
        tags,
        summary: 'Writes down a bad review that did not come from a rater in the hall',
        body: ReviewInput,
        response: { 201: Made },
      },
    },
    async ({ body, rights, account }, reply) => {
      if (!rights.mayIn('matter.direct', body.hallId)) throw new AppError('NOT_FOUND', body.hallId);
      return reply.code(201).send((await matters.review(body, account!.username))!);
    },
  );
}
