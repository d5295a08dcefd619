import { z } from 'zod';
import { DeviceId, HallId } from '#contract/ids.ts';
import { TerminalKind } from '#contract/mqtt.ts';
import {
  AccessView,
  DeadLetter,
  IssuedKey,
  Replacement,
  RetiredTerminal,
  Terminal,
  TerminalChange,
  TerminalInput,
  UnknownTerminal,
} from '#contract/terminals.ts';
import { AppError } from '#lib/app-error.ts';
import type { App } from '../../http/app-type.ts';
import type { TerminalsService } from './service.ts';

const tags = ['terminals'];
const view = { needs: 'terminal.view' } as const;
const manage = { needs: 'terminal.manage' } as const;
const manageOne = { ...manage, of: 'hall' } as const;
/** Of all halls at once. */
const manageAll = { ...manage, of: 'handler' } as const;
const Key = z.object({ hallId: HallId, kind: TerminalKind, deviceId: DeviceId });
const Refusal = z.object({ refused: z.boolean() });
const MosquittoFile = z.object({ file: z.enum(['passwords', 'acl']) });
const DeadLetterQuery = z.object({ limit: z.coerce.number().int().min(1).max(1_000).default(100) });

/** REST of terminals. */
export function terminalRoutes(app: App, { terminals }: { terminals: TerminalsService }): void {
  app.get('/api/terminals', { config: view, schema: { tags, response: { 200: z.array(Terminal) } } }, ({ rights }) =>
    rights.those('terminal.view', terminals.list(), ({ hallId }) => hallId),
  );

  app.post(
    '/api/terminals',
    { config: manage, schema: { tags, body: TerminalInput, response: { 201: Terminal } } },
    async ({ body, rights }, reply) => {
      if (!rights.mayIn('terminal.manage', body.hallId)) throw new AppError('NOT_FOUND', body.hallId);
      return reply.code(201).send(await terminals.register(body));
    },
  );

  app.get(
    '/api/terminals/unknown',
    { config: view, schema: { tags, response: { 200: z.array(UnknownTerminal) } } },
    ({ rights }) => rights.those('terminal.view', terminals.unknown(), ({ hallId }) => hallId),
  );

  app.get(
    '/api/terminals/dead-letters',
    { config: view, schema: { tags, querystring: DeadLetterQuery, response: { 200: z.array(DeadLetter) } } },
    // a letter may be of any device, or of none
    ({ query, rights }) => (rights.mayIn('terminal.view', null) ? terminals.deadLetters(query.limit) : []),
  );

  app.patch(
    '/api/terminals/:hallId/:kind/:deviceId',
    {
      config: manageOne,
      schema: { tags, params: Key, body: TerminalChange, response: { 200: Terminal } },
    },
    (request) => terminals.change(request.params, request.body),
  );

  registryRoutes(app, terminals);

  app.delete(
    '/api/terminals/:hallId/:kind/:deviceId',
    { config: manageOne, schema: { tags, params: Key, response: { 204: z.undefined() } } },
    async (request, reply) => {
      await terminals.remove(request.params);
      return reply.code(204).send();
    },
  );
}

/** Keys, approval, and the end of a device's service. */
function registryRoutes(app: App, terminals: TerminalsService): void {
  const path = '/api/terminals/:hallId/:kind/:deviceId';
  const nothing = { 204: z.undefined() };

  app.get('/api/terminals/access', { config: view, schema: { tags, response: { 200: AccessView } } }, () =>
    terminals.accessView(),
  );

  app.get(
    '/api/terminals/retired',
    { config: view, schema: { tags, response: { 200: z.array(RetiredTerminal) } } },
    async ({ rights }) => rights.those('terminal.view', await terminals.retired(), ({ hallId }) => hallId),
  );

  app.get(
    '/api/terminals/mosquitto/:file',
    { config: manageAll, schema: { tags, params: MosquittoFile, response: { 200: z.string() } } },
    (request, reply) => {
      const { file } = request.params;
      if (!request.rights.mayIn('terminal.manage', null)) throw new AppError('FORBIDDEN', 'terminal.manage');
      void reply
        .header('content-disposition', `attachment; filename="hallwatch.${file}"`)
        .type('text/plain; charset=utf-8');
      return terminals.mosquittoFile(file);
    },
  );

  app.put(
    '/api/terminals/unknown/:hallId/:kind/:deviceId',
    { config: manageOne, schema: { tags, params: Key, body: Refusal, response: nothing } },
    (request, reply) => {
      terminals.refuse(request.params, request.body.refused);
      return reply.code(204).send();
    },
  );

  app.post(
    `${path}/key`,
    { config: manageOne, schema: { tags, params: Key, response: { 201: IssuedKey } } },
    async (request, reply) => reply.code(201).send(await terminals.issueKey(request.params)),
  );

  app.delete(
    `${path}/key`,
    { config: manageOne, schema: { tags, params: Key, response: nothing } },
    async (request, reply) => {
      await terminals.revokeKey(request.params);
      return reply.code(204).send();
    },
  );

  app.post(
    `${path}/replacement`,
    { config: manageOne, schema: { tags, params: Key, body: Replacement, response: { 201: Terminal } } },
    async (request, reply) => reply.code(201).send(await terminals.replace(request.params, request.body)),
  );

  app.post(
    `${path}/retire`,
    { config: manageOne, schema: { tags, params: Key, response: nothing } },
    async (request, reply) => {
      await terminals.retire(request.params);
      return reply.code(204).send();
    },
  );

  app.post(
    `${path}/restore`,
    { config: manageOne, schema: { tags, params: Key, response: { 200: Terminal } } },
    (request) => terminals.restore(request.params),
  );
}
