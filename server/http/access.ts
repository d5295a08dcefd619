import type { FastifyContextConfig, FastifyRequest, RouteOptions } from 'fastify';
import { permissions, type Permission } from '#contract/permissions.ts';
import type { Way } from '#contract/ways.ts';
import { AppError } from '#lib/app-error.ts';
import { Rights, type Caller, type Place } from '#lib/rights.ts';
import type { App } from './app-type.ts';
import { isSameOrigin } from './same-origin.ts';

/** Who the cookies of a request belong to. */
export type Authenticate = (cookies: Readonly<Record<string, string | undefined>>) => Promise<Caller | null>;

/** What an address can name. */
export type Named = 'hall' | 'camera' | 'alert' | 'case' | 'card';

/** The hall; or the place of what may lie in none. */
type Where = string | Place | undefined;

/** Where the things are that an address can name; undefined for what there is not. */
export type HallOf = Readonly<
  Record<Named, (id: string) => Where | Promise<Where>> & {
    camera: (id: string) => string | undefined;
    alert: (id: string) => string | undefined | Promise<string | undefined>;
  }
>;

const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Closed by default: a route that does not declare who may call it stops the start. What an address names and lies
 * outside of the caller's duty is answered like what there is not. Requests that change something must come from our own
 * pages; together with the SameSite=Strict cookie that is the defence against forged requests.
 */
export function guardAccess(app: App, authenticate: Authenticate, hallOf: HallOf): void {
  app.decorate('hallOfCamera', hallOf.camera);
  app.decorate('ways', []);
  app.decorateRequest('account', null);
  app.decorateRequest('sessionId', null);
  app.decorateRequest('isConfirmed', false);
  app.decorateRequest('meant', null);
  app.decorateRequest('rights');
  app.addHook('onRoute', (route) => {
    checkDeclared(route);
    if (route.method !== 'HEAD') app.ways.push(wayOf(route));
  });
  app.addHook('onRequest', async (request) => {
    if (!reading.has(request.method) && !isSameOrigin(request.headers, request.host)) {
      throw new AppError('FORBIDDEN', `Origin ${request.headers.origin} is not ${request.host}`);
    }
    request.rights = Rights.none;
    if (request.is404) return;
    const { public: isPublic, token, needs, of, confirmed } = request.routeOptions.config;
    const open = isPublic === true || token === true;
    const caller = open ? await whoIfKnown(request, authenticate) : await authenticate(request.cookies);
    if (caller) Object.assign(request, caller);
    if (open) return;
    if (!caller) throw new AppError('SIGN_IN_REQUIRED');
    if (needs && !caller.rights.may(needs)) throw new AppError('FORBIDDEN', needs);
    if (confirmed && !caller.isConfirmed) throw new AppError('CONFIRMATION_REQUIRED');
    if (!needs) return;
    if (of === undefined || of === 'handler') return;
    const params = request.params as Record<string, string | undefined>;
    const id = params[`${of}Id`] ?? params['id']!;
    if (!mayWhere(caller.rights, needs, await hallOf[of](id))) throw new AppError('NOT_FOUND', id);
  });
}

function mayWhere(rights: Rights, permission: Permission, where: Where): boolean {
  return typeof where === 'object' ? rights.mayAt(permission, where) : rights.mayIn(permission, where);
}

const declarations = ['public', 'session', 'token', 'needs'] as const satisfies (keyof FastifyContextConfig)[];

/**
 * Throws for a route whose config does not say exactly one of these; and for one that names something in its address and
 * does not say what it is.
 */
function checkDeclared({ method, url, config = {} }: RouteOptions): void {
  const route = `${String(method)} ${url}`;
  if (declarations.filter((each) => config[each] !== undefined).length !== 1) {
    throw new Error(`${route} must declare one of ${declarations.join(', ')} in its config`);
  }
  const { needs, of } = config;
  if (needs && permissions[needs] === 'hall' && url.includes(':') && of === undefined) {
    throw new Error(`${route} must declare in its config what its address names, as of`);
  }
}

function wayOf({ method, url, config = {} }: RouteOptions): Way {
  const needs = config.needs ?? declarations.find((each) => config[each] === true);
  const { of = null, confirmed = false } = config;
  return { kind: 'route', name: `${String(method)} ${url}`, needs: needs as Way['needs'], of, confirmed };
}

/** A public route works for everyone, even while sessions cannot be read. */
async function whoIfKnown(request: FastifyRequest, authenticate: Authenticate): Promise<Caller | null> {
  try {
    return await authenticate(request.cookies);
  } catch {
    return null;
  }
}
