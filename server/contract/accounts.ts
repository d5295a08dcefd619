import { z } from 'zod';
import { Duty, Grants } from './grants.ts';
import { Instant } from './ids.ts';

export const Username = z.string().regex(/^[a-z0-9._-]{2,64}$/, 'use 2 to 64 of a-z, 0-9, dot, _ and -');
/** NIST SP 800-63B: length over composition rules. */
export const Password = z.string().min(10, 'at least 10 characters').max(200);

export const Account = z.object({ username: Username, displayName: z.string().max(100), createdAt: Instant });
export type Account = z.infer<typeof Account>;

/** An account as whoever administers it sees it. */
export const GrantedAccount = Account.extend({ grants: Grants });
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
export const SignIn = z.object({ username: z.string().min(1).max(64), password: z.string().min(1).max(200) });
export const Session = z.object({ account: Account, duties: z.array(Duty) });
export type Session = z.infer<typeof Session>;
