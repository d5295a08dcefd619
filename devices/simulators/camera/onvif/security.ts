import { createHash, timingSafeEqual } from 'node:crypto';
import { asNode, SoapFault, textOf, type XmlNode } from './soap.ts';

export interface TokenCredentials {
  username: string;
  password: string;
}

/** How far `Created` may lie from the camera's own clock. */
const FRESH_MS = 5 * 60_000;
/** Nonces remembered at most; enough for thirteen requests a second over the whole window. */
const MAX_NONCES = 8192;
/** Some clients (libonvif) draw their nonces from the second of the clock, and cameras live with that. */
const SAME_NONCE_MS = 1500;

/**
 * Verifies WS-UsernameToken with password digest (WS-Security UsernameToken Profile 1.0; ONVIF Core 5.12.2): the digest is
 * right, it was made within five minutes by the camera's clock, and its nonce was not used long before.
 */
export class TokenGuard {
  readonly #now: () => number;
  /** Nonce, when it came first and when it can be forgotten, in the order of arrival. */
  readonly #used = new Map<string, { since: number; until: number }>();

  /** `now` is the camera's clock, epoch ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** @throws SoapFault ter:NotAuthorized */
  verify(header: XmlNode, credentials: TokenCredentials): void {
    const token = asNode(asNode(header.Security).UsernameToken);
    const nonce = textOf(token.Nonce);
    const created = textOf(token.Created);
    const createdAt = Date.parse(created);
    const now = this.#now();
    const digest = createHash('sha1')
      .update(Buffer.from(nonce, 'base64'))
      .update(created + credentials.password)
      .digest();
    const isGenuine =
      textOf(token.Username) === credentials.username &&
      textOf(asNode(token.Password)['@Type']).endsWith('#PasswordDigest') &&
      isEqual(Buffer.from(textOf(token.Password), 'base64'), digest);
    // A timestamp that is no date makes this NaN, which is not fresh.
    const isFresh = Math.abs(now - createdAt) <= FRESH_MS;
    if (!isGenuine || !isFresh || this.#isUsed(nonce, now)) {
      throw new SoapFault('Sender', ['ter:NotAuthorized'], 'Sender not authorized');
    }
    if (!this.#used.has(nonce)) this.#used.set(nonce, { since: now, until: createdAt + FRESH_MS });
  }

  #isUsed(nonce: string, now: number): boolean {
    for (const [old, { until }] of this.#used) {
      if (until >= now && this.#used.size < MAX_NONCES) break;
      this.#used.delete(old);
    }
    const known = this.#used.get(nonce);
    return known !== undefined && now - known.since > SAME_NONCE_MS;
  }
}

function isEqual(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
