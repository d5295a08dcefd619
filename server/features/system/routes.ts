import type { FastifyRequest } from 'fastify';
import type { Registry } from 'prom-client';
import { z } from 'zod';
import { Problem, Readiness } from '#contract/system.ts';
import { AppError } from '#lib/app-error.ts';
import type { ProblemBoard } from '#lib/problem-board.ts';
import type { App } from '../../http/app-type.ts';
import { isLocalPeer } from '../../http/local-peer.ts';
import { readinessOf } from './readiness.ts';

export interface SystemDeps {
  problems: ProblemBoard;
  metrics: Registry;
}

const open = { public: true } as const;
const tags = ['system'];

/**
 * How the program is. Strangers learn that it lives and which parts work; codes, details and figures are for people
 * signed in and for programs on the same machine (docs/decisions/0002-who-may-see-health.md).
 */
export function systemRoutes(app: App, { problems, metrics }: SystemDeps): void {
  app.get('/healthz', { config: open, schema: { tags, response: { 200: z.object({ ok: z.literal(true) }) } } }, () => ({
    ok: true as const,
  }));

  app.get(
    '/readyz',
    { config: open, schema: { tags, response: { 200: Readiness, 503: Readiness } } },
    async (request, reply) => {
      const { ready, parts } = readinessOf(problems.list());
      const shown = maySeeDetails(request) ? parts : parts.map((part) => ({ ...part, code: null, detail: null }));
      return reply.code(ready ? 200 : 503).send({ ready, parts: shown });
    },
  );

  app.get('/metrics', { config: open, schema: { tags, response: { 200: z.string() } } }, async (request, reply) => {
    if (!maySeeDetails(request)) throw new AppError('SIGN_IN_REQUIRED');
    const text = await metrics.metrics();
    return reply.type(metrics.contentType).serializer(String).send(text);
  });

  app.get(
    '/api/problems',
    { config: { needs: 'system.view' }, schema: { tags, response: { 200: z.array(Problem) } } },
    () => problems.list(),
  );
}

function maySeeDetails(request: FastifyRequest): boolean {
  return request.rights.may('system.view') || isLocalPeer(request.socket.remoteAddress ?? '', request.headers);
}
