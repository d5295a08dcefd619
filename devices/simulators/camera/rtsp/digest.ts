import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '#lib/clock.ts';

export interface Credentials {
  username: string;
  password: string;
}

export type DigestVerdict = 'accepted' | 'refused' | 'stale';

const REALM = 'IP Camera';
const NONCE_LIFE_MS = 300_000;

/**
 * Digest authentication of one connection (RFC 2617: MD5, with qop=auth and without, as old clients do). The right
 * password under an old nonce is `stale`: the client may try again without asking its user.
 */
export class DigestGuard {
  readonly #clock: Clock;
  #nonce = '';
  #issuedAt = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Value of a WWW-Authenticate header with a fresh nonce. */
  challenge(stale: boolean): string {
    this.#nonce = randomBytes(16).toString('hex');
    this.#issuedAt = this.#clock.monotonic();
    this.#count = 0;
    return `Digest realm="${REALM}", nonce="${this.#nonce}", algorithm=MD5, qop="auth"${stale ? ', stale=TRUE' : ''}`;
  }

  check(method: string, authorization: string | undefined, credentials: Credentials): DigestVerdict {
    const fields = readFields(authorization);
    if (!fields) return 'refused';
    const { username, nonce = '', uri = '', response = '', qop, nc = '', cnonce = '' } = fields;
    if (username !== credentials.username) return 'refused';
    const secret = md5(`${username}:${REALM}:${credentials.password}`);
    const subject = md5(`${method}:${uri}`);
    const expected = md5(
      qop === undefined ? `${secret}:${nonce}:${subject}` : `${secret}:${nonce}:${nc}:${cnonce}:${qop}:${subject}`,
    );
    if (!sameText(response, expected)) return 'refused';
    if (nonce !== this.#nonce || this.#clock.monotonic() - this.#issuedAt > NONCE_LIFE_MS) return 'stale';
    if (qop === undefined) return 'accepted';
    // A count that does not grow is a request seen before (3.2.2).
    const count = Number.parseInt(nc, 16);
    if (!(count > this.#count)) return 'stale';
    this.#count = count;
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

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

function sameText(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
