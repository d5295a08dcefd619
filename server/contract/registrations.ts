import { z } from 'zod';
import { Password, Username } from './accounts.ts';
import { Grants } from './grants.ts';
import { Instant } from './ids.ts';
import { Region } from './places.ts';

/** Whether people may ask for an account. */
export const RegistrationState = z.object({ open: z.boolean() });

const asked = {
  username: Username,
  displayName: z.string().trim().min(1).max(100),
  /** Where he works: whoever administers accounts there sees it. */
  regionCode: Region.shape.code,
  /** Who he is and what he needs it for. */
  note: z.string().trim().max(300),
};

export const RegistrationInput = z.object({ ...asked, password: Password });
export type RegistrationInput = z.infer<typeof RegistrationInput>;

/** Somebody who asks for an account 自助注册. */
export const Registration = z.object({ ...asked, address: z.string(), askedAt: Instant });
export type Registration = z.infer<typeof Registration>;

export const Admission = z.object({ grants: Grants.min(1) });
