import { z } from 'zod';
import { Instant } from './ids.ts';

/** Six digits of an authenticator, or a recovery code; blanks do not matter. */
export const FactorCode = z
  .string()
  .max(40)
  .transform((text) => text.replaceAll(/[\s-]/g, '').toUpperCase());

/** What an authenticator needs to know; shown once. */
export const TotpOffer = z.object({ secret: z.string(), uri: z.string() });
export type TotpOffer = z.infer<typeof TotpOffer>;
export const TotpConfirmation = z.object({ code: FactorCode });
/** For who loses his authenticator; shown once. */
export const RecoveryCodes = z.object({ recoveryCodes: z.array(z.string()) });
export type RecoveryCodes = z.infer<typeof RecoveryCodes>;

const Bytes = z.base64url().max(4096);

export const Passkey = z.object({
  id: Bytes,
  name: z.string(),
  createdAt: Instant,
  lastUsedAt: Instant.nullable(),
});
export type Passkey = z.infer<typeof Passkey>;

/** How somebody shows that it is he, beside his password. */
export const Factors = z.object({ totp: z.boolean(), recoveryCodes: z.number().int(), passkeys: z.array(Passkey) });
export type Factors = z.infer<typeof Factors>;

/** What a browser is to sign, base64url; good for minutes, and once. */
export const PasskeyChallenge = z.object({ challenge: Bytes, rpId: z.string() });
export type PasskeyChallenge = z.infer<typeof PasskeyChallenge>;

/** What `navigator.credentials.create` gave. */
export const PasskeyInput = z.object({
  name: z.string().trim().min(1).max(100),
  id: Bytes,
  clientDataJSON: Bytes,
  authenticatorData: Bytes,
  publicKey: Bytes,
  algorithm: z.number().int(),
});
export type PasskeyInput = z.infer<typeof PasskeyInput>;

/** What `navigator.credentials.get` gave. */
export const PasskeyAssertion = z.object({
  id: Bytes,
  clientDataJSON: Bytes,
  authenticatorData: Bytes,
  signature: Bytes,
});
export type PasskeyAssertion = z.infer<typeof PasskeyAssertion>;
