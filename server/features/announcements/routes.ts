import { z } from 'zod';
import { AnnouncementInput, Announcements } from '#contract/announcements.ts';
import { Ulid } from '#contract/ids.ts';
import type { App } from '../../http/app-type.ts';
import type { AnnouncementsService } from './service.ts';

const tags = ['announcements'];
const view = { needs: 'matter.view' } as const;

/** REST of announcements: what one is told, telling it, and the receipt that it was read. */
export function announcementRoutes(app: App, { announcements }: { announcements: AnnouncementsService }): void {
  app.get(
    '/api/announcements',
    { config: view, schema: { tags, summary: 'What one is told, the latest first', response: { 200: Announcements } } },
    async ({ rights, account }) => ({ announcements: await announcements.list(rights, account!.username) }),
  );
  app.post(
    '/api/announcements',
    {
      config: { needs: 'matter.direct', of: 'handler' },
      schema: {
        tags,
        summary: 'Tells everybody in a region',
        body: AnnouncementInput,
        response: { 201: z.object({ id: Ulid }) },
      },
    },
    async ({ body, rights, account }, reply) =>
      reply.code(201).send(await announcements.make(body, rights, account!.username)),
  );
  app.post(
    '/api/announcements/:id/read',
    {
      config: { ...view, of: 'handler' },
      schema: { tags, summary: 'Says that it was read', params: z.object({ id: Ulid }), response: { 204: z.null() } },
    },
    async ({ params, rights, account }, reply) => {
      await announcements.read(params.id, rights, account!.username);
      return reply.code(204).send(null);
    },
  );
}
