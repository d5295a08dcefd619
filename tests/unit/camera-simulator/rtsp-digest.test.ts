import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { DigestGuard } from '../../../devices/simulators/camera/rtsp/digest.ts';

const account = { username: 'admin', password: 'Hall-2026' };
const uri = 'rtsp://127.0.0.1/w07/sub';
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

let clock: ManualClock;
let guard: DigestGuard;
let nonce: string;

function answer({ password = account.password, count = 1, method = 'DESCRIBE' } = {}): string {
  const secret = md5(`admin:IP Camera:${password}`);
  const nc = count.toString(16).padStart(8, '0');
  const response = md5(`${secret}:${nonce}:${nc}:c1:auth:${md5(`${method}:${uri}`)}`);
  return `Digest username="admin", realm="IP Camera", nonce="${nonce}", uri="${uri}", qop=auth, nc=${nc}, cnonce="c1", response="${response}"`;
}

function oldAnswer(): string {
  const response = md5(`${md5('admin:IP Camera:Hall-2026')}:${nonce}:${md5(`DESCRIBE:${uri}`)}`);
  return `Digest username="admin", realm="IP Camera", nonce="${nonce}", uri="${uri}", response="${response}"`;
}

const nonceOf = (challenge: string) => /nonce="([^"]+)"/.exec(challenge)![1]!;

beforeEach(() => {
  clock = new ManualClock(0);
  guard = new DigestGuard(clock);
  nonce = nonceOf(guard.challenge(false));
});

describe('digest authentication', () => {
  it('accepts the right password with qop=auth, and without, as old clients do', () => {
    expect(guard.check('DESCRIBE', answer(), account)).toBe('accepted');
    expect(guard.check('DESCRIBE', oldAnswer(), account)).toBe('accepted');
  });

  it('refuses another password, another method, nothing and another scheme', () => {
    expect(guard.check('DESCRIBE', answer({ password: 'wrong' }), account)).toBe('refused');
    expect(guard.check('PLAY', answer(), account)).toBe('refused');
    expect(guard.check('DESCRIBE', undefined, account)).toBe('refused');
    expect(guard.check('DESCRIBE', `Basic ${btoa('admin:Hall-2026')}`, account)).toBe('refused');
  });

  it('calls the right password under an old nonce stale, and accepts it under the next', () => {
    clock.advance(300_001);
    expect(guard.check('DESCRIBE', answer(), account)).toBe('stale');
    const challenge = guard.challenge(true);
    expect(challenge).toContain('stale=TRUE');
    nonce = nonceOf(challenge);
    expect(guard.check('DESCRIBE', answer(), account)).toBe('accepted');
  });

  it('does not take the same answer twice', () => {
    expect(guard.check('DESCRIBE', answer(), account)).toBe('accepted');
    expect(guard.check('DESCRIBE', answer(), account)).toBe('stale');
    expect(guard.check('DESCRIBE', answer({ count: 2 }), account)).toBe('accepted');
  });
});
