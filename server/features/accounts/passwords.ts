import { randomBytes } from 'node:crypto';
import { hash, verify, type Options } from '@node-rs/argon2';

/** argon2id with 19 MiB, two passes, one lane: the OWASP Password Storage Cheat Sheet's first choice for servers. */
const argon2id: Options = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** A PHC string that carries its own parameters and salt. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, argon2id);
}

/**
 * Checks passwords in equal time for names that exist and names that do not: an unknown name is checked against the hash
 * of a password no one knows, so that the answer's delay does not tell which accounts there are.
 */
export class PasswordCheck {
  #nobody: Promise<string> | null = null;

  /** @param stored the account's hash, or null where there is no such account */
  async matches(stored: string | null, password: string): Promise<boolean> {
    this.#nobody ??= hashPassword(randomBytes(32).toString('base64'));
    const nobody = await this.#nobody;
    const right = await verify(stored ?? nobody, password);
    return right && stored !== null;
  }
}
