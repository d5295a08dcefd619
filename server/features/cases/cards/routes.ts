import { z } from 'zod';
import {
  CardActInput,
  CardAnswerInput,
  CardByHandInput,
  CardDetail,
  CardRevocationInput,
  CardsAnswer,
  CardsQuery,
  Outage,
  OutageInput,
} from '#contract/cards.ts';
import { Ulid } from '#contract/ids.ts';
import { AppError } from '#lib/app-error.ts';
import type { App } from '../../../http/app-type.ts';
import type { CardDesk } from './desk.ts';

const tags = ['cards'];
const params = z.object({ id: Ulid });
const view = { needs: 'case.view' } as const;

/** REST of cards: the list, one card with its proof, and what people do with it. */
export function cardRoutes(app: App, { cards }: { cards: CardDesk }): void {
  app.get(
    '/api/cards',
    {
      config: view,
      schema: { tags, summary: 'Cards, the latest first', querystring: CardsQuery, response: { 200: CardsAnswer } },
    },
    ({ query, rights }) => cards.list(query, rights.within('case.view')),
  );
  app.get(
    '/api/cards/:id',
    {
      config: { ...view, of: 'card' },
      schema: {
        tags,
        summary: 'One card: its proof, what may excuse it, its acts',
        params,
        response: { 200: CardDetail },
      },
    },
    ({ params, rights }) => cards.detail(params.id, rights),
  );
  app.post(
    '/api/cards',
    {
      config: { needs: 'card.issue', of: 'handler' },
      schema: { tags, summary: 'Proposes a card by hand', body: CardByHandInput, response: { 201: CardDetail } },
    },
    async ({ body, account, rights }, reply) =>
      reply.code(201).send(await cards.byHand(body, account!.username, rights)),
  );
  app.post(
    '/api/cards/:id/acts',
    {
      config: { needs: 'card.issue', of: 'card' },
      schema: {
        tags,
        summary: 'Issue, cancel, supervise, review',
        params,
        body: CardActInput,
        response: { 200: CardDetail },
      },
    },
    ({ params, body, account, rights }) => cards.act(params.id, body, account!.username, rights),
  );
  app.post(
    '/api/cards/:id/answers',
    {
      config: { needs: 'card.answer', of: 'card' },
      schema: { tags, summary: 'Feedback or appeal', params, body: CardAnswerInput, response: { 200: CardDetail } },
    },
    ({ params, body, account, rights }) => cards.act(params.id, body, account!.username, rights),
  );
  app.post(
    '/api/cards/:id/revocation',
    {
      config: { needs: 'card.revoke', of: 'card', confirmed: true },
      schema: {
        tags,
        summary: 'Revokes a card: one person asks for it, another agrees',
        params,
        body: CardRevocationInput,
        response: { 200: CardDetail },
      },
    },
    ({ params, body, account, rights }) => cards.act(params.id, body, account!.username, rights),
  );
  app.post(
    '/api/outages',
    {
      config: { needs: 'case.manage' },
      schema: {
        tags,
        summary: 'Notes a time in which nobody could work',
        body: OutageInput,
        response: { 201: Outage },
      },
    },
    async ({ body, account, rights }, reply) => {
      // it excuses cards of every hall
      if (!rights.mayIn('case.manage', null)) throw new AppError('FORBIDDEN', 'case.manage');
      return reply.code(201).send(await cards.addOutage(body, account!.username));
    },
  );
}
