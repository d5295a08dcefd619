import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#lib/logger.ts';
import { AccountsService } from '../../../server/features/accounts/service.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { openTestApp, PASSWORD, type TestApp } from '../../helpers/test-app.ts';

const admin = { username: 'admin', displayName: '管理员', password: PASSWORD };

describe('accounts', () => {
  let base: TestDatabase;
  let test: TestApp;

  beforeAll(async () => {
    base = await openTestDatabase();
  });
  afterAll(() => base.close());
  beforeEach(async () => {
    await base.db.query('TRUNCATE account CASCADE');
    test = await openTestApp({ db: base.db });
  });
  afterEach(() => test.close());

  const post = (url: string, payload: object, headers: Record<string, string> = {}) =>
    test.app.inject({ method: 'POST', url, payload, headers });
  const setUp = () => post('/api/setup', { ...admin, code: test.setupCode });
  const signIn = (password = PASSWORD, username = 'admin') => post('/api/session', { username, password });

  describe('first set-up', () => {
    it('makes the administrator with the code, signs him in, and is over', async () => {
      expect((await test.app.inject('/api/setup')).json()).toEqual({ required: true });
      const made = await setUp();
      expect(made.statusCode).toBe(201);
      expect(made.json().account).toMatchObject({ username: 'admin', displayName: '管理员' });
      expect(made.json().duties).toMatchObject([{ role: 'administrator', hallIds: null }]);
      const [cookie] = made.cookies;
      const me = await test.app.inject({ url: '/api/session', cookies: { [cookie!.name]: cookie!.value } });
      expect(me.json()).toEqual(made.json());
      expect((await test.app.inject('/api/setup')).json()).toEqual({ required: false });
      expect((await setUp()).json().error.code).toBe('SETUP_DONE');
    });

    it('needs the right code', async () => {
      const answer = await post('/api/setup', { ...admin, code: 'WRONG' });
      expect(answer.statusCode).toBe(403);
      expect(answer.json().error.code).toBe('SETUP_CODE_WRONG');
      expect((await signIn()).json().error.code).toBe('SETUP_REQUIRED');
    });

    it('makes one administrator, however many try at once', async () => {
      const answers = await Promise.all(
        ['one', 'two', 'three'].map((username) => post('/api/setup', { ...admin, username, code: test.setupCode })),
      );
      expect(answers.map((answer) => answer.statusCode).sort()).toEqual([201, 409, 409]);
      expect(await base.db.query('SELECT FROM account')).toHaveLength(1);
    });

    it('shows no code when there is an account, and a fixed one where it is given', async () => {
      const shown: string[] = [];
      const start = async () => {
        const accounts = new AccountsService({
          db: base.db,
          clock: test.clock,
          log: silentLogger,
          secret: Buffer.alloc(32),
          places: test.halls,
          setupCode: 'fixed-code',
          showSetupCode: (code) => shown.push(code),
        });
        await accounts.start();
        await accounts.stop();
      };
      await start();
      await setUp();
      await start();
      expect(shown).toEqual(['fixed-code']);
    });
  });

  describe('signing in', () => {
    beforeEach(setUp);

    it('answers a wrong name and a wrong password alike', async () => {
      const [name, password] = [await signIn(PASSWORD, 'nobody'), await signIn('wrong password')];
      expect(name.statusCode).toBe(401);
      expect(name.json()).toEqual(password.json());
      expect(name.json().error.code).toBe('SIGN_IN_FAILED');
    });

    it('gives a cookie that scripts and other sites cannot reach', async () => {
      const [cookie] = (await signIn()).cookies;
      expect(cookie).toMatchObject({
        name: 'hallwatch_session',
        httpOnly: true,
        sameSite: 'Strict',
        path: '/',
        maxAge: 7 * 24 * 3600,
      });
      expect(cookie!.value).toMatch(/^[A-Za-z0-9_-]{43}$/);
      expect(cookie).not.toHaveProperty('secure');
    });

    it('marks the cookie secure when a trusted proxy took the request over https', async () => {
      const behindProxy = await openTestApp({ db: base.db, trustProxy: true });
      const [cookie] = (
        await behindProxy.app.inject({
          method: 'POST',
          url: '/api/session',
          payload: { username: 'admin', password: PASSWORD },
          headers: { 'x-forwarded-proto': 'https' },
        })
      ).cookies;
      expect(cookie).toMatchObject({ secure: true });
      await behindProxy.close();
    });

    it('ends the session that the browser had before, and no other', async () => {
      const [first] = (await signIn()).cookies;
      const [other] = (await signIn()).cookies;
      const cookies = { [first!.name]: first!.value };
      await test.app.inject({
        method: 'POST',
        url: '/api/session',
        payload: { username: 'admin', password: PASSWORD },
        cookies,
      });
      const status = async (value: string) =>
        (await test.app.inject({ url: '/api/session', cookies: { [first!.name]: value } })).statusCode;
      expect(await status(first!.value)).toBe(401);
      expect(await status(other!.value)).toBe(200);
    });

    it('refuses to go on after ten failures for one name from one address', async () => {
      for (let i = 0; i < 10; i++) expect((await signIn('wrong password')).json().error.code).toBe('SIGN_IN_FAILED');
      const refused = await signIn();
      expect(refused.statusCode).toBe(429);
      expect(refused.json().error.code).toBe('RATE_LIMITED');
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
      expect((await signIn('wrong password', 'someone')).json().error.code).toBe('SIGN_IN_FAILED');
    });

    it('does not count those who get in', async () => {
      for (let i = 0; i < 15; i++) expect((await signIn()).statusCode).toBe(200);
    });
  });

  it('signs out: the session is gone for the server too', async () => {
    const cookie = await test.cookieOf('supervisor');
    const ended: string[] = [];
    test.accounts.sessions.ended.on((id) => ended.push(id));
    const answer = await test.app.inject({ method: 'DELETE', url: '/api/session', headers: { cookie } });
    expect(answer.json()).toEqual({ goOnAt: null });
    expect(answer.cookies[0]).toMatchObject({ name: 'hallwatch_session', value: '' });
    expect((await test.app.inject({ url: '/api/session', headers: { cookie } })).statusCode).toBe(401);
    expect(ended).toHaveLength(1);
  });

  it('lets administrators add accounts, and says what is wrong with them', async () => {
    const headers = { cookie: await test.cookieOf('administrator') };
    const wang = {
      username: 'wang',
      displayName: '王',
      password: PASSWORD,
      grants: [{ role: 'hall-manager', scope: { of: 'everything' } }],
    };
    const added = await post('/api/accounts', wang, headers);
    expect(added.statusCode).toBe(201);
    expect(added.json()).not.toHaveProperty('password');
    expect((await post('/api/accounts', wang, headers)).json().error.code).toBe('CONFLICT');
    const short = await post('/api/accounts', { ...wang, username: 'Wang!', password: 'short' }, headers);
    expect(short.json().error.details.map(({ path }: { path: string }) => path)).toEqual(['username', 'password']);
    const list = await test.app.inject({ url: '/api/accounts', headers });
    expect(list.json().map(({ username }: { username: string }) => username)).toEqual([
      'administrator',
      'root',
      'wang',
    ]);
    const supervisor = { cookie: await test.cookieOf('supervisor') };
    expect((await post('/api/accounts', wang, supervisor)).json().error.code).toBe('FORBIDDEN');
  });

  it('keeps neither passwords nor tokens', async () => {
    const cookie = await test.cookieOf('administrator');
    const token = cookie.split('=')[1]!;
    const rows = await base.db.query(
      `SELECT row_to_json(a)::text AS text FROM account a UNION ALL SELECT row_to_json(s)::text FROM session s`,
    );
    const everything = JSON.stringify(rows);
    expect(everything).toContain('argon2id');
    expect(everything).not.toContain(PASSWORD);
    expect(everything).not.toContain(token);
    expect(everything).not.toContain(Buffer.from(token, 'base64url').toString('hex'));
  });
});
