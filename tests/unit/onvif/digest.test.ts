import { describe, expect, it } from 'vitest';
import { digestHash } from '#lib/digest-auth.ts';
import { isStale, nextNonce, readChallenge } from '../../../devices/onvif/digest.ts';

const read = (...values: string[]) => readChallenge(values.flatMap((value) => ['WWW-Authenticate', value]));

describe('a challenge', () => {
  it('is found among others, the strongest first', () => {
    const md5 = 'Digest realm="a, b", nonce="1", qop="auth"';
    const strong = read('Basic realm="x"', md5, 'Digest realm="s", nonce="2", algorithm=SHA-256')!;
    expect([digestHash(strong), strong.params.get('nonce')]).toEqual(['sha256', '2']);
    const weak = read(`Basic realm="x", ${md5}`)!;
    expect([digestHash(weak), weak.params.get('realm')]).toEqual(['md5', 'a, b']);
    expect(digestHash(read('Digest nonce="1", algorithm=SHA256')!)).toBe('sha256');
  });

  it.each([
    ['auth-int alone', 'Digest nonce="1", qop="auth-int"'],
    ['an algorithm nobody here speaks', 'Digest nonce="1", algorithm=SHA-512-256'],
    ['no nonce', 'Digest realm="x"'],
    ['another scheme', 'Negotiate'],
    ['noise', 'Digest ===,,"'],
  ])('with %s is none', (_what, header) => {
    expect(read(header)).toBeNull();
  });

  it.each(['auth,auth-int', 'auth-int, auth', 'AUTH'])('offers %s as auth', (qop) => {
    expect(isStale(read(`digest nonce="1",qop="${qop}",stale=TRUE`)!)).toBe(true);
  });

  it('may be followed by the next nonce', () => {
    expect(nextNonce(['Authentication-Info', 'qop=auth, nextnonce="n2"'])).toBe('n2');
    expect(nextNonce(['Date', 'today'])).toBeNull();
  });
});
