import { createHmac, timingSafeEqual } from 'node:crypto';
import { deriveKey } from './secret-box.ts';

const MAX_LENGTH = 1024;

/**
 * Texts that carry what they grant: `base64url(claims).base64url(HMAC-SHA-256(claims))`. Whoever reads them needs no table of
 * them. How long they hold is for the claims to say.
 */
export class SignedClaims {
  readonly #key: Buffer;

  /** No key serves two purposes. */
  constructor(secret: Buffer, purpose: string) {
    this.#key = deriveKey(secret, purpose);
  }

  seal(claims: unknown): string {
    const text = Buffer.from(JSON.stringify(claims)).toString('base64url');
    return `${text}.${this.#mac(text).toString('base64url')}`;
  }

  /** Null where it was not sealed here, or was altered. */
  open(token: string): unknown {
    const [claims, mac, ...rest] = token.length > MAX_LENGTH ? [] : token.split('.');
    if (claims === undefined || mac === undefined || rest.length > 0) return null;
    const given = Buffer.from(mac, 'base64url');
    const right = this.#mac(claims);
    if (given.length !== right.length || !timingSafeEqual(given, right)) return null;
    return JSON.parse(Buffer.from(claims, 'base64url').toString());
  }

  #mac(claims: string): Buffer {
    return createHmac('sha256', this.#key).update(claims).digest();
  }
}
