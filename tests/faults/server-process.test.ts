import { once } from 'node:events';
import { createServer as createWebServer } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { AuditPage } from '#contract/audit.ts';
import type { Readiness } from '#contract/system.ts';
import type { z } from 'zod';
import { auditedRoutes } from '../../server/features/audit/audited-routes.ts';
import { openEmptyDatabase, openTestDatabase } from '../helpers/database.ts';
import { hall } from '../helpers/hall-fixture.ts';
import { freePort } from '../helpers/hallwatch.ts';
import { isAlive, ServerProcess } from '../helpers/server-process.ts';
import { openTcpGate } from '../helpers/tcp-gate.ts';

const admin = { username: 'admin', displayName: 'Admin', password: 'correct horse battery' };

// Whole programs, some of which create a database: on a busy machine that takes its time.
describe('the server process', { timeout: 120_000 }, () => {
  let dataDir: string;
  let servers: ServerProcess[];

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'hallwatch-data-'));
    servers = [];
  });
  afterEach(async () => {
    for (const server of servers) await server.stop('SIGKILL');
    await expect
      .poll(() =>
        rm(dataDir, { recursive: true }).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
  });

  function start(env: Record<string, string> = {}): ServerProcess {
    const server = new ServerProcess({ HALLWATCH_DATA: dataDir, ...env });
    servers.push(server);
    return server;
  }

  /** A start that is refused: what it says, and that it ends with 1 and leaves nothing. */
  async function refusal(env: Record<string, string>): Promise<string> {
    const server = start(env);
    const ended = await server.ended;
    expect(ended, server.stdout + server.stderr).toEqual({ code: 1, signal: null });
    expect(server.stderr.trim().split('\n')).toHaveLength(1);
    return server.stderr;
  }

  const send = (url: string, method: string, body: object, cookie = '') =>
    fetch(url, { method, headers: { 'content-type': 'application/json', cookie }, body: JSON.stringify(body) });
  const readiness = async (address: string) =>
    (await (await fetch(`${address}/readyz`)).json()) as z.infer<typeof Readiness>;

  /** Makes the administrator and gives his cookie. */
  async function setUp(server: ServerProcess): Promise<{ address: string; cookie: string }> {
    const address = await server.address();
    const [, code] = await server.says(/one-time setup code:\s+(\S+)/);
    const answer = await send(`${address}/api/setup`, 'POST', { ...admin, code });
    expect(answer.status).toBe(201);
    return { address, cookie: answer.headers.getSetCookie()[0]!.split(';')[0]! };
  }

  describe('with its own database', () => {
    it('starts ready, stops clean with open sockets, leaves no process and no lock, and has its folder alone', async () => {
      const server = start();
      const { address, cookie } = await setUp(server);
      expect(await readiness(address)).toMatchObject({ ready: true });
      const socket = io(address, { transports: ['websocket'], reconnection: false, extraHeaders: { cookie } });
      await once(socket as unknown as NodeJS.EventEmitter, 'connect');
      const children = await server.descendants();
      expect(children.size).toBeGreaterThan(1);

      const since = performance.now();
      expect(await server.stop()).toEqual({ code: 0, signal: null });
      expect(performance.now() - since).toBeLessThan(10_000);
      socket.disconnect();
      for (const pid of children.keys()) expect(await isAlive(pid), children.get(pid)).toBe(false);

      const again = start();
      expect((await (await fetch(`${await again.address()}/api/setup`)).json()) as object).toEqual({ required: false });
      expect(again.stdout).not.toContain('setup code');

      const message = await refusal({});
      expect(message).toContain('DATA_IN_USE');
      expect(message).toContain(dataDir);
      expect(await again.stop('SIGINT')).toEqual({ code: 0, signal: null });
    });

    it('comes up clean after kill -9, with everything that was committed', async () => {
      const server = start({ HALLWATCH_RTMP_PORT: String(await freePort()) });
      const { address, cookie } = await setUp(server);
      const region = { id: 'region-a', code: '440100', name: hall.name, parentId: null, outline: null };
      expect((await send(`${address}/api/regions/region-a`, 'PUT', region, cookie)).status).toBe(200);
      expect((await send(`${address}/api/halls/hall-a`, 'PUT', hall, cookie)).status).toBe(200);
      await server.says(/RTMP server listens/);
      const children = await server.descendants();
      await server.stop('SIGKILL');
      for (const pid of children.keys()) await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);

      const again = start();
      const after = await again.address();
      expect(await readiness(after)).toMatchObject({ ready: true });
      const halls = await fetch(`${after}/api/halls`, { headers: { cookie } });
      expect(await halls.json()).toEqual([hall]);
      const audited = await fetch(`${after}/api/audit?acts=hall.changed,system.started`, { headers: { cookie } });
      expect(((await audited.json()) as AuditPage).entries.map(({ act, account }) => [act, account])).toEqual([
        ['system.started', null],
        ['hall.changed', 'admin'],
        ['system.started', null],
      ]);
      expect(await unlistedRoutes(after)).toEqual([]);
      expect(await again.stop()).toEqual({ code: 0, signal: null });
    });

    /** Routes that change something and are not in the list of the audit. */
    async function unlistedRoutes(address: string): Promise<string[]> {
      const document = (await (await fetch(`${address}/api/openapi.json`)).json()) as { paths: Record<string, object> };
      return Object.entries(document.paths)
        .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
        .map((route) => route.replace(/\{(\w+)\}/g, ':$1'))
        .filter((route) => !route.startsWith('GET ') && !Object.hasOwn(auditedRoutes, route));
    }

    it('can be stopped while it starts', async () => {
      const server = start();
      await server.says(/embedded database started/);
      expect((await server.stop()).code).toBe(0);
      expect(await server.descendants()).toEqual(new Map());
    });
  });

  describe('refuses to start', () => {
    it('when its port is taken, and says which', async () => {
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const { port } = other.address() as AddressInfo;
      const message = await refusal({ HALLWATCH_PORT: String(port) });
      expect(message).toMatch(/^Hallwatch cannot start\. PORT_TAKEN: /);
      expect(message).toContain(`port ${port}`);
      other.close();
    });

    it('with a setting that cannot be', async () => {
      expect(await refusal({ HALLWATCH_PORT: 'eighty' })).toMatch(/CONFIG_INVALID.*HALLWATCH_PORT/);
      expect(await refusal({ HALLWATCH_BIND: '203.0.113.1' })).toMatch(/CONFIG_INVALID.*HALLWATCH_BIND/);
    });

    it.each([
      ['no address of a database', () => 'mysql://somewhere/x', 'DATABASE_URL_INVALID'],
      ['a database that does not answer', () => 'postgres://u:p@127.0.0.1:1/x', 'DATABASE_UNREACHABLE'],
      [
        'a wrong password',
        () => Object.assign(new URL(inject('databaseServerUrl')), { password: 'wrong' }).href,
        'DATABASE_REFUSED',
      ],
      [
        'a database that is not there',
        () => Object.assign(new URL(inject('databaseServerUrl')), { pathname: '/nowhere' }).href,
        'DATABASE_REFUSED',
      ],
    ])('with %s', async (_what, url, code) => {
      const message = await refusal({ DATABASE_URL: url() });
      expect(message).toContain(`Hallwatch cannot start. ${code}: `);
      expect(message).not.toContain('wrong');
    });
  });

  describe('goes on', () => {
    it('without ffmpeg, and says so', async () => {
      const base = await openEmptyDatabase();
      const server = start({ DATABASE_URL: base.url, HALLWATCH_FFMPEG: '/nonexistent/ffmpeg' });
      const { ready, parts } = await readiness(await server.address());
      expect(ready).toBe(true);
      expect(parts.find(({ part }) => part === 'ffmpeg')).toMatchObject({ state: 'degraded', code: 'FFMPEG_MISSING' });
      expect(await server.stop()).toEqual({ code: 0, signal: null });
      await base.close();
    });

    it('after a kill -9 with a full outbox, telling what nobody was told, and twice only what was on its way', async () => {
      const base = await openTestDatabase();
      const ids = Array.from({ length: 200 }, (_, i) => `01KB${String(i).padStart(22, '0')}`);
      const [before, onItsWay] = [ids.slice(0, 80), ids[80]!];
      const told: { id: string; body: string }[] = [];
      let isHeld: (() => void) | null = null;
      const held = new Promise<void>((resolve) => (isHeld = resolve));
      const receiver = createWebServer((request, response) => {
        let body = '';
        request.on('data', (chunk: Buffer) => (body += chunk.toString()));
        request.on('end', () => {
          const id = request.headers['webhook-id'] as string;
          // of this one the server never hears that it was taken
          if (id === onItsWay && !told.some((each) => each.id === id)) isHeld!();
          else response.end();
          told.push({ id, body });
        });
      }).listen(0, '127.0.0.1');
      await once(receiver, 'listening');
      await base.db.query(
        `INSERT INTO alert_output (id, name, enabled, language, recipients, tells_faults, per_minute, settings)
         VALUES ('hook', 'hook', true, 'en', '{}', false, 100000, $1)`,
        [JSON.stringify({ kind: 'webhook', url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/` })],
      );
      await base.db.query(
        `INSERT INTO alert_notice (id, key, output_id, content, made_at, due_at)
         SELECT id, id, 'hook', jsonb_build_object('title', id, 'text', id, 'data', '{}'::jsonb), now(), now()
         FROM unnest($1::text[]) AS id`,
        [ids],
      );
      const env = { DATABASE_URL: base.url, HALLWATCH_OUTPUT_NETWORKS: '127.0.0.0/8' };
      const killed = start(env);
      await held;
      await killed.stop('SIGKILL');
      expect(told.map(({ id }) => id)).toEqual([...before, onItsWay]);

      const again = start(env);
      await expect.poll(() => told.length, { timeout: 30_000 }).toBe(ids.length + 1);
      expect(told.map(({ id }) => id)).toEqual([...before, onItsWay, ...ids.slice(80)]);
      expect(told[81]).toEqual(told[80]);
      expect(await again.stop()).toEqual({ code: 0, signal: null });
      expect(told).toHaveLength(ids.length + 1);
      receiver.closeAllConnections();
      receiver.close();
      await base.close();
    });

    it('while its database is away, and notices when it is back', async () => {
      const base = await openEmptyDatabase();
      const url = new URL(base.url);
      const gate = await openTcpGate(url.hostname, Number(url.port));
      url.host = `127.0.0.1:${gate.port}`;
      const server = start({ DATABASE_URL: url.href });
      const { address, cookie } = await setUp(server);
      const databaseIs = async () => (await readiness(address)).parts.find(({ part }) => part === 'database')?.state;

      gate.shut();
      await expect.poll(databaseIs, { timeout: 15_000 }).toBe('down');
      const get = (path: string) => fetch(`${address}${path}`, { headers: { cookie } });
      expect((await get('/api/halls')).status).toBe(200);
      expect(await (await get('/api/problems')).json()).toMatchObject([
        { subject: 'database', code: 'DATABASE_UNREACHABLE' },
      ]);
      expect((await get('/api/accounts')).status).toBe(503);

      gate.open();
      await expect.poll(databaseIs, { timeout: 15_000 }).toBe('ok');
      expect((await get('/api/accounts')).status).toBe(200);
      expect(await server.stop()).toEqual({ code: 0, signal: null });
      await gate.close();
      await base.close();
    });
  });
});
