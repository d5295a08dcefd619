import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyContextConfig } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ErrorBody } from '#contract/errors.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { listen } from '../../../server/http/listener.ts';
import { selfSigned } from '../../helpers/self-signed.ts';
import { openTestApp, PASSWORD, type TestApp } from '../../helpers/test-app.ts';

describe('http application', () => {
  let base: TestDatabase;
  let test: TestApp;
  let clientDir: string;

  beforeAll(async () => {
    base = await openTestDatabase();
    clientDir = await mkdtemp(join(tmpdir(), 'hallwatch-client-'));
    await mkdir(join(clientDir, 'assets'));
    await writeFile(join(clientDir, 'index.html'), '<!doctype html><title>page</title>');
    await writeFile(join(clientDir, 'assets', 'index-abc123.js'), 'export {};');
    await writeFile(join(clientDir, 'favicon.svg'), '<svg/>');
    await writeFile(join(clientDir, '.secret.txt'), 'no');
    test = await openTestApp({
      db: base.db,
      clientDir,
      routes: (app) => {
        app.get('/api/broken', { config: { public: true } }, () => {
          throw new Error('a secret of the inside');
        });
        app.post(
          '/api/echo',
          { config: { public: true }, schema: { body: z.object({ list: z.array(z.object({ n: z.number() })) }) } },
          (request) => request.body,
        );
      },
    });
  });
  afterAll(async () => {
    await test.close();
    await base.close();
    await rm(clientDir, { recursive: true });
  });

  const errorOf = (answer: { json: () => unknown }) => ErrorBody.parse(answer.json()).error;
  const echo = (payload: string, headers: Record<string, string> = {}) =>
    test.app.inject({
      method: 'POST',
      url: '/api/echo',
      payload,
      headers: { 'content-type': 'application/json', ...headers },
    });

  describe('the client', () => {
    it.each(['/', '/map', '/admin/halls', '/halls/hall-a/plan?x=1'])(
      'gets its page under %s, asked for anew',
      async (url) => {
        const answer = await test.app.inject(url);
        expect(answer.statusCode).toBe(200);
        expect(answer.headers).toMatchObject({
          'content-type': 'text/html; charset=utf-8',
          'cache-control': 'no-cache',
        });
        expect(answer.body).toContain('<title>page</title>');
      },
    );

    it('gets hashed files for good and others for an hour', async () => {
      const hashed = await test.app.inject('/assets/index-abc123.js');
      expect(hashed.headers['cache-control']).toBe('public, max-age=31536000, immutable');
      expect(hashed.headers['content-type']).toMatch(/javascript/);
      expect((await test.app.inject('/favicon.svg')).headers['cache-control']).toBe('public, max-age=3600');
    });

    it.each(['/assets/gone.js', '/.secret.txt', '/api', '/api/none', '/live', '/socket.io/x'])(
      'gets no page under %s',
      async (url) => {
        const answer = await test.app.inject(url);
        expect(answer.statusCode).toBe(404);
        expect(errorOf(answer).code).toBe('NOT_FOUND');
      },
    );

    it.each(['/../package.json', '/..%2f..%2fpackage.json', '/assets/..%2f..%2fpackage.json'])(
      'gets nothing outside its folder: %s',
      async (url) => {
        const answer = await test.app.inject(url);
        expect(answer.statusCode).toBeGreaterThanOrEqual(400);
        expect(answer.statusCode).toBeLessThan(500);
      },
    );

    it('is told apart from a client that was never built', async () => {
      const bare = await openTestApp({ db: base.db });
      expect((await bare.app.inject('/')).statusCode).toBe(404);
      await bare.close();
    });
  });

  it('gives every answer the headers that keep strangers out', async () => {
    for (const url of ['/', '/api/none', '/api/halls', '/healthz']) {
      const { headers } = await test.app.inject(url);
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toMatch(/https?:|unsafe-eval|script-src[^;]*unsafe-inline/);
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' });
      expect(headers['x-request-id']).toBeTruthy();
    }
    expect((await test.app.inject('/api/setup')).headers['cache-control']).toBe('no-store');
  });

  describe('failures', () => {
    it('name the fields of a body that is not as expected', async () => {
      const answer = await echo('{"list":[{"n":1},{"n":"two"}]}');
      expect(answer.statusCode).toBe(400);
      expect(errorOf(answer)).toMatchObject({ code: 'REQUEST_INVALID', details: [{ path: 'list.1.n' }] });
    });

    it.each([
      ['no JSON', '{"list":', {}],
      ['another type', 'list', { 'content-type': 'text/plain' }],
      ['too large', `{"list":[${'1,'.repeat(600_000)}1]}`, {}],
    ])('refuse a body that is %s', async (_what, payload, headers) => {
      const answer = await echo(payload, headers);
      expect(answer.statusCode).toBe(400);
      expect(errorOf(answer).code).toBe('REQUEST_INVALID');
    });

    it.each(['/%zz', '/api/%ff'])('refuse an address that is none: %s', async (url) => {
      const answer = await test.app.inject(url);
      expect(answer.statusCode).toBe(400);
      expect(errorOf(answer).code).toBe('REQUEST_INVALID');
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
    });

    it('tell nothing of the inside, but where to look', async () => {
      const answer = await test.app.inject('/api/broken');
      expect(answer.statusCode).toBe(500);
      expect(answer.body).not.toContain('secret');
      expect(errorOf(answer)).toMatchObject({
        code: 'INTERNAL',
        details: { requestId: answer.headers['x-request-id'] },
      });
    });
  });

  it.each<FastifyContextConfig>([{}, { public: true, needs: 'hall.view' }])(
    'does not start with a route that does not say who may call it: %j',
    async (config) => {
      const bare = openTestApp({ db: base.db, routes: (app) => void app.get('/api/odd', { config }, () => 'odd') });
      await expect(bare).rejects.toThrow('GET /api/odd must declare one of public, session, token, needs');
    },
  );

  it('takes changes from its own pages only', async () => {
    const forged = await echo('{"list":[]}', { origin: 'https://evil.example', host: 'wall.example' });
    expect(forged.statusCode).toBe(403);
    expect(errorOf(forged).code).toBe('FORBIDDEN');
    const own = await echo('{"list":[]}', { origin: 'https://wall.example', host: 'wall.example' });
    expect(own.statusCode).toBe(200);
  });

  it('describes every route in its OpenAPI document', async () => {
    const document = (await test.app.inject('/api/openapi.json')).json();
    expect(document.openapi).toBe('3.1.0');
    const operations = Object.entries<object>(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(operations).toEqual(
      expect.arrayContaining(['put /api/halls/{id}', 'delete /api/session', 'get /readyz', 'post /api/setup']),
    );
    expect(operations.some((operation) => operation.includes('*'))).toBe(false);
  });

  describe('health', () => {
    const stranger = { host: 'wall.example' };

    it('says to everyone that it lives', async () => {
      expect((await test.app.inject({ url: '/healthz', headers: stranger })).json()).toEqual({ ok: true });
    });

    it('says to everyone which parts work, and why only to who may know', async () => {
      test.problems.raise('database', 'DATABASE_UNREACHABLE', 'db.internal:5432');
      const ask = async (headers: Record<string, string>) => test.app.inject({ url: '/readyz', headers });
      const [toStranger, toLocal, toSupervisor] = [
        await ask(stranger),
        await ask({ host: '127.0.0.1:8080' }),
        await ask({ ...stranger, cookie: await test.cookieOf('supervisor') }),
      ];
      expect(toStranger.statusCode).toBe(503);
      expect(toStranger.json()).toMatchObject({ ready: false });
      expect(toStranger.json().parts[0]).toEqual({ part: 'database', state: 'down', code: null, detail: null });
      for (const answer of [toLocal, toSupervisor]) {
        expect(answer.json().parts[0]).toMatchObject({
          code: 'DATABASE_UNREACHABLE',
          detail: 'database: db.internal:5432',
        });
      }
      test.problems.clear('database');
      expect((await ask(stranger)).statusCode).toBe(200);
    });

    it('shows its figures to the same', async () => {
      const ask = async (headers: Record<string, string>) => test.app.inject({ url: '/metrics', headers });
      expect(errorOf(await ask(stranger)).code).toBe('SIGN_IN_REQUIRED');
      const figures = await ask({ host: 'localhost' });
      expect(figures.headers['content-type']).toMatch(/^text\/plain/);
      expect(figures.body).toContain(
        'hallwatch_http_request_seconds_count{method="GET",route="/healthz",status="200"}',
      );
    });

    it('shows problems to who is signed in', async () => {
      expect((await test.app.inject('/api/problems')).statusCode).toBe(401);
      test.problems.raise('ffmpeg', 'FFMPEG_MISSING', 'x');
      const answer = await test.app.inject({
        url: '/api/problems',
        headers: { cookie: await test.cookieOf('supervisor') },
      });
      expect(answer.json()).toMatchObject([{ subject: 'ffmpeg', code: 'FFMPEG_MISSING' }]);
      test.problems.clear('ffmpeg');
    });
  });
});

it('speaks https with a certificate of its own, in which cookies never leave in the clear', async () => {
  const base = await openTestDatabase();
  const { cert, key } = selfSigned('hall.example');
  const test = await openTestApp({ db: base.db, tls: { cert: Buffer.from(cert), key: Buffer.from(key) } });
  try {
    await test.cookieOf('supervisor');
    const address = await listen(test.app, { host: '127.0.0.1', port: 0 }, true);
    expect(address).toMatch(/^https:/);
    const body = JSON.stringify({ username: 'supervisor', password: PASSWORD });
    const cookies = await new Promise<string[]>((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': body.length };
      const to = { method: 'POST', headers, ca: cert, servername: 'hall.example' };
      httpsRequest(`${address}/api/session`, to, (answer) => {
        answer.resume();
        resolve(answer.headers['set-cookie'] ?? []);
      })
        .on('error', reject)
        .end(body);
    });
    expect(cookies[0]).toMatch(/; Secure/);
  } finally {
    await test.close();
    await base.close();
  }
});
