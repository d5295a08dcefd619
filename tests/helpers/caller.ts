import type { Role } from '#contract/permissions.ts';
import type { Caller, TokenOwner } from '#lib/rights.ts';
import type { HallOf } from '../../server/http/access.ts';
import { rightsOf } from '../../server/features/accounts/granting.ts';
import { Places } from '../../server/features/accounts/places.ts';

/** Somebody of this role everywhere, for an application that is built without accounts. */
export function callerOf(role: string, username = 'li.wei'): Caller {
  const grant = { role: role as Role, scope: { of: 'everything' }, until: null } as const;
  return {
    account: { username, displayName: username, createdAt: '2026-01-01T00:00:00.000Z' },
    sessionId: `session of ${username}`,
    isConfirmed: true,
    rights: rightsOf([grant], new Places([], [])),
  };
}

/** Nothing is known of where things are: callers everywhere need no more. */
export const nowhere: HallOf = {
  hall: () => undefined,
  camera: () => undefined,
  alert: () => undefined,
  case: () => undefined,
  card: () => undefined,
};

/** Whoever has a token made. */
export function ownerOf(account: string): TokenOwner {
  return { account, sessionId: `session of ${account}` };
}

/** Nothing is covered for anybody. */
export const noMasks = { coveredFor: () => [] };

/** No policy asks why anybody looks. */
export const noReasons = { mustHaveReason: () => undefined, mustSayWhy: () => undefined, reasonOf: () => null };
