import type { FastifyRequest } from 'fastify';
import type { App } from './app-type.ts';

/** A request that is audited, while it is under way. */
export interface AuditedRequest {
  /** Just before the answer leaves: with its status and its text, where it is one. */
  done(status: number, payload: unknown): Promise<void>;
}

/** What the audit wants to know of requests. */
export interface AuditPort {
  /** Before the handler; null where nothing is audited. Throws AUDIT_UNAVAILABLE where it must not go on unseen. */
  begin(request: FastifyRequest): Promise<AuditedRequest | null>;
  /** Somebody asked for what he may not have. */
  refused(request: FastifyRequest): void;
}

/** The one place where requests meet the audit. */
export function auditRequests(app: App, audit: AuditPort): void {
  app.decorateRequest('audited', null);
  app.decorateRequest('seen', null);
  app.addHook('preHandler', async (request) => {
    if (!request.is404) request.audited = await audit.begin(request);
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const { audited } = request;
    // a failure in here is answered as well, and that answer comes by again
    request.audited = null;
    if (audited) await audited.done(reply.statusCode, payload);
    else if (reply.statusCode === 403) audit.refused(request);
    return payload;
  });
}
