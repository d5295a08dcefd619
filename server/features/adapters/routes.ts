import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  Adapter,
  AdapterChange,
  AdapterId,
  AdapterTrial,
  AdapterTrialInput,
  AdapterVersion,
} from '#contract/adapters.ts';
import { IssuedKey } from '#contract/terminals.ts';
import { AppError } from '#lib/app-error.ts';
import type { App } from '../../http/app-type.ts';
import type { AdaptersService } from './service.ts';

const tags = ['terminals'];
/** An adapter speaks for devices of any hall: it is for whoever manages terminals everywhere. */
const manage = { needs: 'terminal.manage', of: 'handler' } as const;
const params = z.object({ id: AdapterId });

/** REST of adapters. */
export function adapterRoutes(app: App, { adapters }: { adapters: AdaptersService }): void {
  app.get('/api/adapters', { config: manage, schema: { tags, response: { 200: z.array(Adapter) } } }, (request) => {
    demandEverywhere(request);
    return adapters.list();
  });

  app.get(
    '/api/adapters/:id/versions',
    { config: manage, schema: { tags, params, response: { 200: z.array(AdapterVersion) } } },
    (request) => {
      demandEverywhere(request);
      return adapters.versions(request.params.id);
    },
  );

  app.put(
    '/api/adapters/:id',
    { config: manage, schema: { tags, params, body: AdapterChange, response: { 200: Adapter } } },
    (request) => {
      demandEverywhere(request);
      const { definition, since } = request.body;
      return adapters.put(request.params.id, definition, { since, by: request.account!.username });
    },
  );

  app.delete(
    '/api/adapters/:id',
    { config: manage, schema: { tags, params, response: { 204: z.undefined() } } },
    async (request, reply) => {
      demandEverywhere(request);
      await adapters.remove(request.params.id, request.account!.username);
      return reply.code(204).send();
    },
  );

  app.post(
    '/api/adapters/:id/key',
    { config: manage, schema: { tags, params, response: { 201: IssuedKey } } },
    async (request, reply) => {
      demandEverywhere(request);
      return reply.code(201).send(await adapters.issueKey(request.params.id));
    },
  );

  app.delete(
    '/api/adapters/:id/key',
    { config: manage, schema: { tags, params, response: { 204: z.undefined() } } },
    async (request, reply) => {
      demandEverywhere(request);
      await adapters.revokeKey(request.params.id);
      return reply.code(204).send();
    },
  );

  app.post(
    '/api/adapters/try',
    { config: manage, schema: { tags, body: AdapterTrialInput, response: { 200: AdapterTrial } } },
    (request) => {
      demandEverywhere(request);
      const { definition, topic, payload } = request.body;
      return adapters.try(definition, topic, payload);
    },
  );
}

function demandEverywhere({ rights }: FastifyRequest): void {
  if (!rights.mayIn('terminal.manage', null)) throw new AppError('FORBIDDEN', 'terminal.manage');
}
