import type { Account } from '#contract/accounts.ts';
import { AppError } from '#lib/app-error.ts';
import type { FootageTokens } from './footage-token.ts';
import type { Span } from './spans.ts';

/** Who asks: somebody with a session, or whoever holds a token. */
export interface Asking {
  account: Pick<Account, 'username'> | null;
  token?: string | undefined;
}

/** Which cameras somebody wants to see, and from when to when, epoch ms. */
export interface FootageWanted extends Span {
  cameraIds: readonly string[];
}

/**
 * The one place that every read of footage passes; what rights there are is decided here. Everyone who is signed in sees all
 * halls; a token opens its camera and span, and no more. Gives the name of who reads.
 * Throws SIGN_IN_REQUIRED or FOOTAGE_TOKEN_INVALID.
 */
export function authorise(asking: Asking, wanted: FootageWanted, tokens: FootageTokens): string {
  if (asking.account) return asking.account.username;
  if (asking.token === undefined) throw new AppError('SIGN_IN_REQUIRED');
  const grant = tokens.read(asking.token);
  const opens =
    grant !== null &&
    wanted.cameraIds.every((id) => id === grant.cameraId) &&
    wanted.from < grant.until &&
    wanted.until > grant.from;
  if (!opens) throw new AppError('FOOTAGE_TOKEN_INVALID');
  return grant.account;
}
