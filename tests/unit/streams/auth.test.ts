import fc from '../../helpers/property.ts';
import { describe, expect, it } from 'vitest';
import { Authenticator } from '../../../streams/rtsp/authenticator.ts';
import { parseChallenges } from '#lib/auth-challenge.ts';
import { digestAuthorization } from '#lib/digest-auth.ts';

const challenge = (header: string) => parseChallenges([header])[0]!;
const field = (authorization: string, name: string) =>
  new RegExp(`(?:^Digest|,) ${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^,]*))`).exec(authorization)?.slice(1).find(Boolean);

describe('digest', () => {
  it('answers the example of RFC 2617, 3.5', () => {
    const authorization = digestAuthorization(
      challenge(
        'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", ' +
          'opaque="5ccc069c403ebaf9f0171e9517f40e41"',
      ),
      {
        method: 'GET',
        uri: '/dir/index.html',
        username: 'Mufasa',
        password: 'Circle Of Life',
        nonceCount: 1,
        clientNonce: '0a4f113b',
      },
    );
    expect(field(authorization, 'response')).toBe('6629fae49393a05397450978507c4ef1');
    expect(field(authorization, 'nc')).toBe('00000001');
    expect(field(authorization, 'opaque')).toBe('5ccc069c403ebaf9f0171e9517f40e41');
  });

  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('answers the example of RFC 7616, 3.9.1, with %s', (algorithm, response) => {
    const authorization = digestAuthorization(
      challenge(
        `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, ` +
          'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
      ),
      {
        method: 'GET',
        uri: '/dir/index.html',
        username: 'Mufasa',
        password: 'Circle of Life',
        nonceCount: 1,
        clientNonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
      },
    );
    expect(field(authorization, 'response')).toBe(response);
    expect(field(authorization, 'algorithm')).toBe(algorithm);
  });

  it('answers without qop as RFC 2069, 2.4 (with its erratum) does', () => {
    const authorization = digestAuthorization(
      challenge('Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'),
      {
        method: 'GET',
        uri: '/dir/index.html',
        username: 'Mufasa',
        password: 'CircleOfLife',
        nonceCount: 1,
        clientNonce: 'unused',
      },
    );
    expect(field(authorization, 'response')).toBe('1949323746fe6a43ef61f9606e7febea');
    expect(authorization).not.toMatch(/qop|nc=|cnonce/);
  });

  it('keeps quotes in names apart from its own', () => {
    const authorization = digestAuthorization(challenge('Digest realm="a \\"b\\"", nonce="n"'), {
      method: 'PLAY',
      uri: 'rtsp://h/',
      username: 'o"neil',
      password: 'p',
      nonceCount: 1,
      clientNonce: 'c',
    });
    expect(field(authorization, 'username')).toBe('o\\"neil');
    expect(field(authorization, 'realm')).toBe('a \\"b\\"');
  });
});

describe('challenges', () => {
  it('are found whether they share a header or not', () => {
    const found = parseChallenges(['Digest realm="a, b", nonce="1", qop="auth", Basic realm="c"', 'Digest nonce=2']);
    expect(found.map(({ scheme, params }) => [scheme, Object.fromEntries(params)])).toEqual([
      ['digest', { realm: 'a, b', nonce: '1', qop: 'auth' }],
      ['basic', { realm: 'c' }],
      ['digest', { nonce: '2' }],
    ]);
  });

  it('are read from anything without failing', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 80 }), { maxLength: 4 }), (headers) => {
        expect(parseChallenges(headers).length).toBeLessThanOrEqual(16);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('authenticator', () => {
  const md5 = 'Digest realm="cam", nonce="one"';
  const sha256 = 'Digest realm="cam", nonce="two", algorithm=SHA-256, qop="auth"';
  const basic = 'Basic realm="cam"';
  const sign = (...headers: string[]) => {
    const authenticator = new Authenticator({ username: 'user', password: 'secret' });
    return authenticator.challenged(headers) ? authenticator.authorize('DESCRIBE', 'rtsp://h/') : null;
  };

  it('takes the strongest way offered', () => {
    expect(sign(basic, md5, sha256)).toMatch(/^Digest .*algorithm=SHA-256/);
    expect(sign(basic, md5)).toMatch(/^Digest .*nonce="one"/);
    expect(sign(basic)).toBe(`Basic ${Buffer.from('user:secret').toString('base64')}`);
  });

  it('leaves out what it cannot answer', () => {
    expect(sign('Digest realm="cam", nonce="x", algorithm=SHA-512-256', md5)).toMatch(/nonce="one"/);
    expect(sign('Digest realm="cam", nonce="x", qop="auth-int"', basic)).toMatch(/^Basic/);
    expect(sign('Negotiate')).toBeNull();
    expect(sign()).toBeNull();
  });

  it('sends nothing before it is asked, then counts how often the nonce is used', () => {
    const authenticator = new Authenticator({ username: 'user', password: 'secret' });
    expect(authenticator.authorize('OPTIONS', 'rtsp://h/')).toBeNull();
    authenticator.challenged([sha256]);
    const counts = [1, 2, 3].map(() => field(authenticator.authorize('PLAY', 'rtsp://h/')!, 'nc'));
    expect(counts).toEqual(['00000001', '00000002', '00000003']);
  });

  it('does not try a wrong password again', () => {
    const authenticator = new Authenticator({ username: 'user', password: 'wrong' });
    expect(authenticator.challenged([md5])).toBe(true);
    authenticator.authorize('DESCRIBE', 'rtsp://h/');
    expect(authenticator.challenged([md5.replace('one', 'three')])).toBe(false);
  });

  it('takes a new nonce when the old one is stale, said or not', () => {
    const authenticator = new Authenticator({ username: 'user', password: 'secret' });
    authenticator.challenged([md5]);
    expect(authenticator.challenged([`${md5.replace('one', 'three')}, stale=true`])).toBe(true);
    authenticator.authorize('DESCRIBE', 'rtsp://h/');
    authenticator.accepted();
    expect(authenticator.challenged([md5.replace('one', 'four')])).toBe(true);
    expect(authenticator.authorize('PLAY', 'rtsp://h/')).toMatch(/nonce="four"/);
  });

  it('has nothing to say without an account', () => {
    expect(new Authenticator({ username: '', password: '' }).challenged([md5])).toBe(false);
  });
});
