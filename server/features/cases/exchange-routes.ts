import { z } from 'zod';
import {
  ExchangeBatch,
  ExchangeCase,
  ExchangeKey,
  ExchangeReceipt,
  ExchangeSource,
  ExchangeSourceInput,
} from '#contract/exchange.ts';
import { Slug } from '#contract/ids.ts';
import { AppError } from '#lib/app-error.ts';
import type { Rights } from '#lib/rights.ts';
import type { App } from '../../http/app-type.ts';
import type { Exchange } from './exchange.ts';
import type { Registers } from './registers.ts';

const tags = ['exchange'];
const view = { needs: 'case.view' } as const;
const manage = { needs: 'rule.manage' } as const;
const params = z.object({ id: Slug });
/** Five thousand cases with their steps and procedures. */
const BODY_BYTES = 16 * 1024 * 1024;

const SignedHeaders = z.object({
  'x-hallwatch-source': Slug,
  'x-hallwatch-signature': z.string().regex(/^(sha256=)?[0-9a-f]{64}$/, 'HMAC-SHA-256 of the body, hex'),
});

/** Documented with the form of its rows, and taken apart row by row: one that is wrong keeps no other out. */
const Batch = z.object({
  cases: ExchangeBatch.shape.cases.meta({ items: z.toJSONSchema(ExchangeCase, { io: 'input' }) as never }),
});

/** REST of the exchange: approval systems hand over cases; people look after them. */
export function exchangeRoutes(app: App, { exchange, registers }: { exchange: Exchange; registers: Registers }): void {
  app.get(
    '/api/exchange/sources',
    { config: view, schema: { tags, response: { 200: z.array(ExchangeSource) } } },
    async ({ rights }) =>
      (await exchange.sources()).filter(({ departmentIds }) => departmentIds.every((id) => isOwn(id, rights))),
  );
  app.put(
    '/api/exchange/sources/:id',
    { config: manage, schema: { tags, params, body: ExchangeSourceInput, response: { 200: ExchangeSource } } },
    ({ params, body }) => exchange.putSource(params.id, body),
  );
  app.post(
    '/api/exchange/sources/:id/key',
    {
      config: manage,
      schema: {
        tags,
        summary: 'Issues a key, shown once; the one before ends',
        params,
        response: { 200: ExchangeKey },
      },
    },
    async ({ params }) => ({ key: await exchange.issueKey(params.id) }),
  );
  app.get(
    '/api/exchange/sources/:id/receipts',
    {
      config: { ...view, of: 'handler' },
      schema: {
        tags,
        params,
        querystring: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
        response: { 200: z.array(ExchangeReceipt) },
      },
    },
    ({ params, query, rights }) => {
      // a source hands over cases of many halls
      if (!rights.mayIn('case.view', null)) throw new AppError('NOT_FOUND', params.id);
      return exchange.receipts(params.id, query.limit);
    },
  );
  void app.register(handOver(exchange));

  function isOwn(departmentId: string, rights: Rights): boolean {
    const department = registers.department(departmentId);
    return department ? rights.mayAt('case.view', department) : rights.mayIn('case.view', null);
  }
}

/** In a room of its own: here alone a body is kept as the bytes that were signed. */
function handOver(exchange: Exchange): (app: App) => Promise<void> {
  return async (app) => {
    app.removeContentTypeParser('application/json');
    app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    app.post(
      '/api/exchange/cases',
      {
        config: { public: true },
        bodyLimit: BODY_BYTES,
        schema: {
          tags,
          summary: 'Hands over cases, signed by the key of the source; answered with a receipt',
          headers: SignedHeaders,
          body: Batch,
          response: { 200: ExchangeReceipt },
        },
        preValidation: async (request) => {
          const body = request.body as unknown as Buffer;
          const headers = SignedHeaders.safeParse(request.headers);
          if (!headers.success || !Buffer.isBuffer(body)) throw new AppError('EXCHANGE_KEY_WRONG');
          const { 'x-hallwatch-source': source, 'x-hallwatch-signature': signature } = headers.data;
          request.handedOver = { source: await exchange.verify(source, signature, body), body };
          request.body = parsed(body);
        },
      },
      ({ body, handedOver }) => exchange.take(handedOver!.source, body.cases, handedOver!.body),
    );
  };
}

function parsed(body: Buffer): { cases: unknown[] } {
  try {
    return JSON.parse(body.toString('utf8')) as { cases: unknown[] };
  } catch (cause) {
    throw new AppError('REQUEST_INVALID', [{ path: '', message: 'not JSON' }], { cause });
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who signed the batch, and its bytes. */
    handedOver?: { source: ExchangeSource; body: Buffer };
  }
}
