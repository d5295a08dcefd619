import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listen } from '../../../server/http/listener.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { openTestApp, type TestApp } from '../../helpers/test-app.ts';

/** Input that nobody honest sends. Each is refused in words, and the server goes on. */
let base: TestDatabase;
let test: TestApp;
let folder: string;
let cookie: string;

beforeAll(async () => {
  base = await openTestDatabase();
  folder = await mkdtemp(path.join(tmpdir(), 'hallwatch-abuse-'));
  await writeFile(path.join(folder, 'secret.txt'), 'nobody shall read this');
  const clientDir = path.join(folder, 'client');
  test = await openTestApp({ db: base.db, clientDir, requestTimeoutMs: 300 });
  cookie = await test.cookieOf('administrator');
  await listen(test.app, { host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await test.close();
  await rm(folder, { recursive: true, force: true });
  await base.close();
});

const region = { id: 'r', code: '330000', name: { zh: '省', en: 'Province' }, parentId: null, outline: null };
const put = (payload: string | object) =>
  test.app.inject({
    ...{ method: 'PUT', url: '/api/regions/r', payload },
    headers: { cookie, 'content-type': 'application/json' },
  });
const alive = async () => expect((await test.app.inject('/healthz')).statusCode).toBe(200);
/** However it was cut. */
const closed = (socket: Socket) => new Promise<unknown>((resolve) => socket.once('close', resolve));
const port = () => (test.app.server.address() as AddressInfo).port;

it('a body beyond its bounds', async () => {
  const answer = await put(JSON.stringify({ ...region, name: { zh: 'x'.repeat(2_000_000), en: 'x' } }));
  expect([answer.statusCode, answer.json().error.code]).toEqual([400, 'REQUEST_INVALID']);
  await alive();
});

it('a body that is nested a hundred thousand times', async () => {
  const answer = await put(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
  expect([answer.statusCode, answer.json().error.code]).toEqual([400, 'REQUEST_INVALID']);
  await alive();
});

it('a body that wants to change what all objects are', async () => {
  for (const name of ['__proto__', 'constructor']) {
    const answer = await put(`{"id":"r","${name}":{"prototype":{"isAdmin":true},"isAdmin":true}}`);
    expect(answer.statusCode).toBe(400);
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  }
});

it('a packed body, which would grow', async () => {
  const answer = await test.app.inject({
    ...{ method: 'PUT', url: '/api/regions/r', payload: Buffer.alloc(1000) },
    headers: { cookie, 'content-type': 'application/json', 'content-encoding': 'gzip' },
  });
  expect(answer.statusCode).toBe(400);
  await alive();
});

it('a way out of the folder', async () => {
  const ways = [
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/..\\secret.txt',
  ];
  for (const way of [...ways, '/%00secret.txt', '//etc/passwd', '/assets/%2fetc%2fpasswd']) {
    // as it is: fetch would tidy it up
    const answer = await new Promise<string>((resolve, reject) => {
      const request = httpRequest({ port: port(), host: '127.0.0.1', path: way }, (response) => {
        let text = '';
        response.on('data', (data: Buffer) => (text += data.toString()));
        response.on('end', () => resolve(text));
      });
      request.on('error', reject).end();
    });
    expect(answer, way).toContain('"error"');
    expect(answer, way).not.toMatch(/nobody shall read|root:/);
  }
});

it('a request that never ends, and one that never begins', async () => {
  const head = `PUT /api/regions/r HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{`;
  for (const text of [head, 'GET / HTTP/1.1\r\nHost: local']) {
    const socket = connect(port(), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(text);
    socket.resume();
    await closed(socket);
  }
  await alive();
});

it('headers without end', async () => {
  const socket = connect(port(), '127.0.0.1');
  socket.on('error', () => undefined);
  let answer = '';
  socket.on('data', (data: Buffer) => (answer += data.toString()));
  socket.write(`GET / HTTP/1.1\r\nHost: localhost\r\n${'X-More: and more\r\n'.repeat(5000)}\r\n`);
  await closed(socket);
  // cut off while we still speak, we may not hear the 431
  expect(answer).not.toContain('HTTP/1.1 2');
  await alive();
});

it('script in a name comes back as the text it is, never as a page', async () => {
  const name = { zh: '<script>alert(1)</script>', en: '"><img src=x onerror=alert(1)>' };
  const answer = await put({ ...region, name });
  expect(answer.headers['content-type']).toContain('application/json');
  expect(answer.headers['x-content-type-options']).toBe('nosniff');
  expect(answer.headers['content-security-policy']).toContain("script-src 'self'");
  expect(answer.json().name).toEqual(name);
  const reflected = await test.app.inject({ url: '/api/<script>alert(1)</script>', headers: { cookie } });
  expect(reflected.headers['content-type']).toContain('application/json');
});
