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
    /** Who asks; null only on routes marked `public`. */
    account: Account | null;
  }
  interface FastifyContextConfig {
    // every route says exactly one of these (access.ts)
    /** Reachable without signing in. */
    public?: true;
    /** For everyone signed in, about nothing but his own account. */
    session?: true;
    /** For those who may do this. */
    needs?: Permission;
  }
}
