import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ManualClock } from '#lib/clock.ts';
import { ERRAND_MS } from '../../../server/features/accounts/identity/errands.ts';
import { CONFIRMED_MS } from '../../../server/features/accounts/service.ts';
import { totpCode, totpStep } from '../../../server/features/accounts/totp.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { CLIENT, ScriptedProvider, type ProviderOddities } from '../../helpers/scripted-provider.ts';
import { openTestApp, type TestApp } from '../../helpers/test-app.ts';

const AT = '/api/session/provider';
const HOST = 'hallwatch.example';

let base: TestDatabase;
let provider: ScriptedProvider;
let test: TestApp;
let clock: ManualClock;

beforeAll(async () => {
  [base, provider] = await Promise.all([openTestDatabase(), new ScriptedProvider().start()]);
});
afterAll(async () => {
  await provider.stop();
  await base.close();
});
beforeEach(async () => {
  await base.db.query('TRUNCATE account, identity_provider CASCADE');
  provider.oddities = {};
  test = await openTestApp({ db: base.db });
  clock = test.clock as ManualClock;
  provider.now = () => Math.floor(clock.now() / 1000);
  return () => test.close();
});

/** A browser: it keeps the cookies that it is given. */
class Browser {
  readonly cookies = new Map<string, string>();

  constructor(cookie = '') {
    const [name, value] = cookie.split('=');
    if (name && value) this.cookies.set(name, value);
  }

  async call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, payload?: object) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { cookie, host: HOST, origin: `http://${HOST}` };
    const answer = await test.app.inject({ method, url, headers, ...(payload && { payload }) });
    for (const { name, value } of answer.cookies) {
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const body = answer.body === '' ? null : answer.json();
    return { status: answer.statusCode, body, code: body?.error?.code ?? null };
  }

  async away(errand = 'sign-in'): Promise<string> {
    return (await this.call('POST', `${AT}/${errand}`, { next: '/map' })).body.url;
  }

  back(query: string, errand = 'sign-in') {
    return this.call('POST', `${AT}/${errand}/return`, { query });
  }

  /** Goes there and comes back as this person. */
  async signIn(person: { sub: string } & Record<string, unknown>) {
    return this.back(provider.comeBack(await this.away(), person));
  }
}

const byClaim = { by: 'claim', claim: 'employee' };
async function setUp(change: object = {}): Promise<Browser> {
  const root = new Browser(await test.cookieOf('administrator'));
  const settings = {
    ...{ name: { zh: '市统一身份认证', en: 'City identity' }, issuer: provider.issuer, clientId: CLIENT.id },
    ...{ secret: CLIENT.secret, scope: 'profile', linking: byClaim, secondFactor: 'provider', acr: null },
    ...{ signsOut: true, enabled: true },
    ...change,
  };
  expect((await root.call('PUT', '/api/identity-provider', settings)).status).toBe(200);
  await test.cookieOf('supervisor');
  return root;
}
const li = { sub: 'u-4711', employee: 'supervisor' };

describe('signing in', () => {
  it('by the code flow with PKCE, state and nonce, and out of both', async () => {
    await setUp();
    const browser = new Browser();
    expect((await browser.call('GET', AT)).body.provider.name.en).toBe('City identity');
    const away = new URL(await browser.away());
    expect(Object.fromEntries(away.searchParams)).toMatchObject({
      ...{ response_type: 'code', client_id: CLIENT.id, redirect_uri: `http://${HOST}/sign-in/provider` },
      ...{ scope: 'openid profile', code_challenge_method: 'S256', state: expect.stringMatching(/^sign-in\.\S{43}$/) },
      nonce: expect.stringMatching(/^\S{43}$/),
    });
    const entered = await browser.back(provider.comeBack(away.href, li));
    expect(entered).toMatchObject({ status: 200, body: { account: { username: 'supervisor' }, next: '/map' } });
    expect((await browser.call('GET', '/api/session')).body.account.username).toBe('supervisor');
    const out = await browser.call('DELETE', '/api/session');
    expect(out.body.goOnAt).toBe(
      `${provider.issuer}/end?post_logout_redirect_uri=${encodeURIComponent(`http://${HOST}/sign-in`)}&client_id=hallwatch`,
    );
    expect((await browser.call('GET', '/api/session')).status).toBe(401);
    // whoever came by password is not sent there
    expect((await new Browser(await test.cookieOf('auditor')).call('DELETE', '/api/session')).body.goOnAt).toBeNull();
  });

  it('by a claim that only the user info tells', async () => {
    await setUp();
    provider.oddities = { userInfo: { employee: 'supervisor' } };
    expect((await new Browser().signIn({ sub: 'u-1' })).status).toBe(200);
    provider.oddities = { userInfo: { sub: 'somebody else', employee: 'administrator' } };
    expect((await new Browser().signIn({ sub: 'u-2' })).code).toBe('IDENTITY_REFUSED');
  });

  it('goes on over a change of the keys of the provider', async () => {
    await setUp();
    expect((await new Browser().signIn(li)).status).toBe(200);
    provider.rotate();
    expect((await new Browser().signIn(li)).status).toBe(200);
  });

  const hour = 3600;
  const lies: [string, ProviderOddities | (() => ProviderOddities)][] = [
    ['another issuer', { claims: { iss: 'http://127.0.0.1:1' } }],
    ['another audience', { claims: { aud: 'somebody-else' } }],
    ['several audiences, made for another', { claims: { aud: [CLIENT.id, 'x'], azp: 'x' } }],
    ['a nonce of another sign-in', { claims: { nonce: 'stale' } }],
    ['no nonce', { claims: { nonce: undefined } }],
    ['run out', () => ({ claims: { exp: provider.now() - 60 } })],
    ['not yet good', () => ({ claims: { nbf: provider.now() + hour } })],
    ['no subject', { claims: { sub: undefined } }],
    ['a key that the provider does not tell of', { foreignKey: true }],
    ['no signature', { unsigned: true }],
    ['a signature by what everybody knows', { header: { alg: 'HS256' } }],
  ];
  it('is refused where the ID token has a fault, and each time alike', async () => {
    await setUp();
    for (const [fault, lie] of lies) {
      provider.oddities = typeof lie === 'function' ? lie() : lie;
      const browser = new Browser();
      const answer = await browser.signIn(li);
      expect.soft([answer.status, answer.body], fault).toMatchObject([401, { error: { code: 'IDENTITY_REFUSED' } }]);
      expect.soft(answer.body.error.details, fault).toBeUndefined();
      expect.soft((await browser.call('GET', '/api/session')).status, fault).toBe(401);
    }
    expect(await base.db.query('SELECT FROM account_identity')).toEqual([]);
    provider.oddities = {};
    expect((await new Browser().signIn(li)).status).toBe(200);
  });

  it('is refused where it was begun elsewhere, is played again, or took too long', async () => {
    await setUp();
    const [mine, other] = [new Browser(), new Browser()];
    await mine.away();
    const foreign = provider.comeBack(await other.away(), li);
    expect((await mine.back(foreign)).code).toBe('IDENTITY_REFUSED');
    expect((await new Browser().back(foreign)).code).toBe('IDENTITY_REFUSED');
    // the code itself was not used up by that
    const kept = new Map(other.cookies);
    expect((await other.back(foreign)).status).toBe(200);
    const again = new Browser();
    for (const [name, value] of kept) again.cookies.set(name, value);
    expect((await again.back(foreign)).code).toBe('IDENTITY_REFUSED');
    const slow = new Browser();
    const query = provider.comeBack(await slow.away(), li);
    clock.advance(ERRAND_MS);
    expect((await slow.back(query)).code).toBe('IDENTITY_REFUSED');
    const refused = new Browser();
    const state = new URL(await refused.away()).searchParams.get('state')!;
    expect((await refused.back(`error=access_denied&state=${state}&iss=${provider.issuer}`)).code).toBe(
      'IDENTITY_REFUSED',
    );
  });

  it('goes on at a path of ours alone', async () => {
    await setUp();
    for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example']) {
      expect((await new Browser().call('POST', `${AT}/sign-in`, { next })).code).toBe('REQUEST_INVALID');
    }
  });
});

describe('an account is bound to one subject', () => {
  it('and another who is told to be the same stays out', async () => {
    await setUp();
    expect((await new Browser().signIn(li)).status).toBe(200);
    const stranger = await new Browser().signIn({ sub: 'u-9', employee: 'supervisor' });
    expect([stranger.code, stranger.body.error.details]).toEqual(['IDENTITY_UNKNOWN', { subject: 'u-9' }]);
    // the subject counts, whatever the claim says by now
    const moved = await new Browser().signIn({ ...li, employee: 'auditor' });
    expect(moved.body.account.username).toBe('supervisor');
  });

  it('never by the rule, where it administers everything; nor by what people choose themselves', async () => {
    const root = await setUp();
    expect((await new Browser().signIn({ sub: 'u-1', employee: 'administrator' })).code).toBe('IDENTITY_UNKNOWN');
    expect((await new Browser().signIn({ sub: 'u-1', employee: 'nobody' })).code).toBe('IDENTITY_UNKNOWN');
    expect((await new Browser().signIn({ sub: 'u-1' })).code).toBe('IDENTITY_UNKNOWN');
    for (const claim of ['email', 'name', 'phone_number']) {
      const { body } = await root.call('GET', '/api/identity-provider');
      const change = { ...body.provider, linking: { by: 'claim', claim } };
      expect((await root.call('PUT', '/api/identity-provider', change)).code).toBe('REQUEST_INVALID');
    }
  });

  it('by hand: by himself while he is signed in, or by an administrator', async () => {
    const root = await setUp({ linking: { by: 'hand' } });
    expect((await new Browser().signIn(li)).code).toBe('IDENTITY_UNKNOWN');
    const own = new Browser(await test.cookieOf('supervisor'));
    expect((await own.back(provider.comeBack(await own.away('link'), li), 'link')).status).toBe(204);
    expect((await own.call('GET', `${AT}/link`)).body.link).toMatchObject({ subject: li.sub, linkedBy: 'supervisor' });
    expect((await new Browser().signIn(li)).body.account.username).toBe('supervisor');
    // the same subject is not bound twice
    const auditor = new Browser(await test.cookieOf('auditor'));
    expect((await auditor.back(provider.comeBack(await auditor.away('link'), li), 'link')).code).toBe('CONFLICT');
    expect((await root.call('PUT', '/api/accounts/auditor/identity', { subject: 'u-5' })).status).toBe(200);
    expect((await new Browser().signIn({ sub: 'u-5' })).body.account.username).toBe('auditor');
    expect((await root.call('PUT', '/api/accounts/auditor/identity', { subject: li.sub })).code).toBe('CONFLICT');
    expect((await root.call('DELETE', '/api/accounts/supervisor/identity')).status).toBe(204);
    expect((await new Browser().signIn(li)).code).toBe('IDENTITY_UNKNOWN');
    // what was begun for one thing finishes no other
    const query = provider.comeBack(await auditor.away('link'), { sub: 'u-6' });
    expect((await auditor.back(query, 'sign-in')).code).toBe('IDENTITY_REFUSED');
  });

  it('and is out where it is disabled', async () => {
    const root = await setUp();
    expect((await new Browser().signIn(li)).status).toBe(200);
    await root.call('PUT', '/api/accounts/disabled', { usernames: ['supervisor'], disabled: true });
    expect((await new Browser().signIn(li)).code).toBe('IDENTITY_REFUSED');
  });
});

describe('the second factor', () => {
  async function authenticatorOf(cookie: string): Promise<(steps?: number) => string> {
    const own = new Browser(cookie);
    const { uri } = (await own.call('POST', '/api/session/totp', {})).body;
    const shown = new URL(uri).searchParams.get('secret')!;
    const bits = [...shown].map((each) =>
      'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(each).toString(2).padStart(5, '0'),
    );
    const secret = Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((eight) => parseInt(eight, 2)));
    const code = (steps = 0) => totpCode(secret, totpStep(clock.now()) + steps);
    expect((await own.call('POST', '/api/session/totp/confirmation', { code: code() })).status).toBe(200);
    return code;
  }

  it('is asked for here, where the house says so', async () => {
    await setUp({ secondFactor: 'here' });
    const code = await authenticatorOf(await test.cookieOf('supervisor'));
    const browser = new Browser();
    expect((await browser.signIn(li)).code).toBe('SECOND_FACTOR_REQUIRED');
    expect((await browser.call('GET', '/api/session')).status).toBe(401);
    expect((await browser.call('POST', `${AT}/sign-in/code`, { code: '000000' })).code).toBe('SECOND_FACTOR_WRONG');
    const entered = await browser.call('POST', `${AT}/sign-in/code`, { code: code(1) });
    expect(entered.body).toMatchObject({ account: { username: 'supervisor' }, next: '/map' });
    expect((await new Browser().call('POST', `${AT}/sign-in/code`, { code: code(1) })).code).toBe('IDENTITY_REFUSED');
  });

  it('is the matter of the provider, where the house says so, and may have to be shown', async () => {
    await setUp({ acr: 'urn:two-factors' });
    await authenticatorOf(await test.cookieOf('supervisor'));
    const browser = new Browser();
    expect(new URL(await browser.away()).searchParams.get('acr_values')).toBe('urn:two-factors');
    expect((await browser.signIn(li)).code).toBe('IDENTITY_REFUSED');
    expect((await browser.signIn({ ...li, acr: 'urn:two-factors' })).status).toBe(200);
  });
});

describe('showing again that it is he', () => {
  it('is signing in at the provider just now, as the same', async () => {
    await setUp();
    const browser = new Browser();
    await browser.signIn(li);
    clock.advance(CONFIRMED_MS);
    const link = () => browser.call('POST', `${AT}/link`, {});
    expect((await link()).code).toBe('CONFIRMATION_REQUIRED');
    const confirm = async (person: Record<string, unknown> & { sub: string }) => {
      const away = await browser.away('confirmation');
      expect(new URL(away).searchParams.get('prompt')).toBe('login');
      return browser.back(provider.comeBack(away, person), 'confirmation');
    };
    expect((await confirm({ sub: 'u-9' })).code).toBe('IDENTITY_REFUSED');
    expect((await confirm({ ...li, auth_time: provider.now() - 3600 })).code).toBe('IDENTITY_REFUSED');
    expect((await link()).code).toBe('CONFIRMATION_REQUIRED');
    expect((await confirm(li)).status).toBe(204);
    expect((await link()).status).toBe(200);
  });
});

describe('the settings', () => {
  it('keep the secret sealed, and forget it with the issuer', async () => {
    const root = await setUp();
    const [row] = await base.db.query<{ secret_sealed: Buffer }>('SELECT secret_sealed FROM identity_provider');
    expect(row!.secret_sealed.toString('latin1')).not.toContain('client-secret');
    const { provider: shown } = (await root.call('GET', '/api/identity-provider')).body;
    expect([shown.hasSecret, shown.secret]).toEqual([true, undefined]);
    expect((await root.call('PUT', '/api/identity-provider', shown)).body.hasSecret).toBe(true);
    const elsewhere = { ...shown, issuer: 'https://id.example' };
    expect((await root.call('PUT', '/api/identity-provider', elsewhere)).body.hasSecret).toBe(false);
    expect((await root.call('DELETE', '/api/identity-provider')).status).toBe(204);
    expect((await root.call('GET', AT)).body.provider).toBeNull();
    expect((await new Browser().call('POST', `${AT}/sign-in`, {})).code).toBe('NOT_FOUND');
  });

  it('name a provider that says what it is, in a network that was named', async () => {
    const root = await setUp();
    const { provider: settings } = (await root.call('GET', '/api/identity-provider')).body;
    const look = (issuer: string) => root.call('POST', '/api/identity-provider/look', { ...settings, issuer });
    expect((await look(provider.issuer)).body).toEqual({
      authorizationEndpoint: `${provider.issuer}/auth`,
      endsSessions: true,
    });
    provider.oddities = { discovery: { issuer: 'https://other.example' } };
    expect((await look(provider.issuer)).code).toBe('IDENTITY_PROVIDER_UNREACHABLE');
    for (const inside of [
      'https://169.254.169.254',
      'https://10.0.0.1',
      'https://[::ffff:a9fe:a9fe]',
      'https://[::1]',
    ]) {
      expect.soft((await look(inside)).body.error, inside).toMatchObject({
        code: 'IDENTITY_PROVIDER_UNREACHABLE',
        details: expect.stringContaining('HALLWATCH_IDENTITY_NETWORKS'),
      });
    }
    for (const unfit of ['http://id.example', 'ftp://id.example', 'https://id.example/?a=1', 'https://me@id.example']) {
      expect.soft((await look(unfit)).code, unfit).toBe('REQUEST_INVALID');
    }
  });
});
