import { createHash } from 'node:crypto';
import type { Challenge } from './auth-challenge.ts';

/** By name as it stands in the challenge; strongest first (RFC 7616, 3.7). */
const ALGORITHMS = [
  { name: 'SHA-256-sess', hash: 'sha256', session: true },
  { name: 'SHA-256', hash: 'sha256', session: false },
  { name: 'MD5-sess', hash: 'md5', session: true },
  { name: 'MD5', hash: 'md5', session: false },
] as const;

export interface DigestRequest {
  method: string;
  uri: string;
  username: string;
  password: string;
  /** How often this nonce has been used, from 1. */
  nonceCount: number;
  /** Our own nonce. */
  clientNonce: string;
}

/** Whether a challenge is one we can answer; the higher the stronger, 0 for not at all. */
export function digestStrength(challenge: Challenge): number {
  const qop = challenge.params.get('qop');
  const algorithm = algorithmOf(challenge);
  if (challenge.scheme !== 'digest' || !challenge.params.has('nonce') || !algorithm) return 0;
  if (qop !== undefined && !offersAuth(qop)) return 0;
  return ALGORITHMS.length - ALGORITHMS.indexOf(algorithm);
}

/** The value of the Authorization header (RFC 7616, 3.4; without qop as in RFC 2069). */
export function digestAuthorization(challenge: Challenge, request: DigestRequest): string {
  const algorithm = algorithmOf(challenge);
  const realm = challenge.params.get('realm') ?? '';
  const nonce = challenge.params.get('nonce') ?? '';
  const opaque = challenge.params.get('opaque');
  const named = challenge.params.get('algorithm');
  const { username, uri, clientNonce } = request;
  const hash = (text: string) =>
    createHash(algorithm?.hash ?? 'md5')
      .update(text)
      .digest('hex');

  const account = hash(`${username}:${realm}:${request.password}`);
  const secret = algorithm?.session ? hash(`${account}:${nonce}:${clientNonce}`) : account;
  const what = hash(`${request.method}:${uri}`);
  const count = request.nonceCount.toString(16).padStart(8, '0');
  const withQop = challenge.params.has('qop');
  const response = hash(
    withQop ? `${secret}:${nonce}:${count}:${clientNonce}:auth:${what}` : `${secret}:${nonce}:${what}`,
  );
  return [
    `Digest username=${quote(username)}`,
    `realm=${quote(realm)}`,
    `nonce=${quote(nonce)}`,
    `uri=${quote(uri)}`,
    ...(named ? [`algorithm=${named}`] : []),
    `response="${response}"`,
    ...(opaque === undefined ? [] : [`opaque=${quote(opaque)}`]),
    ...(withQop ? ['qop=auth', `nc=${count}`] : []),
    ...(withQop || algorithm?.session ? [`cnonce=${quote(clientNonce)}`] : []),
  ].join(', ');
}

/** The hash a challenge asks for; null for one that cannot be answered. */
export function digestHash(challenge: Challenge): 'md5' | 'sha256' | null {
  return digestStrength(challenge) > 0 ? algorithmOf(challenge)!.hash : null;
}

function algorithmOf(challenge: Challenge) {
  // Some cameras write SHA256.
  const named = (challenge.params.get('algorithm') ?? 'MD5').toLowerCase().replace(/^sha256/, 'sha-256');
  return ALGORITHMS.find((algorithm) => algorithm.name.toLowerCase() === named);
}

function offersAuth(qop: string): boolean {
  return qop.split(/[\s,]+/).some((option) => option.toLowerCase() === 'auth');
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
