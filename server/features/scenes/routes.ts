import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Scene, SceneChange, SceneId, SceneInput } from '#contract/scenes.ts';
import type { App } from '../../http/app-type.ts';
import type { Person, ScenesService } from './service.ts';

const tags = ['wall'];
const view = { needs: 'hall.view' } as const;
const viewOne = { ...view, of: 'handler' } as const;
const manage = { needs: 'scene.manage', of: 'handler' } as const;
const params = z.object({ id: SceneId });

/** REST of the wall's scenes. */
export function sceneRoutes(app: App, { scenes }: { scenes: ScenesService }): void {
  app.get('/api/scenes', { config: view, schema: { tags, response: { 200: z.array(Scene) } } }, (request) =>
    scenes.list(personOf(request)),
  );

  app.get('/api/scenes/:id', { config: viewOne, schema: { tags, params, response: { 200: Scene } } }, (request) =>
    scenes.seen(request.params.id, personOf(request)),
  );

  app.post(
    '/api/scenes',
    { config: manage, schema: { tags, body: SceneInput, response: { 201: Scene } } },
    async (request, reply) => reply.code(201).send(await scenes.add(request.body, personOf(request))),
  );

  app.put(
    '/api/scenes/:id',
    { config: manage, schema: { tags, params, body: SceneChange, response: { 200: Scene } } },
    (request) => scenes.change(request.params.id, request.body, personOf(request)),
  );

  app.delete(
    '/api/scenes/:id',
    { config: manage, schema: { tags, params, response: { 204: z.undefined() } } },
    async (request, reply) => {
      await scenes.remove(request.params.id, personOf(request));
      return reply.code(204).send();
    },
  );
}

function personOf({ account, rights }: Pick<FastifyRequest, 'account' | 'rights'>): Person {
  return { username: account!.username, rights };
}
