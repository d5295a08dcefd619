import type { FastifyRequest } from 'fastify';
import { auditActs, type AuditAct, type AuditSubjectKind } from '#contract/audit.ts';
import { auditedRoutes, type AuditedRoute } from './audited-routes.ts';
import { bounded, changesOf } from './changes.ts';
import type { AuditWho, NewEntry } from './entry.ts';
import type { Sightings } from './sightings.ts';
import type { AuditWriter } from './writer.ts';

/** What the house knows of the things that are changed. */
export interface SubjectsPort {
  /** As it is now, with no secret in it; undefined for what there is not, or what is not known by kind. */
  now(kind: AuditSubjectKind, id: string): unknown;
  hallOf(kind: AuditSubjectKind, id: string): string | null;
}

export interface RequestAuditDeps {
  writer: AuditWriter;
  sightings: Sightings;
  subjects: SubjectsPort;
  sessionOf: (cookies: Readonly<Record<string, string | undefined>>) => string | null;
}

const changing = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** What requests write to the audit, by the list of routes. */
export class RequestAudit {
  readonly #deps: RequestAuditDeps;

  constructor(deps: RequestAuditDeps) {
    this.#deps = deps;
  }

  async begin(request: FastifyRequest) {
    const route = routeOf(request);
    if (!route) return null;
    const { writer, subjects } = this.#deps;
    if (route.act === 'session.closed' && !request.account) return null;
    if (changing.has(request.method)) writer.ready();
    if (route.span) return { done: async (status: number) => this.#span(request, route, status) };
    const id = idOfAddress(request);
    const before = await subjects.now(auditActs[route.act], id);
    if (route.first) await writer.first(this.#entry(request, route.act, id, asked(request, route)));
    const done = (status: number, payload: unknown) => this.#done(request, route, { id, before, status, payload });
    return { done };
  }

  refused(request: FastifyRequest): void {
    const id = `${request.method} ${request.routeOptions.url ?? request.url}`;
    this.#deps.writer.note(this.#entry(request, 'access.refused', id, { address: request.url.split('?')[0] }));
  }

  async #done(
    request: FastifyRequest,
    route: AuditedRoute,
    { id: named, before, status, payload }: { id: string; before: unknown; status: number; payload: unknown },
  ): Promise<void> {
    const { writer, subjects } = this.#deps;
    const answer = route.secret ? null : readJson(payload);
    if (status === 401 && route.refused) {
      // a name that is no account may be a password, typed where the name belongs
      return writer.note({ ...this.#entry(request, route.refused, request.meant ?? 'unknown'), account: null });
    }
    if (status >= 400) {
      // its entry stands already, and this is what came of it
      if (route.first) writer.note(this.#entry(request, route.act, named, { failed: status }));
      return;
    }
    if (route.first) return;
    const id = named === '' ? idOfAnswer(answer) : named;
    const kind = auditActs[route.act];
    const after = (await subjects.now(kind, id)) ?? (request.method === 'DELETE' ? null : answer);
    const changes = route.secret ? {} : changesOf(before, after);
    const entry = this.#entry(request, route.act, id, { ...asked(request, route), ...changes });
    entry.hallId ??= hallIn(after) ?? hallIn(before);
    // who signs in had no account before
    if (route.refused && named === '') entry.account = id;
    await writer.after(entry);
  }

  #span(request: FastifyRequest, route: AuditedRoute, status: number): void {
    if (status >= 400 || request.method === 'HEAD') return;
    const { seen } = request;
    const entry = this.#entry(request, route.act, idOfAddress(request));
    const known = { account: entry.account ?? seen?.account ?? null, reason: seen?.reason ?? null };
    this.#deps.sightings.touch({ ...entry, ...known }, seen ?? null);
  }

  #entry(request: FastifyRequest, act: AuditAct, subjectId: string, details: Record<string, unknown> = {}): NewEntry {
    const hallId = this.#deps.subjects.hallOf(auditActs[act], subjectId);
    return { ...this.#who(request), act, subjectId, hallId, reason: reasonIn(request.body), details };
  }

  #who({ account, cookies, address }: FastifyRequest): AuditWho {
    return { account: account?.username ?? null, session: this.#deps.sessionOf(cookies), address: address || null };
  }
}

/** Why, where the one who asked said so. */
function reasonIn(body: unknown): string | null {
  const { reason } = (body ?? {}) as { reason?: unknown };
  return typeof reason === 'string' && reason !== '' ? reason : null;
}

function routeOf({ method, routeOptions: { url = '' } }: FastifyRequest): AuditedRoute | null {
  const route = auditedRoutes[`${method} ${url}`];
  if (route) return 'not' in route ? null : route;
  return changing.has(method) ? { act: 'route.called' } : null;
}

/** Cameras by their id alone; what else an address names stands in the details. */
function idOfAddress({ params, account, method, routeOptions: { url = '' } }: FastifyRequest): string {
  const names = params as Record<string, string>;
  const route = auditedRoutes[`${method} ${url}`];
  if (!route) return `${method} ${url}`;
  if ('not' in route) return '';
  const kind = auditActs[route.act];
  if (kind === 'camera') return names['cameraId'] ?? names['id'] ?? '';
  if (kind === 'audit') return url;
  // about whoever asks, and no other
  if (kind === 'account' && url.startsWith('/api/session/') && account) return account.username;
  if (route.act === 'session.closed') return account?.username ?? '';
  if (kind === 'export') return names['id'] ?? '';
  return Object.values(names).join('/');
}

/** What was asked: the rest of the address, the query, and the body where nothing in it is secret. */
function asked({ params, query, body }: FastifyRequest, route: AuditedRoute): Record<string, unknown> {
  const rest = without(params, 'id', 'cameraId');
  const questions = without(query, 'token');
  return {
    ...(Object.keys(rest).length > 0 && auditActs[route.act] !== 'terminal' && { address: rest }),
    ...(Object.keys(questions).length > 0 && { query: questions }),
    ...(route.body && { asked: bounded(body) }),
  };
}

function without(fields: unknown, ...names: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields ?? {}).filter(([name]) => !names.includes(name)));
}

function readJson(payload: unknown): unknown {
  if (typeof payload !== 'string') return null;
  try {
    return JSON.parse(payload);
  } catch {
    return null;
  }
}

function idOfAnswer(answer: unknown): string {
  if (typeof answer !== 'object' || answer === null) return '';
  const { id, username, account, hallId, kind, deviceId } = answer as Record<string, unknown>;
  if (deviceId !== undefined) return [hallId, kind, deviceId].join('/');
  if (typeof account === 'object') return idOfAnswer(account);
  return String(id ?? username ?? '');
}

function hallIn(thing: unknown): string | null {
  const hallId = typeof thing === 'object' && thing !== null ? (thing as { hallId?: unknown }).hallId : null;
  return typeof hallId === 'string' ? hallId : null;
}
