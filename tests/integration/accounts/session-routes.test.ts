import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#lib/logger.ts';
import { CONFIRMED_MS } from '../../../server/features/accounts/service.ts';
import { idOf } from '../../../server/features/accounts/sessions.ts';
import type { ManualClock } from '#lib/clock.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { openTestApp, PASSWORD, type TestApp } from '../../helpers/test-app.ts';

let base: TestDatabase;
let test: TestApp;
let logged: unknown[];

beforeAll(async () => {
  base = await openTestDatabase();
});
afterAll(() => base.close());
beforeEach(async () => {
  await base.db.query('TRUNCATE account CASCADE');
  logged = [];
  const log = Object.assign(Object.create(silentLogger) as typeof silentLogger, {
    warn: (...line: unknown[]) => void logged.push(...line),
  });
  test = await openTestApp({
    ...{ db: base.db, log },
    routes: (app) => {
      app.post('/api/irrevocable', { config: { needs: 'rule.manage', confirmed: true } }, () => ({ done: true }));
    },
  });
  return () => test.close();
});

const call = async (method: 'GET' | 'POST' | 'DELETE', url: string, cookie: string, payload?: object) => {
  const answer = await test.app.inject({
    ...{ method, url, headers: { cookie, 'user-agent': 'Firefox/140' } },
    ...(payload && { payload }),
  });
  return { status: answer.statusCode, body: answer.body === '' ? null : answer.json() };
};
const code = async (answer: ReturnType<typeof call>) => (await answer).body?.error?.code ?? null;
const sessionOf = (cookie: string) => idOf(cookie.split('=')[1]!);

describe('sessions', () => {
  it('are listed to their owner, who ends any of his own and none of others', async () => {
    const cookie = await test.cookieOf('supervisor');
    const elsewhere = await test.signedIn('supervisor');
    const other = await test.cookieOf('auditor');
    const list = (await call('GET', '/api/sessions', cookie)).body;
    expect(list).toHaveLength(2);
    expect(list.map(({ current }: { current: boolean }) => current).toSorted()).toEqual([false, true]);
    expect(list[0]).toMatchObject({ address: '127.0.0.1', agent: 'test' });
    expect(JSON.stringify(list)).not.toContain(cookie.split('=')[1]);

    const end = (id: string) => call('DELETE', `/api/sessions/${id}`, cookie);
    expect((await end(sessionOf(other))).status).toBe(404);
    expect((await end(sessionOf(elsewhere))).status).toBe(204);
    expect(await code(call('GET', '/api/session', elsewhere))).toBe('SIGN_IN_REQUIRED');
    expect((await call('GET', '/api/session', other)).status).toBe(200);
  });

  it('of others are seen and ended by whoever administers them, and what was opened with them ends', async () => {
    const root = await test.cookieOf('administrator');
    const supervisor = await test.cookieOf('supervisor');
    const owner = { account: 'supervisor', sessionId: sessionOf(supervisor) };
    expect(test.accounts.rightsOf(owner).may('camera.view')).toBe(true);
    expect((await call('GET', '/api/accounts/supervisor/sessions', root)).body).toHaveLength(1);
    expect(await code(call('GET', '/api/accounts/supervisor/sessions', supervisor))).toBe('FORBIDDEN');
    expect((await call('DELETE', '/api/accounts/supervisor/sessions', root)).status).toBe(204);
    expect(test.accounts.rightsOf(owner).may('camera.view')).toBe(false);
    expect(await code(call('GET', '/api/session', supervisor))).toBe('SIGN_IN_REQUIRED');
    expect((await call('GET', '/api/accounts/supervisor/sessions', root)).body).toEqual([]);
  });
});

describe('what cannot be called back', () => {
  it('asks again who it is when that was shown too long ago', async () => {
    const clock = test.clock as ManualClock;
    const cookie = await test.cookieOf('administrator');
    expect((await call('POST', '/api/irrevocable', cookie)).status).toBe(200);
    clock.advance(CONFIRMED_MS);
    expect(await code(call('POST', '/api/irrevocable', cookie))).toBe('CONFIRMATION_REQUIRED');
    expect((await call('GET', '/api/accounts', cookie)).status).toBe(200);
    const confirm = (password: string) => call('POST', '/api/session/confirmation', cookie, { password });
    expect(await code(confirm('wrong password'))).toBe('SIGN_IN_FAILED');
    expect(await code(call('POST', '/api/irrevocable', cookie))).toBe('CONFIRMATION_REQUIRED');
    expect((await confirm(PASSWORD)).status).toBe(204);
    expect((await call('POST', '/api/irrevocable', cookie)).status).toBe(200);
    // who may not do it is not asked for his password either
    clock.advance(CONFIRMED_MS);
    expect(await code(call('POST', '/api/irrevocable', await test.cookieOf('auditor')))).toBe('FORBIDDEN');
  });
});

describe('a burst of attempts', () => {
  it('that comes all at once has ten, and locks nobody out who comes from elsewhere', async () => {
    await test.cookieOf('supervisor');
    const attempt = (password: string, remoteAddress: string) =>
      test.app.inject({
        method: 'POST',
        url: '/api/session',
        payload: { username: 'supervisor', password },
        remoteAddress,
      });
    const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => attempt(`guess ${i}`, '192.0.2.1')));
    const statuses = answers.map(({ statusCode }) => statusCode);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(20);
    expect((await attempt(PASSWORD, '192.0.2.1')).statusCode).toBe(429);
    expect((await attempt(PASSWORD, '192.0.2.2')).statusCode).toBe(200);
  });
});

it('a password that was typed where the name belongs stands in no log', async () => {
  await test.cookieOf('supervisor');
  const payload = { username: 'my secret password', password: 'x' };
  expect(await code(call('POST', '/api/session', '', payload))).toBe('SIGN_IN_FAILED');
  expect(await code(call('POST', '/api/session', '', { username: 'supervisor', password: 'x' }))).toBe(
    'SIGN_IN_FAILED',
  );
  expect(JSON.stringify(logged)).not.toContain('secret');
  expect(logged).toContainEqual({ code: 'SIGN_IN_FAILED', username: 'supervisor' });
});

describe('passwords and many accounts at once', () => {
  const putOf = async (url: string, cookie: string, payload: object) => {
    const answer = await test.app.inject({ method: 'PUT', url, headers: { cookie }, payload });
    return { status: answer.statusCode, code: answer.body === '' ? null : answer.json().error?.code };
  };
  const mayEnter = async (username: string, password = PASSWORD) =>
    (await test.app.inject({ method: 'POST', url: '/api/session', payload: { username, password } })).statusCode ===
    200;

  it('one changes his own by the one he has, and is signed out elsewhere', async () => {
    const [here, there] = [await test.cookieOf('supervisor'), await test.signedIn('supervisor')];
    const next = 'a new long password';
    expect((await putOf('/api/session/password', here, { current: 'wrong', next })).code).toBe('SIGN_IN_FAILED');
    expect((await putOf('/api/session/password', here, { current: PASSWORD, next: 'short' })).code).toBe(
      'REQUEST_INVALID',
    );
    expect((await putOf('/api/session/password', here, { current: PASSWORD, next })).status).toBe(204);
    expect((await call('GET', '/api/session', here)).status).toBe(200);
    expect(await code(call('GET', '/api/session', there))).toBe('SIGN_IN_REQUIRED');
    expect([await mayEnter('supervisor'), await mayEnter('supervisor', next)]).toEqual([false, true]);
  });

  it('who has forgotten his gets a new one from whoever administers him', async () => {
    const [root, supervisor] = [await test.cookieOf('administrator'), await test.cookieOf('supervisor')];
    const next = 'a new long password';
    expect((await putOf('/api/accounts/administrator/password', supervisor, { next })).code).toBe('FORBIDDEN');
    expect((await putOf('/api/accounts/nobody/password', root, { next })).code).toBe('NOT_FOUND');
    expect((await putOf('/api/accounts/supervisor/password', root, { next })).status).toBe(204);
    expect(await code(call('GET', '/api/session', supervisor))).toBe('SIGN_IN_REQUIRED');
    expect(await mayEnter('supervisor', next)).toBe(true);
  });

  it('who is disabled is out at once, stays out over a restart, and keeps his grants', async () => {
    const [root, supervisor] = [await test.cookieOf('administrator'), await test.cookieOf('supervisor')];
    const set = (usernames: string[], disabled: boolean) =>
      putOf('/api/accounts/disabled', root, { usernames, disabled });
    expect((await set(['supervisor', 'nobody'], true)).code).toBe('NOT_FOUND');
    expect((await set(['supervisor', 'administrator'], true)).code).toBe('CONFLICT');
    expect(await mayEnter('supervisor')).toBe(true);
    expect((await set(['supervisor'], true)).status).toBe(204);
    expect(await code(call('GET', '/api/session', supervisor))).toBe('SIGN_IN_REQUIRED');
    expect(await mayEnter('supervisor')).toBe(false);
    expect(await test.accounts.whoMay('alert.handle', null)).not.toContainEqual(
      expect.objectContaining({ username: 'supervisor' }),
    );
    const again = await openTestApp({ db: base.db });
    expect(again.accounts.access.rightsOf('supervisor').may('hall.view')).toBe(false);
    await again.close();
    const listed = (await call('GET', '/api/accounts?search=supervisor', root)).body;
    expect(listed).toMatchObject([{ disabledAt: expect.any(String), grants: [{ role: 'supervisor' }] }]);
    expect((await set(['supervisor'], false)).status).toBe(204);
    expect(await mayEnter('supervisor')).toBe(true);
  });

  it('a table is taken row by row', async () => {
    const root = await test.cookieOf('administrator');
    const row = (username: string, rest: object = {}) => ({
      ...{ username, displayName: username, password: PASSWORD, grants: [] },
      ...rest,
    });
    const rows = [row('li'), row('LI'), row('li'), row('wang', { password: 'short' }), 7, row('zhao')];
    const answers = (await call('POST', '/api/accounts/import', root, rows)).body;
    expect(answers.map(({ refused }: { refused: { code: string } | null }) => refused?.code ?? null)).toEqual([
      ...[null, 'REQUEST_INVALID', 'CONFLICT', 'REQUEST_INVALID', 'REQUEST_INVALID', null],
    ]);
    expect(answers[2].refused.detail).toBe('li');
    const nowhere = [{ role: 'supervisor', scope: { of: 'region', id: 'nowhere' }, until: null }];
    const strange = (await call('POST', '/api/accounts/import', root, [row('sun', { grants: nowhere })])).body;
    expect(strange[0].refused).toEqual({ code: 'REQUEST_INVALID', detail: 'grants: no such region or hall' });
    expect([await mayEnter('li'), await mayEnter('zhao'), await mayEnter('wang')]).toEqual([true, true, false]);
  });
});
