import { createHmac, randomBytes } from 'node:crypto';

/** RFC 6238 as every authenticator has it: SHA-1, six digits, a new code every thirty seconds. */
const STEP_MS = 30_000;
const DIGITS = 6;
/** Clocks of telephones are off by that many steps at most. */
const SKEW_STEPS = 1;
/** RFC 4226, 4: as long as what HMAC-SHA-1 gives. */
const SECRET_BYTES = 20;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function newTotpSecret(): Buffer {
  return randomBytes(SECRET_BYTES);
}

/** The code of a step (RFC 4226, 5.3). */
export function totpCode(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const at = mac.at(-1)! & 0x0f;
  const number = mac.readUInt32BE(at) & 0x7fff_ffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
}

export function totpStep(now: number): number {
  return Math.floor(now / STEP_MS);
}

/**
 * The step whose code this is; null where it is none. Nothing up to `lastUsed` counts: a code opens once (RFC 6238, 5.2).
 */
export function matchingStep(secret: Buffer, code: string, now: number, lastUsed: number): number | null {
  const middle = totpStep(now);
  for (let step = middle - SKEW_STEPS; step <= middle + SKEW_STEPS; step++) {
    if (step > lastUsed && totpCode(secret, step) === code) return step;
  }
  return null;
}

/** How a secret is typed into an authenticator (RFC 4648, 6). */
export function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => ALPHABET[parseInt(five.padEnd(5, '0'), 2)]).join('');
}

/** What an authenticator reads from a picture or a link (Key Uri Format). */
export function totpUri(username: string, secret: Buffer): string {
  const label = encodeURIComponent(`Hallwatch:${username}`);
  return `otpauth://totp/${label}?secret=${base32(secret)}&issuer=Hallwatch`;
}
