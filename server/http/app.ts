import { randomUUID } from 'node:crypto';
import cookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import { fastify, LogController, type FastifyBaseLogger, type FastifyReply } from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { Histogram, type Registry } from 'prom-client';
import { AppError } from '#lib/app-error.ts';
import type { Logger } from '#lib/logger.ts';
import { guardAccess, type Authenticate, type HallOf } from './access.ts';
import type { App } from './app-type.ts';
import { auditRequests, type AuditPort } from './audit.ts';
import { clientFiles } from './client-files.ts';
import { failureOf } from './error-body.ts';
import { securityHeaders } from './security-headers.ts';

export interface AppDeps {
  log: Logger;
  metrics: Registry;
  authenticate: Authenticate;
  hallOf: HallOf;
  /** Without it nothing is audited: for trying features out. */
  audit?: AuditPort;
  /** Whether X-Forwarded-* of the peer count: true only behind a proxy that sets them. */
  trustProxy: boolean;
  /** PEM; without it, http. */
  tls?: { cert: Buffer; key: Buffer } | null;
  /** The built client. */
  clientDir: string;
  /** How long a request may take to arrive whole, ms. */
  requestTimeoutMs?: number;
  /** Adds the routes of every feature. */
  routes: (app: App) => void;
}

/** A hall with a drawn floor plan and sixty windows has some 50 KiB. */
const BODY_LIMIT_BYTES = 1024 * 1024;
/** A picture of 8 MiB over a thin line; who dribbles bytes to hold a connection is cut off. */
const REQUEST_TIMEOUT_MS = 60_000;

/** The HTTP application, ready to listen or to be injected into; it opens nothing by itself. */
export async function buildApp(deps: AppDeps): Promise<App> {
  const { log, metrics, authenticate, hallOf, audit, trustProxy, clientDir, routes } = deps;
  const { requestTimeoutMs = REQUEST_TIMEOUT_MS, tls = null } = deps;
  const bounds = { headersTimeout: requestTimeoutMs, connectionsCheckingInterval: requestTimeoutMs / 2 };
  const app: App = fastify({
    // our logger is a pino logger, of which the parts see only what they use
    loggerInstance: log as unknown as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    trustProxy,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: requestTimeoutMs,
    // a server of https is one of http to all who use it
    ...((tls ? { https: { ...bounds, ...tls } } : { http: bounds }) as { http: typeof bounds }),
    forceCloseConnections: true,
    return503OnClosing: false,
    // an address that is no address never reaches the hooks and the handler below
    frameworkErrors: (error, request, reply: FastifyReply) => {
      const { status, body } = failureOf(error, request.id);
      return reply.code(status).headers(securityHeaders).send(body);
    },
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);

  everyAnswer(app, metrics);
  await app.register(cookie);
  guardAccess(app, authenticate, hallOf);
  if (audit) auditRequests(app, audit);
  await app.register(rateLimit, { global: false, errorResponseBuilder: () => new AppError('RATE_LIMITED') });
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'Hallwatch', version: '1' } },
    transform: jsonSchemaTransform,
  });

  app.setErrorHandler((error, request, reply) => {
    const { status, body, ours } = failureOf(error, request.id);
    if (ours) request.log.error({ err: error, code: 'INTERNAL', url: request.url }, 'request failed');
    return reply.code(status).send(body);
  });
  app.setNotFoundHandler((request) => {
    throw new AppError('NOT_FOUND', `${request.method} ${request.url}`);
  });

  routes(app);
  app.get('/api/openapi.json', { config: { public: true }, schema: { hide: true } }, () => app.swagger());
  await clientFiles(app, clientDir);
  await app.ready();
  return app;
}

/** What holds for every answer: headers, the request's id, its measure, and refusals while the server stops. */
function everyAnswer(app: App, metrics: Registry): void {
  const seconds = new Histogram({
    name: 'hallwatch_http_request_seconds',
    help: 'Time from a request to the end of its answer',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.002, 0.01, 0.05, 0.2, 1, 5],
    registers: [metrics],
  });
  let stopping = false;
  app.addHook('preClose', async () => {
    stopping = true;
  });
  app.decorateRequest('address', '');
  app.addHook('onRequest', async (request, reply) => {
    request.address = (request.ip as string | undefined) ?? '';
    // files of the client say themselves how long they may be kept
    reply.headers({ ...securityHeaders, 'cache-control': 'no-store', 'x-request-id': request.id });
    if (stopping) throw new AppError('SHUTTING_DOWN');
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
    seconds.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
    request.log.debug({ method: request.method, url: request.url, status: reply.statusCode }, 'request');
  });
}
