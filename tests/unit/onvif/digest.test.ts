import { describe, expect, it } from 'vitest';
import { answerChallenge, nextNonce, readChallenge, type Challenge } from '../../../devices/onvif/digest.ts';

const read = (...values: string[]) => readChallenge(values.flatMap((value) => ['WWW-Authenticate', value]));

describe('the answer to a challenge', () => {
  // RFC 7616, 3.9.1
  const rfc: Challenge = {
    algorithm: 'MD5',
    written: 'MD5',
    session: false,
    realm: 'http-auth@example.org',
    nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
    opaque: 'FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS',
    qop: true,
    stale: false,
  };
  const request = {
    username: 'Mufasa',
    password: 'Circle of Life',
    method: 'GET',
    uri: '/dir/index.html',
    count: 1,
    cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  };

  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ] as const)('is that of RFC 7616 for %s', (algorithm, response) => {
    const header = answerChallenge({ ...rfc, algorithm, written: algorithm }, request);
    expect(header).toContain(`response="${response}"`);
    expect(header).toContain(`algorithm=${algorithm}, qop=auth, nc=00000001, cnonce=`);
  });

  it('counts in hexadecimal', () => {
    expect(answerChallenge(rfc, { ...request, count: 26 })).toContain('nc=0000001a');
  });

  it('is that of RFC 2069 where the camera knows no qop', () => {
    const header = answerChallenge({ ...rfc, qop: false, written: null, opaque: null }, request);
    expect(header).not.toMatch(/nc=|cnonce|qop|algorithm|opaque/);
  });

  it('quotes what would end a quotation', () => {
    expect(answerChallenge(rfc, { ...request, username: 'a"b\\c' })).toContain('username="a\\"b\\\\c"');
  });
});

describe('a challenge', () => {
  it('is found among others, the strongest first', () => {
    const md5 = 'Digest realm="a, b", nonce="1", qop="auth"';
    expect(read('Basic realm="x"', md5, 'Digest realm="s", nonce="2", algorithm=SHA-256')).toMatchObject({
      algorithm: 'SHA-256',
      nonce: '2',
      qop: false,
    });
    expect(read(`Basic realm="x", ${md5}`)).toMatchObject({ algorithm: 'MD5', realm: 'a, b', written: null });
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
    expect(read(`digest nonce="1",qop="${qop}",stale=TRUE`)).toMatchObject({ qop: true, stale: true });
  });

  it('may be followed by the next nonce', () => {
    expect(nextNonce(['Authentication-Info', 'qop=auth, nextnonce="n2"'])).toBe('n2');
    expect(nextNonce(['Date', 'today'])).toBeNull();
  });
});
