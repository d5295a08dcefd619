import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '#lib/clock.ts';

export interface Credentials {
  username: string;
  password: string;
}

export type DigestVerdict = 'accepted' | 'refused' | 'stale';

const REALM = 'IP Camera';
const NONCE_LIFE_MS = 300_000;
/** Clients that come one after the other over HTTP each have their own. */
const MAX_NONCES = 64;

export type DigestAlgorithm = 'MD5' | 'SHA-256';

/**
 * Digest authentication (RFC 7616; RFC 2617 as old clients do it: MD5, without qop). The right
 * password under an old nonce is `stale`: the client may try again without asking its user.
 */
export class DigestGuard {
  readonly #clock: Clock;
  readonly #algorithm: DigestAlgorithm;
  readonly #nonces = new Map<string, { issuedAt: number; count: number }>();

  constructor(clock: Clock, algorithm: DigestAlgorithm = 'MD5') {
    this.#clock = clock;
    this.#algorithm = algorithm;
  }

  /** Value of a WWW-Authenticate header with a fresh nonce. */
  challenge(stale: boolean): string {
    const nonce = randomBytes(16).toString('hex');
    this.#nonces.set(nonce, { issuedAt: this.#clock.monotonic(), count: 0 });
    if (this.#nonces.size > MAX_NONCES) this.#nonces.delete(this.#nonces.keys().next().value!);
    const end = stale ? ', stale=TRUE' : '';
    return `Digest realm="${REALM}", nonce="${nonce}", algorithm=${this.#algorithm}, qop="auth"${end}`;
  }

  check(method: string, authorization: string | undefined, credentials: Credentials): DigestVerdict {
    const fields = readFields(authorization);
    if (!fields) return 'refused';
    const { username, nonce = '', uri = '', response = '', qop, nc = '', cnonce = '' } = fields;
    if (username !== credentials.username) return 'refused';
    const hash = (text: string) =>
      createHash(this.#algorithm === 'MD5' ? 'md5' : 'sha256')
        .update(text)
        .digest('hex');
    const secret = hash(`${username}:${REALM}:${credentials.password}`);
    const subject = hash(`${method}:${uri}`);
    const expected = hash(
      qop === undefined ? `${secret}:${nonce}:${subject}` : `${secret}:${nonce}:${nc}:${cnonce}:${qop}:${subject}`,
    );
    if (!sameText(response, expected)) return 'refused';
    const known = this.#nonces.get(nonce);
    if (!known || this.#clock.monotonic() - known.issuedAt > NONCE_LIFE_MS) return 'stale';
    if (qop === undefined) return 'accepted';
    // A count that does not grow is a request seen before (3.2.2).
    const count = Number.parseInt(nc, 16);
    if (!(count > known.count)) return 'stale';
    known.count = count;
    return 'accepted';
  }
}

function readFields(header: string | undefined): Partial<Record<string, string>> | null {
  if (!header || !/^digest\s/i.test(header)) return null;
  const fields: Partial<Record<string, string>> = {};
  for (const [, name, quoted, plain] of header.slice(7).matchAll(/(\w+)\s*=\s*(?:"([^"]*)"|([^\s,]*))/g)) {
    fields[name!.toLowerCase()] = quoted ?? plain ?? '';
  }
  return fields;
}

function sameText(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
