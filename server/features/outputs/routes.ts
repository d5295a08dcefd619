import { z } from 'zod';
import { Slug } from '#contract/ids.ts';
import { Output, OutputInput, OutputNotice, OutputTest } from '#contract/outputs.ts';
import type { App } from '../../http/app-type.ts';
import type { OutputsService } from './service.ts';

const look = { needs: 'rule.manage' } as const;
const manage = { ...look, confirmed: true } as const;
const tags = ['alerts'];
const params = z.object({ id: Slug });

/** REST of the outputs of alerts. */
export function outputRoutes(app: App, { outputs }: { outputs: OutputsService }): void {
  app.get('/api/outputs', { config: look, schema: { tags, response: { 200: z.array(Output) } } }, () => outputs.list());

  app.put(
    '/api/outputs/:id',
    { config: manage, schema: { tags, params, body: OutputInput, response: { 200: Output } } },
    (request) => outputs.save(request.params.id, request.body),
  );

  app.delete(
    '/api/outputs/:id',
    { config: manage, schema: { tags, params, response: { 204: z.undefined() } } },
    async (request, reply) => {
      await outputs.remove(request.params.id);
      return reply.code(204).send();
    },
  );

  app.post(
    '/api/outputs/:id/tests',
    { config: manage, schema: { tags, params, response: { 200: OutputTest } } },
    (request) => outputs.test(request.params.id),
  );

  app.get(
    '/api/outputs/:id/notices',
    { config: look, schema: { tags, params, response: { 200: z.array(OutputNotice) } } },
    (request) => outputs.notices(request.params.id),
  );
}
