import { randomBytes } from 'node:crypto';
import { Registry } from 'prom-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import { silentLogger } from '#lib/logger.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import { describeCamera } from '../../../devices/onvif/describe.ts';
import { discoverCameras } from '../../../devices/onvif/discover.ts';
import { cameraRoutes } from '../../../server/features/cameras/routes.ts';
import { CamerasService } from '../../../server/features/cameras/service.ts';
import type { App } from '../../../server/http/app-type.ts';
import { buildApp } from '../../../server/http/app.ts';
import { callerOf, nowhere } from '../../helpers/caller.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { OnvifResponder } from '../../helpers/onvif-responder.ts';

let database: TestDatabase;
let cameras: CamerasService;
let app: App;
let responder: OnvifResponder;

beforeAll(async () => {
  database = await openTestDatabase();
  await database.db.query(`INSERT INTO region (id, code, name) VALUES ('r1', '330100', '{"zh": "市", "en": "City"}')`);
  await database.db.query(`INSERT INTO hall (id, region_id, name) VALUES ('h1', 'r1', '{"zh": "厅", "en": "Hall"}')`);
});

afterAll(() => database.close());

beforeEach(async () => {
  cameras = new CamerasService({
    mayWatch: () => true,
    db: database.db,
    clock: systemClock,
    log: silentLogger,
    secret: randomBytes(32),
    streams: {
      setTarget: () => undefined,
      removeTarget: () => undefined,
      states: () => [],
      stateChanged: new Emitter(),
    },
    discover: discoverCameras,
    describe: describeCamera,
    problems: new ProblemBoard(systemClock),
  });
  await cameras.start();
  app = await buildApp({
    log: silentLogger,
    metrics: new Registry(),
    authenticate: async ({ role }) => (role ? callerOf(role) : null),
    hallOf: nowhere,
    trustProxy: false,
    clientDir: import.meta.dirname,
    routes: (fastify) => cameraRoutes(fastify, { cameras }),
  });
  responder = await new OnvifResponder({ username: 'admin', password: 'right' }).start();
});

afterEach(async () => {
  await app.close();
  await cameras.stop();
  await responder.stop();
  await database.db.query('DELETE FROM camera');
});

function call(
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  url: string,
  body?: object,
  role: string | null = 'administrator',
) {
  return app.inject({ method, url, ...(body ? { body } : {}), cookies: role ? { role } : {} });
}

describe('REST of cameras', () => {
  it('adds, shows, changes and removes a camera, and never shows its password', async () => {
    const body = {
      hallId: 'h1',
      name: 'Front desk',
      onvifUrl: responder.onvifUrl,
      username: 'admin',
      password: 'right',
    };
    const added = await call('POST', '/api/cameras', body);
    expect(added.statusCode).toBe(201);
    expect(added.json()).toMatchObject({
      id: 'h1-front-desk',
      hasPassword: true,
      profiles: [{ role: 'main' }, { role: 'sub' }],
    });
    expect(added.body).not.toContain('right');

    expect((await call('GET', '/api/cameras', undefined, 'supervisor')).json()).toEqual([added.json()]);
    expect((await call('GET', '/api/cameras/h1-front-desk', undefined, 'supervisor')).json()).toEqual(added.json());
    const changed = await call('PATCH', '/api/cameras/h1-front-desk', { name: 'Desk', bearing: 45 });
    expect(changed.json()).toEqual({ ...added.json(), name: 'Desk', bearing: 45 });

    const removed = await call('DELETE', '/api/cameras/h1-front-desk');
    expect([removed.statusCode, removed.body]).toEqual([204, '']);
    expect((await call('GET', '/api/cameras/h1-front-desk')).json()).toMatchObject({ error: { code: 'NOT_FOUND' } });
  });

  it('answers with the code of the failure', async () => {
    const wrong = { hallId: 'h1', name: 'x', onvifUrl: responder.onvifUrl, username: 'admin', password: 'wrong' };
    const refused = await call('POST', '/api/cameras', wrong);
    expect([refused.statusCode, refused.json().error.code]).toEqual([502, 'CAMERA_UNAUTHORIZED']);
    const probed = await call('POST', '/api/cameras/probe', { onvifUrl: 'http://127.0.0.1:1/' });
    expect([probed.statusCode, probed.json().error.code]).toEqual([502, 'CAMERA_UNREACHABLE']);
    const searched = await call('POST', '/api/cameras/discover', { interfaceAddress: '192.0.2.1' });
    expect([searched.statusCode, searched.json().error.code]).toEqual([502, 'DISCOVERY_FAILED']);
    const invalid = await call('POST', '/api/cameras', { hallId: 'h1' });
    expect([invalid.statusCode, invalid.json().error.details]).toMatchObject([400, [{ path: 'name' }]]);
  });

  it('probes and searches', async () => {
    const probed = await call('POST', '/api/cameras/probe', {
      onvifUrl: responder.onvifUrl,
      username: 'admin',
      password: 'right',
    });
    expect(probed.json()).toMatchObject({ serial: 'S-1', clockOffsetMs: expect.any(Number) });
    const found = await call('POST', '/api/cameras/discover', { interfaceAddress: '127.0.0.1', waitMs: 200 });
    expect(found.statusCode).toBe(200);
  });

  it('gives a live token to everyone signed in', async () => {
    await call('POST', '/api/cameras', {
      id: 'door',
      hallId: 'h1',
      name: 'Door',
      streamUris: { main: 'rtsp://10.0.0.9/1' },
    });
    const token = await call('POST', '/api/cameras/door/live-token', { role: 'sub' }, 'supervisor');
    expect(cameras.authoriseLive(token.json().token)).toMatchObject({ ok: true, cameraId: 'door', role: 'sub' });
    expect((await call('POST', '/api/cameras/nobody/live-token', { role: 'sub' }, 'supervisor')).statusCode).toBe(404);
    expect((await call('POST', '/api/cameras/door/live-token', { role: 'sub' }, null)).statusCode).toBe(401);
    const asked = ['door', 'nobody'].map((cameraId) => ({ cameraId, role: 'sub' }));
    const many = await call('POST', '/api/live-tokens', asked, 'supervisor');
    expect(many.json()).toMatchObject([{ token: expect.any(String) }, { refused: 'NOT_FOUND' }]);
  });

  it.each([
    ['POST', '/api/cameras', { hallId: 'h1', name: 'x' }],
    ['PATCH', '/api/cameras/x', {}],
    ['DELETE', '/api/cameras/x', undefined],
    ['POST', '/api/cameras/discover', { interfaceAddress: '127.0.0.1' }],
    ['POST', '/api/cameras/probe', { onvifUrl: 'http://127.0.0.1/' }],
  ] as const)('lets administrators alone %s %s', async (method, url, body) => {
    expect((await call(method, url, body, 'supervisor')).statusCode).toBe(403);
    expect((await call(method, url, body, null)).statusCode).toBe(401);
  });

  it('is described in OpenAPI', async () => {
    const { paths } = (await call('GET', '/api/openapi.json')).json() as {
      paths: Record<string, Record<string, { summary?: string }>>;
    };
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { summary }]) => ({ path, method, summary })),
    );
    expect(routes.filter(({ path }) => path.startsWith('/api/cameras')).length).toBeGreaterThanOrEqual(8);
    expect(routes.filter(({ path, summary }) => path.startsWith('/api/cameras') && !summary)).toEqual([]);
  });
});
