import { describe, expect, it } from 'vitest';
import { makeSetupCode, SetupCode } from '../../../server/features/accounts/setup-code.ts';

describe('setup code', () => {
  it('has 130 bits in readable groups, and is never the same', () => {
    const codes = Array.from({ length: 50 }, makeSetupCode);
    for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{6}$/);
    expect(new Set(codes).size).toBe(50);
  });

  it('forgives how it is typed, and nothing else', () => {
    const code = new SetupCode('AB0C1-DEF');
    for (const typed of ['AB0C1-DEF', 'ab0c1def', ' AB0C1 DEF ', 'aboc l def', 'ABOCIDEF']) {
      expect(code.matches(typed), typed).toBe(true);
    }
    for (const typed of ['', 'AB0C1-DE', 'AB0C1-DEG', 'AB0C1-DEFF']) expect(code.matches(typed), typed).toBe(false);
  });
});
