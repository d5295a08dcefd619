import { afterAll, beforeAll, expect, it } from 'vitest';
import type { GrantScope } from '#contract/grants.ts';
import { registrationRoutes } from '../../../server/features/accounts/registration-routes.ts';
import { Registrations } from '../../../server/features/accounts/registrations.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { openTestApp, PASSWORD, type TestApp } from '../../helpers/test-app.ts';

let base: TestDatabase;
let test: TestApp;
let root: string;
let isOpen = true;
const cookies = new Map<string, string>();
const inRegion = (id: string): GrantScope => ({ of: 'region', id });

beforeAll(async () => {
  base = await openTestDatabase();
  await base.db.query(`INSERT INTO region (id, code, name) VALUES
    ('east', '990100', '{"zh": "东", "en": "East"}'), ('west', '990200', '{"zh": "西", "en": "West"}')`);
  test = await openTestApp({
    db: base.db,
    routes: (app, { clock, halls: places, accounts }) => {
      registrationRoutes(app, {
        registrations: new Registrations({
          ...{ db: base.db, clock, places, accounts },
          get isOpen() {
            return isOpen;
          },
        }),
      });
    },
  });
  root = await test.cookieOf('administrator');
  for (const region of ['east', 'west']) {
    const person = { username: `${region}-admin`, displayName: region, password: PASSWORD };
    await test.accounts.add({ ...person, grants: [{ role: 'administrator', scope: inRegion(region) }] }, null);
    cookies.set(region, await test.signedIn(`${region}-admin`));
  }
});
afterAll(async () => {
  await test?.close();
  await base.close();
});

type Method = 'GET' | 'POST' | 'DELETE';
const call = async (method: Method, url: string, cookie = '', payload?: object) => {
  const answer = await test.app.inject({ method, url, headers: { cookie }, ...(payload && { payload }) });
  const body = answer.body === '' ? null : answer.json();
  return { status: answer.statusCode, body, code: body?.error?.code ?? null };
};
const ask = (username: string, regionCode = '990100') =>
  call('POST', '/api/registrations', '', {
    username,
    displayName: username,
    regionCode,
    note: 'tax',
    password: PASSWORD,
  });
const waiting = async (cookie: string) =>
  (await call('GET', '/api/registrations', cookie)).body.map(({ username }: { username: string }) => username);
const mayEnter = async (username: string) =>
  (await call('POST', '/api/session', '', { username, password: PASSWORD })).status === 200;

it('is seen where he works and by those who administer everything, and admitted with what is theirs to give', async () => {
  expect((await ask('li')).status).toBe(204);
  expect((await ask('wang', '123456')).status).toBe(204);
  expect([await waiting(root), await waiting(cookies.get('east')!), await waiting(cookies.get('west')!)]).toEqual([
    ...[['li', 'wang'], ['li'], []],
  ]);
  expect(await mayEnter('li')).toBe(false);
  const admit = (as: string, region: string) =>
    call('POST', '/api/registrations/li/admission', cookies.get(as)!, {
      grants: [{ role: 'supervisor', scope: inRegion(region) }],
    });
  expect((await admit('west', 'west')).code).toBe('NOT_FOUND');
  expect((await admit('east', 'west')).code).toBe('FORBIDDEN');
  expect((await admit('east', 'east')).status).toBe(201);
  expect(await mayEnter('li')).toBe(true);
  expect(await waiting(cookies.get('east')!)).toEqual([]);
});

it('tells nobody whether a name is taken, and is declined', async () => {
  const taken = await ask('east-admin');
  const again = [await ask('zhao'), await ask('zhao')];
  expect([taken, ...again].map(({ status, body }) => [status, body])).toEqual(Array(3).fill([204, null]));
  expect(await waiting(cookies.get('east')!)).toEqual(['zhao']);
  expect((await call('DELETE', '/api/registrations/zhao', cookies.get('west')!)).code).toBe('NOT_FOUND');
  expect((await call('DELETE', '/api/registrations/zhao', cookies.get('east')!)).status).toBe(204);
  expect(await waiting(root)).toEqual(['wang']);
  const rows = JSON.stringify(await base.db.query('SELECT * FROM account_registration'));
  expect(rows).toContain('argon2id');
  expect(rows).not.toContain(PASSWORD);
});

it('is closed where the settings do not open it', async () => {
  isOpen = false;
  expect((await call('GET', '/api/registration')).body).toEqual({ open: false });
  expect((await ask('late')).code).toBe('REGISTRATION_CLOSED');
});
