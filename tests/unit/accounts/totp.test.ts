import { describe, expect, it } from 'vitest';
import { base32, matchingStep, totpCode, totpStep, totpUri } from '../../../server/features/accounts/totp.ts';

const secret = Buffer.from('12345678901234567890');

describe('TOTP', () => {
  it('gives the codes of RFC 6238, appendix B', () => {
    const at = (seconds: number) => totpCode(secret, totpStep(seconds * 1000));
    expect([59, 1111111109, 1111111111, 1234567890, 2000000000].map(at)).toEqual([
      ...['287082', '081804', '050471', '005924', '279037'],
    ]);
  });

  it('takes the code of now, of half a minute before and after, and of no other time', () => {
    const now = 1_234_567_890_000;
    const matches = (steps: number) => matchingStep(secret, totpCode(secret, totpStep(now) + steps), now, 0);
    expect([-2, -1, 0, 1, 2].map((steps) => matches(steps) !== null)).toEqual([false, true, true, true, false]);
  });

  it('opens once: neither the code again nor an earlier one', () => {
    const now = 1_234_567_890_000;
    const used = matchingStep(secret, totpCode(secret, totpStep(now)), now, 0)!;
    expect(matchingStep(secret, totpCode(secret, totpStep(now)), now, used)).toBeNull();
    expect(matchingStep(secret, totpCode(secret, totpStep(now) - 1), now, used)).toBeNull();
    expect(matchingStep(secret, totpCode(secret, totpStep(now) + 1), now, used)).toBe(used + 1);
  });

  it('is typed in base 32 (RFC 4648, 10)', () => {
    const texts = ['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar'];
    expect(texts.map((text) => base32(Buffer.from(text)))).toEqual([
      ...['', 'MY', 'MZXQ', 'MZXW6', 'MZXW6YQ', 'MZXW6YTB', 'MZXW6YTBOI'],
    ]);
    expect(totpUri('li', secret)).toBe(`otpauth://totp/Hallwatch%3Ali?secret=${base32(secret)}&issuer=Hallwatch`);
  });
});
