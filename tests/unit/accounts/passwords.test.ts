import { describe, expect, it } from 'vitest';
import { hashPassword, PasswordCheck } from '../../../server/features/accounts/passwords.ts';

describe('passwords', () => {
  it('are kept as argon2id with the OWASP parameters and a salt of their own', async () => {
    const [one, two] = await Promise.all([hashPassword('the same'), hashPassword('the same')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(two);
  });

  it('match their own hash alone, and never for a name that does not exist', async () => {
    const check = new PasswordCheck();
    const stored = await hashPassword('right');
    expect(await check.matches(stored, 'right')).toBe(true);
    expect(await check.matches(stored, 'wrong')).toBe(false);
    expect(await check.matches(null, 'right')).toBe(false);
  });

  it('take as much work for a name that does not exist', async () => {
    const check = new PasswordCheck();
    const stored = await hashPassword('right');
    await check.matches(null, 'warm up');
    const time = async (hash: string | null) => {
      const spans: number[] = [];
      for (let i = 0; i < 5; i++) {
        const since = performance.now();
        await check.matches(hash, 'guess');
        spans.push(performance.now() - since);
      }
      return spans.sort((a, b) => a - b)[2]!;
    };
    const [known, unknown] = [await time(stored), await time(null)];
    // without the same work the second would take a hundredth of the first
    expect(unknown).toBeGreaterThan(known / 4);
  });
});
