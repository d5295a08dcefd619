import { z } from 'zod';
import { Ulid } from '#contract/ids.ts';
import {
  Inspection,
  INSPECTION_BODY_BYTES,
  InspectionInput,
  InspectionsAnswer,
  InspectionsQuery,
} from '#contract/inspections.ts';
import type { App } from '../../http/app-type.ts';
import type { InspectionsService } from './service.ts';

const tags = ['inspections'];
const params = z.object({ id: Ulid });
const view = { needs: 'matter.view' } as const;
const one = { ...view, of: 'handler' } as const;

/** REST of inspection notes: putting one down, reading them, their pictures. */
export function inspectionRoutes(app: App, { inspections }: { inspections: InspectionsService }): void {
  app.get(
    '/api/inspections',
    {
      config: view,
      schema: {
        tags,
        summary: 'The latest first',
        querystring: InspectionsQuery,
        response: { 200: InspectionsAnswer },
      },
    },
    ({ query, rights }) => inspections.list(query, rights),
  );
  app.post(
    '/api/inspections',
    {
      config: { needs: 'matter.direct', of: 'handler' },
      bodyLimit: INSPECTION_BODY_BYTES,
      schema: {
        tags,
        summary: 'Puts down what was seen on a camera, with the picture (JPEG, at most 4 MiB)',
        body: InspectionInput,
        response: { 201: Inspection },
      },
    },
    async ({ body, rights, account, sessionId }, reply) =>
      reply.code(201).send(await inspections.make(body, rights, { account: account!.username, sessionId: sessionId! })),
  );
  app.get('/api/inspections/:id', { config: one, schema: { tags, params, response: { 200: Inspection } } }, (request) =>
    inspections.of(request.params.id, request.rights),
  );
  app.get(
    '/api/inspections/:id/picture.jpg',
    { config: one, schema: { tags, params } },
    async ({ params, rights, account, sessionId }, reply) => {
      const viewer = { account: account!.username, sessionId: sessionId! };
      const picture = await inspections.picture(params.id, rights, viewer);
      return reply.type('image/jpeg').header('cache-control', 'private, no-store').send(picture);
    },
  );
}
