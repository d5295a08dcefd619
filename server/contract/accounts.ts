import { z } from 'zod';
import { Instant } from './ids.ts';
import { Role } from './permissions.ts';

export const Username = z.string().regex(/^[a-z0-9._-]{2,64}$/, 'use 2 to 64 of a-z, 0-9, dot, _ and -');
/** NIST SP 800-63B: length over composition rules. */
export const Password = z.string().min(10, 'at least 10 characters').max(200);

export const Account = z.object({
  username: Username,
  displayName: z.string().max(100),
  role: Role,
  createdAt: Instant,
});
export type Account = z.infer<typeof Account>;

export const AccountInput = z.object({
  username: Username,
  displayName: z.string().min(1).max(100),
  role: Role,
  password: Password,
});
export type AccountInput = z.input<typeof AccountInput>;

export const SetupState = z.object({ required: z.boolean() });
export const SetupRequest = z.object({
  code: z.string().min(1).max(100),
  username: Username,
  displayName: z.string().min(1).max(100),
  password: Password,
});
export const SignIn = z.object({ username: z.string().min(1).max(64), password: z.string().min(1).max(200) });
export const Session = z.object({ account: Account });
export type Session = z.infer<typeof Session>;
