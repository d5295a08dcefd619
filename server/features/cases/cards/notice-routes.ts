import { z } from 'zod';
import { CardNotice } from '#contract/cards.ts';
import { Ulid } from '#contract/ids.ts';
import type { App } from '../../../http/app-type.ts';
import type { CardNotices } from './card-notices.ts';

const tags = ['cards'];
const params = z.object({ id: Ulid });
const one = { needs: 'case.view', of: 'card' } as const;

/** REST of who was told of a card, and of the receipt that it was read. */
export function cardNoticeRoutes(app: App, { cardNotices }: { cardNotices: Pick<CardNotices, 'of' | 'read'> }): void {
  app.get(
    '/api/cards/:id/notices',
    {
      config: one,
      schema: {
        tags,
        summary: 'Who was told of it, and when he read it',
        params,
        response: { 200: z.array(CardNotice) },
      },
    },
    ({ params }) => cardNotices.of(params.id),
  );
  app.post(
    '/api/cards/:id/notices/read',
    { config: one, schema: { tags, summary: 'Says that it was read', params, response: { 204: z.null() } } },
    async ({ params, account }, reply) => {
      await cardNotices.read(params.id, account!.username);
      return reply.code(204).send(null);
    },
  );
}
