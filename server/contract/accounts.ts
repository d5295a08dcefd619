import { z } from 'zod';
import { ErrorCode } from './errors.ts';
import { FactorCode } from './factors.ts';
import { Duty, Grants } from './grants.ts';
import { Instant } from './ids.ts';

export const Username = z.string().regex(/^[a-z0-9._-]{2,64}$/, 'use 2 to 64 of a-z, 0-9, dot, _ and -');
/** NIST SP 800-63B: length over composition rules. */
export const Password = z.string().min(10, 'at least 10 characters').max(200);

export const Account = z.object({ username: Username, displayName: z.string().max(100), createdAt: Instant });
export type Account = z.infer<typeof Account>;

/** An account as whoever administers it sees it. */
export const GrantedAccount = Account.extend({
  grants: Grants,
  /** Since when he may nothing, whatever his grants are; null: he is not disabled. */
  disabledAt: Instant.nullable(),
});
export type GrantedAccount = z.infer<typeof GrantedAccount>;

export const AccountInput = z.object({
  username: Username,
  displayName: z.string().min(1).max(100),
  password: Password,
  grants: Grants.default([]),
});
export type AccountInput = z.input<typeof AccountInput>;

export const ACCOUNTS_AT_ONCE = 100;
/** `GET /api/accounts`: by username, at most `ACCOUNTS_AT_ONCE` of those after a name. */
export const AccountsQuery = z.object({
  after: z.string().max(64).default(''),
  /** The beginning of a username, or a part of a display name. */
  search: z.string().trim().max(100).default(''),
});
export type AccountsQuery = z.infer<typeof AccountsQuery>;

export const SetupState = z.object({ required: z.boolean() });
export const SetupRequest = z.object({
  code: z.string().min(1).max(100),
  username: Username,
  displayName: z.string().min(1).max(100),
  password: Password,
});
export const SignIn = z.object({
  username: z.string().min(1).max(64),
  password: z.string().min(1).max(200),
  /** Of the second factor, where the account has one. */
  code: FactorCode.optional(),
});
/** A session as its owner, or who administers him, sees it. */
export const SessionView = z.object({
  /** Opens nothing: it is the hash of what does. */
  id: z.string().regex(/^[0-9a-f]{64}$/),
  createdAt: Instant,
  lastUsedAt: Instant,
  expiresAt: Instant,
  address: z.string(),
  /** What the browser said it is. */
  agent: z.string(),
  /** The one that asks. */
  current: z.boolean(),
});
export type SessionView = z.infer<typeof SessionView>;

/** `PUT /api/session/password`: one's own. */
export const PasswordChange = z.object({ current: z.string().min(1).max(200), next: Password });
/** `PUT /api/accounts/:username/password`: of who has forgotten his. */
export const PasswordReset = z.object({ next: Password });
/** `PUT /api/accounts/disabled`: those who may nothing from now on, or who may again. */
export const Disabling = z.object({ usernames: z.array(Username).min(1).max(1000), disabled: z.boolean() });

export const MOST_IMPORTED = 50;
/** `POST /api/accounts/import`: accounts row by row (`AccountInput`); one that is wrong keeps no other out. */
export const AccountsImport = z.array(z.unknown()).min(1).max(MOST_IMPORTED);
export const ImportedAccount = z.object({
  username: z.string().nullable(),
  /** Null: it was added. */
  refused: z.object({ code: ErrorCode, detail: z.string() }).nullable(),
});
export type ImportedAccount = z.infer<typeof ImportedAccount>;

/** That it is still the owner who sits there: asked again before what cannot be called back. */
export const Confirmation = z.object({ password: z.string().min(1).max(200) });

export const Session = z.object({ account: Account, duties: z.array(Duty) });
export type Session = z.infer<typeof Session>;
/** `DELETE /api/session`: where the browser ends its session with the identity provider as well; null: it is over. */
export const SignedOut = z.object({ goOnAt: z.string().nullable() });
