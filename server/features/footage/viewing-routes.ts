import { z } from 'zod';
import { LiveReason, ViewingPolicy, ViewingReason } from '#contract/viewing.ts';
import type { App } from '../../http/app-type.ts';
import { mustWithCameras } from '../../http/scope.ts';
import type { LiveReasons } from './live-reasons.ts';
import type { Viewing } from './viewing.ts';

const tags = ['footage'];

interface ViewingRoutesDeps {
  viewing: Viewing;
  liveReasons: LiveReasons;
}

/** REST of why pictures are looked at. */
export function viewingRoutes(app: App, { viewing, liveReasons }: ViewingRoutesDeps): void {
  app.get(
    '/api/footage/policy',
    { config: { session: true }, schema: { tags, response: { 200: ViewingPolicy } } },
    () => viewing.policy,
  );

  app.put(
    '/api/footage/policy',
    {
      config: { needs: 'rule.manage', confirmed: true },
      schema: {
        tags,
        summary: 'Says where a reason must be given',
        body: ViewingPolicy,
        response: { 200: ViewingPolicy },
      },
    },
    ({ body }) => viewing.setPolicy(body),
  );

  app.post(
    '/api/footage/reasons',
    {
      config: { needs: 'footage.view' },
      schema: {
        tags,
        summary: 'Says why old footage of these days is looked at, from this session',
        body: ViewingReason,
        response: { 204: z.undefined() },
      },
    },
    ({ body, sessionId }, reply) => {
      viewing.give(sessionId!, { from: Date.parse(body.from), until: Date.parse(body.until) }, body.reason);
      return reply.code(204).send();
    },
  );

  app.post(
    '/api/live-reasons',
    {
      config: { needs: 'camera.view', of: 'handler' },
      schema: {
        tags: ['cameras'],
        summary: 'Says why live pictures of these cameras are watched, from this session',
        body: LiveReason,
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      mustWithCameras(request, 'camera.view', request.body.cameraIds);
      await liveReasons.give(request.sessionId!, request.body);
      return reply.code(204).send();
    },
  );
}
