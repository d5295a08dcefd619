import { z } from 'zod';
import { DeviceId, HallId } from '#contract/ids.ts';
import { TerminalKind } from '#contract/mqtt.ts';
import { DeadLetter, Terminal, TerminalChange, TerminalInput, UnknownTerminal } from '#contract/terminals.ts';
import type { App } from '../../http/app-type.ts';
import type { TerminalsService } from './service.ts';

const tags = ['terminals'];
const administrators = { roles: ['administrator'] } as const;
const Key = z.object({ hallId: HallId, kind: TerminalKind, deviceId: DeviceId });
const DeadLetterQuery = z.object({ limit: z.coerce.number().int().min(1).max(1_000).default(100) });

/** REST of terminals: everyone signed in reads, administrators change. */
export function terminalRoutes(app: App, { terminals }: { terminals: TerminalsService }): void {
  app.get('/api/terminals', { schema: { tags, response: { 200: z.array(Terminal) } } }, () => terminals.list());

  app.post(
    '/api/terminals',
    { config: administrators, schema: { tags, body: TerminalInput, response: { 201: Terminal } } },
    async (request, reply) => reply.code(201).send(await terminals.register(request.body)),
  );

  app.get('/api/terminals/unknown', { schema: { tags, response: { 200: z.array(UnknownTerminal) } } }, () =>
    terminals.unknown(),
  );

  app.get(
    '/api/terminals/dead-letters',
    { schema: { tags, querystring: DeadLetterQuery, response: { 200: z.array(DeadLetter) } } },
    (request) => terminals.deadLetters(request.query.limit),
  );

  app.patch(
    '/api/terminals/:hallId/:kind/:deviceId',
    {
      config: administrators,
      schema: { tags, params: Key, body: TerminalChange, response: { 200: Terminal } },
    },
    (request) => terminals.change(request.params, request.body),
  );

  app.delete(
    '/api/terminals/:hallId/:kind/:deviceId',
    { config: administrators, schema: { tags, params: Key, response: { 204: z.undefined() } } },
    async (request, reply) => {
      await terminals.remove(request.params);
      return reply.code(204).send();
    },
  );
}
