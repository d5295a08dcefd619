import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ManualClock } from '#lib/clock.ts';
import { totpCode, totpStep } from '../../../server/features/accounts/totp.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { SoftwareAuthenticator, type Oddities } from '../../helpers/software-authenticator.ts';
import { openTestApp, PASSWORD, type TestApp } from '../../helpers/test-app.ts';

const site = { origin: 'http://localhost:80', rpId: 'localhost' };

let base: TestDatabase;
let test: TestApp;
let clock: ManualClock;
let cookie: string;

beforeAll(async () => {
  base = await openTestDatabase();
});
afterAll(() => base.close());
beforeEach(async () => {
  await base.db.query('TRUNCATE account CASCADE');
  test = await openTestApp({ db: base.db });
  clock = test.clock as ManualClock;
  cookie = await test.cookieOf('supervisor');
  return () => test.close();
});

type Method = 'GET' | 'POST' | 'DELETE';
const call = async (method: Method, url: string, payload?: object, as = cookie) => {
  const headers = { cookie: as, host: 'localhost:80' };
  const answer = await test.app.inject({ method, url, headers, ...(payload && { payload }) });
  const body = answer.body === '' ? null : answer.json();
  return { status: answer.statusCode, body, code: body?.error?.code ?? null };
};
const signIn = async (code?: string) =>
  (await call('POST', '/api/session', { username: 'supervisor', password: PASSWORD, code }, '')).code;

/** RFC 4648, 6. */
function bytesOf(base32: string): Buffer {
  const bits = [...base32].map((each) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(each).toString(2).padStart(5, '0'));
  return Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((eight) => parseInt(eight, 2)));
}

describe('codes of an authenticator', () => {
  async function turnOn(): Promise<{ code: (steps?: number) => string; recoveryCodes: string[] }> {
    const { secret } = (await call('POST', '/api/session/totp', {})).body as { secret: string };
    const code = (steps = 0) => totpCode(bytesOf(secret), totpStep(clock.now()) + steps);
    const { recoveryCodes } = (await call('POST', '/api/session/totp/confirmation', { code: code() })).body;
    return { code, recoveryCodes };
  }

  it('are asked for once a first one was right, and each opens once', async () => {
    await call('POST', '/api/session/totp', {});
    expect(await signIn()).toBeNull();
    expect((await call('POST', '/api/session/totp/confirmation', { code: '000000' })).code).toBe('SECOND_FACTOR_WRONG');
    const { code } = await turnOn();
    expect(await signIn()).toBe('SECOND_FACTOR_REQUIRED');
    expect(await signIn(code())).toBe('SECOND_FACTOR_WRONG');
    clock.advance(30_000);
    expect(await signIn(code())).toBeNull();
    expect(await signIn(code())).toBe('SECOND_FACTOR_WRONG');
    clock.advance(60_000);
    const both = await Promise.all([signIn(code()), signIn(code())]);
    expect(both.toSorted()).toEqual(['SECOND_FACTOR_WRONG', null]);
    expect((await call('POST', '/api/session/totp', {})).code).toBe('CONFLICT');
  });

  it('tell nobody without the password that there are any', async () => {
    await turnOn();
    const wrong = { username: 'supervisor', password: 'wrong password' };
    expect((await call('POST', '/api/session', wrong, '')).code).toBe('SIGN_IN_FAILED');
  });

  it('have recovery codes beside them, and end by their owner or by who administers him', async () => {
    const { recoveryCodes } = await turnOn();
    expect(recoveryCodes).toHaveLength(10);
    expect(await signIn(recoveryCodes[0])).toBeNull();
    expect(await signIn(recoveryCodes[0])).toBe('SECOND_FACTOR_WRONG');
    expect(await signIn(recoveryCodes[1]!.toLowerCase())).toBeNull();
    expect((await call('GET', '/api/session/factors')).body).toMatchObject({ totp: true, recoveryCodes: 8 });
    const root = await test.cookieOf('administrator');
    const reset = (as: string) => call('DELETE', '/api/accounts/supervisor/factors', undefined, as);
    expect((await reset(cookie)).code).toBe('FORBIDDEN');
    expect((await reset(root)).status).toBe(204);
    expect(await signIn()).toBeNull();
    await turnOn();
    expect((await call('DELETE', '/api/session/totp')).status).toBe(204);
    expect(await signIn()).toBeNull();
  });

  it('are kept sealed', async () => {
    const { secret } = (await call('POST', '/api/session/totp', {})).body as { secret: string };
    const rows = JSON.stringify(
      await base.db.query('SELECT encode(secret_sealed, $1) AS sealed FROM account_totp', ['hex']),
    );
    expect(rows).not.toContain(bytesOf(secret).toString('hex'));
    expect(rows).not.toContain(Buffer.from(bytesOf(secret).toString('hex')).toString('hex'));
  });
});

describe('a passkey', () => {
  const challengeOf = async (url: string) => (await call('POST', url, {})).body.challenge as string;
  const enter = async (device: SoftwareAuthenticator, odd: Oddities = {}, challenge?: string) => {
    const asked = challenge ?? (await challengeOf('/api/session/passkey/challenge'));
    return call('POST', '/api/session/passkey', device.use(asked, site, odd), '');
  };

  async function added(odd: Oddities = {}) {
    const device = new SoftwareAuthenticator();
    const challenge = await challengeOf('/api/session/passkeys/challenge');
    const answer = await call('POST', '/api/session/passkeys', device.create(challenge, site, odd));
    return { device, answer, challenge };
  }

  it('is added by its owner and signs him in, until he removes it', async () => {
    const { device, answer } = await added();
    expect(answer.status).toBe(204);
    expect((await enter(device)).body).toMatchObject({ account: { username: 'supervisor' } });
    const [passkey] = (await call('GET', '/api/session/factors')).body.passkeys;
    expect(passkey).toMatchObject({ name: 'test', lastUsedAt: expect.any(String) });
    expect((await call('DELETE', `/api/session/passkeys/${passkey.id}`)).status).toBe(204);
    expect((await enter(device)).code).toBe('PASSKEY_REFUSED');
  });

  it('is refused from another site, for another site, without its user, and with a challenge that is not ours or was used', async () => {
    for (const odd of [{ origin: 'https://evil.example' }, { rpId: 'evil.example' }, { flags: 0x01 }]) {
      expect((await added(odd)).answer.code).toBe('PASSKEY_REFUSED');
    }
    const { device, challenge } = await added();
    const again = new SoftwareAuthenticator().create(challenge, site);
    expect((await call('POST', '/api/session/passkeys', again)).code).toBe('PASSKEY_REFUSED');
    const odd: Oddities[] = [
      { origin: 'https://evil.example' },
      { rpId: 'evil.example' },
      { flags: 0x01 },
      { flags: 0x04 },
      { type: 'webauthn.create' },
    ];
    for (const each of odd) expect((await enter(device, each)).code).toBe('PASSKEY_REFUSED');
    for (const each of ['', 'bm90IG91cnM']) expect((await enter(device, {}, each)).code).toBe('PASSKEY_REFUSED');
    const asked = await challengeOf('/api/session/passkey/challenge');
    expect((await enter(device, {}, asked)).status).toBe(200);
    expect((await enter(device, {}, asked)).code).toBe('PASSKEY_REFUSED');
    const late = await challengeOf('/api/session/passkey/challenge');
    clock.advance(5 * 60_000);
    expect((await enter(device, {}, late)).code).toBe('PASSKEY_REFUSED');
  });

  it('is refused when what was signed is altered, and when a copy of it counts behind', async () => {
    const { device } = await added();
    const asked = await challengeOf('/api/session/passkey/challenge');
    const signed = device.use(asked, site);
    const data = Buffer.from(signed.authenticatorData, 'base64url');
    data[36]! ^= 1;
    const altered = { ...signed, authenticatorData: data.toString('base64url') };
    expect((await call('POST', '/api/session/passkey', altered, '')).code).toBe('PASSKEY_REFUSED');
    expect((await enter(device)).status).toBe(200);
    device.count = 0;
    expect((await enter(device)).code).toBe('PASSKEY_REFUSED');
  });
});
