import { createHash, randomBytes } from 'node:crypto';

/** A challenge of HTTP Digest (RFC 7616, 3.3) that can be answered. */
export interface Challenge {
  algorithm: 'MD5' | 'SHA-256';
  /** The algorithm as it was written, to be sent back; null where it was left out. */
  written: string | null;
  session: boolean;
  realm: string;
  nonce: string;
  opaque: string | null;
  qop: boolean;
  /** The proof was right, its nonce too old: it is no wrong password. */
  stale: boolean;
}

/** A header of a camera is never longer; a hostile one is not read to its end. */
const HEADER_LIMIT = 4096;

/**
 * The strongest challenge among all that a camera sent: SHA-256 before MD5. Null where it asks for no Digest, or for one
 * that nobody here speaks (`auth-int` alone, other algorithms).
 *
 * npm onvif's reader takes `qop="auth, auth-int"` and unknown algorithms for errors, counts requests in decimal where
 * RFC 7616 has hexadecimal, and knows neither stale nor next nonces.
 */
export function readChallenge(rawHeaders: readonly string[]): Challenge | null {
  const found: Challenge[] = [];
  for (const value of headersNamed(rawHeaders, 'www-authenticate')) {
    for (const part of value.slice(0, HEADER_LIMIT).split(/(?=\bDigest\s)/i)) {
      const challenge = /^Digest\s/i.test(part) ? challengeOf(part) : null;
      if (challenge) found.push(challenge);
    }
  }
  return found.find(({ algorithm }) => algorithm === 'SHA-256') ?? found[0] ?? null;
}

/** The nonce that the camera wants next (RFC 7616, 3.5). */
export function nextNonce(rawHeaders: readonly string[]): string | null {
  const [value = ''] = headersNamed(rawHeaders, 'authentication-info');
  return paramsOf(value.slice(0, HEADER_LIMIT)).get('nextnonce') || null;
}

export interface DigestRequest {
  username: string;
  password: string;
  method: string;
  uri: string;
  /** How often this nonce has been used, this time included. */
  count: number;
  cnonce?: string;
}

/** The Authorization header that answers a challenge. Names beyond Latin-1 travel as the bytes of UTF-8. */
export function answerChallenge(challenge: Challenge, request: DigestRequest): string {
  const { algorithm, written, session, realm, nonce, opaque, qop } = challenge;
  const { username, password, method, uri, count, cnonce = randomBytes(8).toString('hex') } = request;
  const hash = (...words: string[]) =>
    createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
      .update(words.join(':'))
      .digest('hex');
  const account = hash(username, realm, password);
  const secret = session ? hash(account, nonce, cnonce) : account;
  const nc = count.toString(16).padStart(8, '0');
  const what = hash(method, uri);
  const response = qop ? hash(secret, nonce, nc, cnonce, 'auth', what) : hash(secret, nonce, what);
  const fields = [
    `username=${quote(username)}`,
    `realm=${quote(realm)}`,
    `nonce=${quote(nonce)}`,
    `uri=${quote(uri)}`,
    ...(written === null ? [] : [`algorithm=${written}`]),
    ...(qop ? ['qop=auth', `nc=${nc}`] : []),
    ...(qop || session ? [`cnonce=${quote(cnonce)}`] : []),
    `response=${quote(response)}`,
    ...(opaque === null ? [] : [`opaque=${quote(opaque)}`]),
  ];
  return Buffer.from(`Digest ${fields.join(', ')}`, 'utf8').toString('latin1');
}

function challengeOf(text: string): Challenge | null {
  const params = paramsOf(text.replace(/^Digest\s+/i, ''));
  const written = params.get('algorithm') ?? null;
  const [, name, session] = /^(MD5|SHA-?256)(-sess)?$/i.exec(written ?? 'MD5') ?? [];
  const qops = params
    .get('qop')
    ?.toLowerCase()
    .split(/[\s,]+/);
  const nonce = params.get('nonce');
  if (name === undefined || nonce === undefined || (qops && !qops.includes('auth'))) return null;
  return {
    algorithm: /^md5$/i.test(name) ? 'MD5' : 'SHA-256',
    written,
    session: session !== undefined,
    realm: params.get('realm') ?? '',
    nonce,
    opaque: params.get('opaque') ?? null,
    qop: qops !== undefined,
    stale: params.get('stale')?.toLowerCase() === 'true',
  };
}

function paramsOf(text: string): Map<string, string> {
  const params = new Map<string, string>();
  for (const [, name, quoted, plain] of text.matchAll(/([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))/g)) {
    const value = quoted === undefined ? (plain ?? '') : quoted.replace(/\\(.)/g, '$1');
    if (name !== undefined && !params.has(name.toLowerCase())) params.set(name.toLowerCase(), value);
  }
  return params;
}

function headersNamed(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.filter((_value, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name);
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
