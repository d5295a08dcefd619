import type { Account } from '#contract/accounts.ts';
import { AppError } from '#lib/app-error.ts';
import type { TokenOwner } from '#lib/rights.ts';
import type { FootageTokens } from './footage-token.ts';
import type { Span } from './spans.ts';

/** Who asks: somebody with a session, or whoever holds a token. */
export interface Asking {
  account: Pick<Account, 'username'> | null;
  /** Of whoever has one. */
  sessionId: string | null;
  token?: string | undefined;
}

/** Which cameras somebody wants to see, and from when to when, epoch ms. */
export interface FootageWanted extends Span {
  cameraIds: readonly string[];
  /** What there is, and not a picture of it. */
  listOnly?: true;
}

/** What is asked of a token. */
export interface Gate {
  tokens: FootageTokens;
  /** Whether an account may read the footage of a camera, now. */
  mayRead: (owner: TokenOwner, cameraId: string) => boolean;
  /** Throws REASON_REQUIRED where the session must say first why. */
  mustHaveReason: (sessionId: string | null, span: Span) => void;
}

/**
 * The one place that every read of footage passes. Of whoever has a session the route has asked whether he may; a token
 * opens its camera and span, no more, and only while whoever had it made may read them. Gives the name of who reads.
 * Throws SIGN_IN_REQUIRED, FOOTAGE_TOKEN_INVALID or REASON_REQUIRED.
 */
export function authorise(asking: Asking, wanted: FootageWanted, { tokens, mayRead, mustHaveReason }: Gate): string {
  if (asking.account) {
    if (!wanted.listOnly) mustHaveReason(asking.sessionId, wanted);
    return asking.account.username;
  }
  if (asking.token === undefined) throw new AppError('SIGN_IN_REQUIRED');
  const grant = tokens.read(asking.token);
  const opens =
    grant !== null &&
    wanted.cameraIds.every((id) => id === grant.cameraId) &&
    mayRead(grant, grant.cameraId) &&
    wanted.from < grant.until &&
    wanted.until > grant.from;
  if (!opens) throw new AppError('FOOTAGE_TOKEN_INVALID');
  mustHaveReason(grant.sessionId, wanted);
  return grant.account;
}
