import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Session } from '#contract/accounts.ts';
import type { AccountsService, SignedIn } from './service.ts';
import { SESSION_MAX_MS, type SignInPlace } from './sessions.ts';

export const SESSION_COOKIE = 'hallwatch_session';

/** Where somebody signs in from. */
export function placeOf({ address, headers }: FastifyRequest): SignInPlace {
  return { address, agent: headers['user-agent'] ?? '' };
}

/** Hands out the new session; the one that this browser had before ends. */
export async function welcome(
  request: FastifyRequest,
  reply: FastifyReply,
  accounts: AccountsService,
  { account, token }: SignedIn,
): Promise<Session> {
  const earlier = request.cookies[SESSION_COOKIE];
  if (earlier) await accounts.sessions.close(earlier);
  reply.setCookie(SESSION_COOKIE, token, { ...cookieOptions(request), maxAge: SESSION_MAX_MS / 1000 });
  return accounts.sessionOf(account);
}

/** Out of reach for scripts and other sites; over https never sent in the clear. */
export function cookieOptions(request: FastifyRequest) {
  return { path: '/', httpOnly: true, sameSite: 'strict', secure: request.protocol === 'https' } as const;
}
