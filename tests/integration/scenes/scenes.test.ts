import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Camera } from '#contract/cameras.ts';
import type { Role } from '#contract/permissions.ts';
import type { Scene } from '#contract/scenes.ts';
import { Emitter } from '#lib/emitter.ts';
import { silentLogger } from '#lib/logger.ts';
import { sceneRoutes } from '../../../server/features/scenes/routes.ts';
import { ScenesService } from '../../../server/features/scenes/service.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { hall, TEN } from '../../helpers/hall-fixture.ts';
import { openTestApp, type TestApp } from '../../helpers/test-app.ts';
import { ManualClock } from '#lib/clock.ts';

const camera = { id: 'cam', hallId: hall.id, name: 'cam', purpose: 'window', enabled: true } as Camera;

describe('scenes over HTTP', () => {
  let base: TestDatabase;
  let test: TestApp;
  let scenes: ScenesService;

  const openScenes = () =>
    new ScenesService({
      db: base.db,
      clock: new ManualClock(TEN),
      log: silentLogger,
      halls: {
        list: () => [hall],
        get: (id) => (id === hall.id ? hall : undefined),
        regions: () => [],
        changed: new Emitter(),
        regionChanged: new Emitter(),
        removed: new Emitter(),
      },
      cameras: { list: () => [camera], changed: new Emitter(), removed: new Emitter() },
    });

  beforeAll(async () => {
    base = await openTestDatabase();
    scenes = openScenes();
    await scenes.start();
    test = await openTestApp({ db: base.db, routes: (app) => sceneRoutes(app, { scenes }) });
  });
  afterAll(async () => {
    await test.close();
    await scenes.stop();
    await base.close();
  });

  async function ask(role: Role, method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, payload?: object) {
    const headers = { cookie: await test.cookieOf(role) };
    return test.app.inject({ method, url: `/api/scenes${path}`, headers, ...(payload && { payload }) });
  }
  const idsFor = async (role: Role) => (await ask(role, 'GET', '')).json<Scene[]>().map(({ id }) => id);

  const one = {
    name: { zh: '早班', en: 'Morning' },
    shared: false,
    cells: [{ x: 0, y: 0, w: 24, h: 24, tiles: [{ kind: 'camera', cameraId: 'cam' }] }],
  };

  it('has a scene of the house for every hall and over all of them, before anybody made one', async () => {
    expect(await idsFor('auditor')).toEqual(['overview', `hall-${hall.id}`]);
    const refused = await ask('supervisor', 'DELETE', '/overview');
    expect(refused.json()).toMatchObject({ error: { code: 'FORBIDDEN' } });
  });

  it('are made, seen by whom they are for, changed as they were seen, and kept', async () => {
    expect((await ask('auditor', 'POST', '', one)).statusCode).toBe(403);
    const made = (await ask('hall-manager', 'POST', '', one)).json<Scene>();
    expect(made).toMatchObject({ ...one, owner: 'hall-manager', cells: [{ everySec: 15, pinned: false }] });
    expect(await idsFor('supervisor')).not.toContain(made.id);
    expect((await ask('supervisor', 'GET', `/${made.id}`)).statusCode).toBe(404);

    const change = { ...one, shared: true, updatedAt: made.updatedAt };
    const changed = (await ask('hall-manager', 'PUT', `/${made.id}`, change)).json<Scene>();
    expect(changed.updatedAt! > made.updatedAt!).toBe(true);
    expect(await idsFor('supervisor')).toContain(made.id);
    const late = await ask('hall-manager', 'PUT', `/${made.id}`, change);
    expect(late.json()).toMatchObject({ error: { code: 'SCENE_CHANGED' } });

    const again = openScenes();
    await again.start();
    expect(again.get(made.id)).toEqual(changed);
    await again.stop();

    expect((await ask('supervisor', 'DELETE', `/${made.id}`)).statusCode).toBe(204);
    expect(await idsFor('hall-manager')).not.toContain(made.id);
  });

  it('name only what exists', async () => {
    const cells = [{ ...one.cells[0], tiles: [{ kind: 'camera', cameraId: 'gone' }] }];
    const refused = await ask('hall-manager', 'POST', '', { ...one, cells });
    expect(refused.json()).toMatchObject({
      error: { code: 'REQUEST_INVALID', details: [{ path: 'cells.0.tiles.0', message: 'no camera gone' }] },
    });
  });

  it('of somebody else are changed only by who may drive the screens', async () => {
    const made = (await ask('supervisor', 'POST', '', { ...one, shared: true })).json<Scene>();
    const change = { ...one, updatedAt: made.updatedAt };
    expect((await ask('hall-manager', 'PUT', `/${made.id}`, change)).statusCode).toBe(403);
  });
});
