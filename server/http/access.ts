import type { FastifyContextConfig, FastifyRequest, RouteOptions } from 'fastify';
import type { Account } from '#contract/accounts.ts';
import { rolePermissions } from '#contract/permissions.ts';
import { AppError } from '#lib/app-error.ts';
import type { App } from './app-type.ts';
import { isSameOrigin } from './same-origin.ts';

/** Who the cookies of a request belong to. */
export type Authenticate = (cookies: Readonly<Record<string, string | undefined>>) => Promise<Account | null>;

const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Closed by default: a route that does not declare who may call it stops the start. Requests that change something must come from our own pages;
 * together with the SameSite=Strict cookie that is the defence against forged requests.
 */
export function guardAccess(app: App, authenticate: Authenticate): void {
  app.decorateRequest('account', null);
  app.addHook('onRoute', checkDeclared);
  app.addHook('onRequest', async (request) => {
    if (!reading.has(request.method) && !isSameOrigin(request.headers, request.host)) {
      throw new AppError('FORBIDDEN', `Origin ${request.headers.origin} is not ${request.host}`);
    }
    if (request.is404) return;
    const { public: open = false, needs } = request.routeOptions.config;
    request.account = open ? await whoIfKnown(request, authenticate) : await authenticate(request.cookies);
    if (open) return;
    if (!request.account) throw new AppError('SIGN_IN_REQUIRED');
    if (needs && !rolePermissions[request.account.role].has(needs)) throw new AppError('FORBIDDEN', needs);
  });
}

const declarations = ['public', 'session', 'needs'] as const satisfies (keyof FastifyContextConfig)[];

/** Throws for a route whose config does not say exactly one of public, session and needs. */
function checkDeclared({ method, url, config = {} }: RouteOptions): void {
  const declared = declarations.filter((each) => config[each] !== undefined);
  if (declared.length === 1) return;
  throw new Error(`${String(method)} ${url} must declare one of ${declarations.join(', ')} in its config`);
}

/** A public route works for everyone, even while sessions cannot be read. */
async function whoIfKnown(request: FastifyRequest, authenticate: Authenticate): Promise<Account | null> {
  try {
    return await authenticate(request.cookies);
  } catch {
    return null;
  }
}
