import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { TokenGuard } from '../../../devices/simulators/camera/onvif/security.ts';
import { readSoap, SoapFault, writeFault, writeSoap } from '../../../devices/simulators/camera/onvif/soap.ts';

const account = { username: 'admin', password: 'Hall-2026' };
const now = Date.parse('2026-11-23T02:15:42Z');

function header({
  nonce = 'bm9uY2U=',
  created = new Date(now).toISOString(),
  password = account.password,
  kind = 'PasswordDigest',
} = {}) {
  const digest = createHash('sha1')
    .update(Buffer.from(nonce, 'base64'))
    .update(created + password)
    .digest('base64');
  const type = `http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#${kind}`;
  const token =
    `<wsse:Security xmlns:wsse="x"><wsse:UsernameToken><wsse:Username>admin</wsse:Username>` +
    `<wsse:Password Type="${type}">${digest}</wsse:Password><wsse:Nonce>${nonce}</wsse:Nonce>` +
    `<Created>${created}</Created></wsse:UsernameToken></wsse:Security>`;
  return readSoap(writeSoap('<tds:GetScopes/>', token)).header;
}

describe('WS-UsernameToken', () => {
  it('accepts a digest of nonce, time and password', () => {
    expect(() => new TokenGuard(() => now).verify(header(), account)).not.toThrow();
  });

  it.each([
    ['another password', header({ password: 'wrong' })],
    ['a password in clear text', header({ kind: 'PasswordText' })],
    ['a time over five minutes before the camera clock', header({ created: new Date(now - 301_000).toISOString() })],
    ['a time over five minutes after it', header({ created: new Date(now + 301_000).toISOString() })],
    ['no time', header({ created: '' })],
    ['nothing', {}],
  ])('refuses %s', (_, refused) => {
    expect(() => new TokenGuard(() => now).verify(refused, account)).toThrow(SoapFault);
  });

  it('measures time by the clock of the camera, however wrong that is', () => {
    const wrong = now - 86_400_000;
    const guard = new TokenGuard(() => wrong);
    expect(() => guard.verify(header({ created: new Date(wrong).toISOString() }), account)).not.toThrow();
    expect(() => guard.verify(header({ nonce: 'b3RoZXI=' }), account)).toThrow('Sender not authorized');
  });

  it('refuses a nonce that was used, but for the second in which some clients draw the same again', () => {
    let clock = now;
    const guard = new TokenGuard(() => clock);
    guard.verify(header(), account);
    clock += 1000;
    expect(() => guard.verify(header(), account)).not.toThrow();
    clock += 1000;
    expect(() => guard.verify(header(), account)).toThrow('Sender not authorized');
    expect(() => guard.verify(header({ nonce: 'b3RoZXI=' }), account)).not.toThrow();
  });
});

describe('SOAP', () => {
  it('keeps digits as they were written', () => {
    const { body } = readSoap(writeSoap('<trt:GetProfile><trt:ProfileToken>000</trt:ProfileToken></trt:GetProfile>'));
    expect(body.ProfileToken).toBe('000');
  });

  it.each(['', 'hello', '<a/>', '<env:Envelope>', writeSoap('')])('faults what is no request: %s', (text) => {
    expect(() => readSoap(text)).toThrow(SoapFault);
  });

  it('writes fault codes one inside the other, and escapes the reason', () => {
    const xml = writeFault(new SoapFault('Sender', ['ter:InvalidArgVal', 'ter:NoProfile'], 'no <profile>'));
    expect(xml).toContain(
      '<env:Value>env:Sender</env:Value><env:Subcode><env:Value>ter:InvalidArgVal</env:Value><env:Subcode><env:Value>ter:NoProfile',
    );
    expect(xml).toContain('no &lt;profile&gt;');
  });
});
