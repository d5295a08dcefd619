import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Account } from '#contract/accounts.ts';
import type { Permission } from '#contract/permissions.ts';
import type { Way } from '#contract/ways.ts';
import type { Rights } from '#lib/rights.ts';
import type { Named } from './access.ts';
import type { AuditedRequest } from './audit.ts';

/** The fastify instance as features see it: routes are typed by their zod schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * Where he asks from, as it was when the request came: `ip` is read from the connection and is gone with it, be it before
     * the answer. Empty where even that was too late.
     */
    address: string;
    /** Who asks; null only on routes marked `public`. */
    account: Account | null;
    /** The session that he asks with. */
    sessionId: string | null;
    /** He showed not long ago that it is he. */
    isConfirmed: boolean;
    /** Of a sign-in that failed: the account that was meant, where there is one. People type passwords as names. */
    meant: string | null;
    /** What he may; who is not signed in may nothing. */
    rights: Rights;
    /** What becomes of it in the audit. */
    audited: AuditedRequest | null;
    /** Footage that its answer shows, epoch ms, whose token opened it, and why he looks, where that was asked. */
    seen: { from: number; until: number; account: string | null; reason: string | null } | null;
  }
  interface FastifyInstance {
    /** Undefined for a camera that there is not. */
    hallOfCamera: (cameraId: string) => string | undefined;
    /** Every route there is, with who may call it. */
    ways: Way[];
  }
  interface FastifyContextConfig {
    // every route says exactly one of these (access.ts)
    /** Reachable without signing in. */
    public?: true;
    /** For everyone signed in, about nothing but his own account. */
    session?: true;
    /** Opened by a session or by a token in the address: the handler decides. */
    token?: true;
    /** For those who may do this. */
    needs?: Permission;
    /** Beside `needs` or `session`: for those who showed not long ago that it is they. What cannot be called back. */
    confirmed?: true;
    /**
     * What the address names, beside `needs`, as `:hallId`, `:cameraId` and so on or `:id`, which must lie where the caller
     * may; or `handler`: something of which the handler knows better where it is.
     */
    of?: Named | 'handler';
  }
}
