import { parseChallenges, type Challenge } from '#lib/auth-challenge.ts';
import { digestStrength } from '#lib/digest-auth.ts';

/** A header of a camera is never longer; a hostile one is not read to its end. */
const HEADER_LIMIT = 4096;

/**
 * The strongest Digest challenge among all that a camera sent. Null where it asks for no Digest, or for one that nobody
 * here speaks (`auth-int` alone, other algorithms).
 *
 * npm onvif's reader takes `qop="auth, auth-int"` and unknown algorithms for errors, counts requests in decimal where
 * RFC 7616 has hexadecimal, and knows neither stale nor next nonces.
 */
export function readChallenge(rawHeaders: readonly string[]): Challenge | null {
  const challenges = parseChallenges(headersNamed(rawHeaders, 'www-authenticate'));
  const [best] = challenges.toSorted((a, b) => digestStrength(b) - digestStrength(a));
  return best && digestStrength(best) > 0 ? best : null;
}

/** The proof was right, its nonce too old: it is no wrong password. */
export function isStale({ params }: Challenge): boolean {
  return params.get('stale')?.toLowerCase() === 'true';
}

/** The same challenge with another nonce. */
export function withNonce({ scheme, params }: Challenge, nonce: string): Challenge {
  return { scheme, params: new Map([...params, ['nonce', nonce]]) };
}

export function nonceOf({ params }: Challenge): string {
  return params.get('nonce') ?? '';
}

/** The nonce that the camera wants next (RFC 7616, 3.5). */
export function nextNonce(rawHeaders: readonly string[]): string | null {
  const [value = ''] = headersNamed(rawHeaders, 'authentication-info');
  // Its fields look like those of a challenge.
  return parseChallenges([`Digest ${value}`])[0]?.params.get('nextnonce') || null;
}

function headersNamed(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders
    .filter((_value, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name)
    .map((value) => value.slice(0, HEADER_LIMIT));
}
