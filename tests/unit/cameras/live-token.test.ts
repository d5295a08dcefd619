import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { LIVE_TOKEN_MS, LiveTokens } from '../../../server/features/cameras/live-token.ts';

const secret = randomBytes(32);
const grant = { cameraId: 'sw-07', role: 'sub', account: 'li.wei', sessionId: 'a1' } as const;

describe('a live token', () => {
  it('opens for its half minute what it was issued for', () => {
    const clock = new ManualClock(Date.UTC(2026, 0, 1));
    const tokens = new LiveTokens({ secret, clock });
    const { token, expiresAt } = tokens.issue(grant);
    expect(expiresAt).toBe('2026-01-01T00:00:30.000Z');
    clock.advance(LIVE_TOKEN_MS - 1);
    expect(tokens.read(token)).toEqual(grant);
    clock.advance(1);
    expect(tokens.read(token)).toBeNull();
  });

  it('opens nothing after a change of any letter', () => {
    const tokens = new LiveTokens({ secret, clock: new ManualClock(0) });
    const { token } = tokens.issue(grant);
    const bytes = (text: string) =>
      text
        .split('.')
        .map((part) => Buffer.from(part, 'base64url').toString('hex'))
        .join('.');
    for (let i = 0; i < token.length; i += 1) {
      const altered = token.slice(0, i) + (token[i] === 'A' ? 'B' : 'A') + token.slice(i + 1);
      // the last letter of a part carries bits that mean nothing: the same bytes are the same token
      const same =
        token[i] === '.' ? false : bytes(altered) === bytes(token) && altered.split('.')[0] === token.split('.')[0];
      expect(tokens.read(altered), altered).toEqual(same ? grant : null);
    }
  });

  it('opens nothing under another secret', () => {
    const clock = new ManualClock(0);
    const { token } = new LiveTokens({ secret, clock }).issue(grant);
    expect(new LiveTokens({ secret: randomBytes(32), clock }).read(token)).toBeNull();
  });

  it.each(['', '.', 'a', 'a.b', 'a.b.c', `${'a'.repeat(5000)}.b`, '\u0000.\u0000'])('%j opens nothing', (token) => {
    expect(new LiveTokens({ secret, clock: new ManualClock(0) }).read(token)).toBeNull();
  });
});
