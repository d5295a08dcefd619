import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GrantedAccount } from '#contract/accounts.ts';
import type { GrantScope } from '#contract/grants.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { openTestApp, PASSWORD, type TestApp } from '../../helpers/test-app.ts';

const inRegion = (id: string): GrantScope => ({ of: 'region', id });
const person = (username: string, grants: object[]) => ({
  username,
  displayName: username,
  password: PASSWORD,
  grants,
});

describe('grants over HTTP', () => {
  let base: TestDatabase;
  let test: TestApp;
  let root: string;
  let east: string;

  beforeAll(async () => {
    base = await openTestDatabase();
    await base.db.query(`INSERT INTO region (id, code, name) VALUES
      ('east', '990100', '{"zh": "东", "en": "East"}'), ('west', '990200', '{"zh": "西", "en": "West"}')`);
    await base.db.query(`INSERT INTO hall (id, region_id, name) VALUES
      ('e1', 'east', '{"zh": "东", "en": "East"}'), ('w1', 'west', '{"zh": "西", "en": "West"}')`);
    test = await openTestApp({ db: base.db });
    root = await test.cookieOf('administrator');
    await add(person('east-admin', [{ role: 'administrator', scope: inRegion('east') }]), root);
    east = await test.signedIn('east-admin');
  });
  afterAll(async () => {
    await test.close();
    await base.close();
  });

  const call = async (method: 'GET' | 'POST' | 'PUT', url: string, cookie: string, payload?: object) => {
    const answer = await test.app.inject({ method, url, headers: { cookie }, ...(payload && { payload }) });
    return { status: answer.statusCode, body: answer.json() };
  };
  const add = (body: object, cookie: string) => call('POST', '/api/accounts', cookie, body);
  const names = async (cookie: string, query = '') => {
    const { body } = await call('GET', `/api/accounts${query}`, cookie);
    return (body as GrantedAccount[]).map(({ username }) => username);
  };

  it('of the older schema become grants over everything', async () => {
    const grants = (await test.accounts.list({ after: '', search: 'root' }, 'root'))[0]!.grants;
    expect(grants).toEqual([{ role: 'administrator', scope: { of: 'everything' }, until: null }]);
  });

  it('tell the pages what one may do, and where', async () => {
    const { body } = await call('GET', '/api/session', east);
    expect(body.duties).toMatchObject([{ role: 'administrator', hallIds: ['e1'] }]);
    expect(body.duties[0].permissions).toContain('camera.manage');
    expect(body.duties[0].permissions).not.toContain('storage.manage');
  });

  it('are given within what one has, and seen there alone', async () => {
    expect((await add(person('li', [{ role: 'supervisor', scope: { of: 'hall', id: 'e1' } }]), east)).status).toBe(201);
    await add(person('wu', [{ role: 'supervisor', scope: inRegion('west') }]), root);
    await add(
      person(
        'both',
        ['east', 'west'].map((id) => ({ role: 'auditor', scope: inRegion(id) })),
      ),
      root,
    );
    for (const scope of [inRegion('west'), { of: 'hall', id: 'w1' }, { of: 'everything' }, inRegion('nowhere')]) {
      const refused = await add(person('zhao', [{ role: 'auditor', scope }]), east);
      expect([refused.status, refused.body.error.code]).toEqual([403, 'FORBIDDEN']);
    }
    expect((await add(person('zhao', []), east)).status).toBe(403);
    expect(await names(east)).toEqual(['east-admin', 'li']);
    expect(await names(east, '?after=east-admin')).toEqual(['li']);
    expect(await names(root, '?search=W')).toEqual(['wu']);
    expect(await names(root)).toEqual(['administrator', 'both', 'east-admin', 'li', 'root', 'wu']);
  });

  it('of others answer like those of nobody', async () => {
    const grants = [{ role: 'auditor', scope: inRegion('east') }];
    const foreign = await call('PUT', '/api/accounts/wu/grants', east, grants);
    const nobody = await call('PUT', '/api/accounts/zz/grants', east, grants);
    expect(foreign).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND', details: 'wu' } } });
    expect(nobody).toEqual(JSON.parse(JSON.stringify(foreign).replaceAll('wu', 'zz')));
    expect((await call('PUT', '/api/accounts/both/grants', east, grants)).status).toBe(404);
  });

  it('are kept, and hold from the next request on', async () => {
    const li = await test.signedIn('li');
    expect((await call('GET', '/api/problems', li)).status).toBe(403);
    const until = '2026-04-01T00:00:00.000Z';
    const changed = await call('PUT', '/api/accounts/li/grants', root, [
      { role: 'supervisor', scope: { of: 'everything' }, until },
    ]);
    expect(changed.body.grants).toEqual([{ role: 'supervisor', scope: { of: 'everything' }, until }]);
    expect((await call('GET', '/api/problems', li)).status).toBe(200);
    const [row] = await base.db.query(
      `SELECT role, region_id, hall_id, granted_by FROM account_grant WHERE username = 'li'`,
    );
    expect(row).toEqual({ role: 'supervisor', region_id: null, hall_id: null, granted_by: 'administrator' });
    expect((await call('PUT', '/api/accounts/li/grants', east, [])).status).toBe(404);
  });

  it('show nothing of other halls: not in lists, not by address, not in what is refused', async () => {
    const list = async (path: string) => ((await call('GET', path, east)).body as { id: string }[]).map(({ id }) => id);
    expect(await list('/api/halls')).toEqual(['e1']);
    expect(await list('/api/regions')).toEqual(['east']);
    const foreign = await call('GET', '/api/halls/w1', east);
    const nowhere = await call('GET', '/api/halls/zz', east);
    expect([foreign.status, nowhere.status]).toEqual([404, 404]);
    expect(nowhere.body).toEqual(JSON.parse(JSON.stringify(foreign.body).replaceAll('w1', 'zz')));
    const hall = (await call('GET', '/api/halls/e1', east)).body;
    const moved = await call('PUT', '/api/halls/e1', east, { ...hall, regionId: 'west' });
    expect([moved.status, moved.body.error.code]).toEqual([403, 'FORBIDDEN']);
    expect((await call('PUT', '/api/halls/e1', east, hall)).status).toBe(200);
    const take = async (id: string) => (await call('PUT', `/api/halls/${id}`, east, { ...hall, id })).body.error;
    expect(await take('w1')).toEqual(await take('zz'));
    expect((await take('w1')).details).toEqual([{ path: 'id', message: 'must begin with east-' }]);
    expect((await call('PUT', '/api/halls/east-2', east, { ...hall, id: 'east-2' })).status).toBe(200);
    const region = { code: '990200', name: { zh: '西', en: 'West' }, parentId: 'east', outline: null };
    const found = async (id: string) => (await call('PUT', `/api/regions/${id}`, east, { id, ...region })).body.error;
    expect((await found('west')).details).toEqual([{ path: 'id', message: 'must begin with east-' }]);
    expect(await found('west')).toEqual(await found('zz'));
  });

  it('name a place that is there, once each', async () => {
    const nowhere = await add(person('zhao', [{ role: 'auditor', scope: inRegion('nowhere') }]), root);
    expect(nowhere.body.error).toMatchObject({ code: 'REQUEST_INVALID', details: [{ path: 'grants' }] });
    const twice = { role: 'auditor', scope: inRegion('east') };
    expect((await add(person('zhao', [twice, twice]), root)).status).toBe(400);
    expect(await names(root, '?search=zhao')).toEqual([]);
  });

  it('leave somebody who administers everything', async () => {
    const off = (username: string) => call('PUT', `/api/accounts/${username}/grants`, root, []);
    expect((await off('root')).status).toBe(200);
    expect((await off('administrator')).body.error.code).toBe('CONFLICT');
  });
});
