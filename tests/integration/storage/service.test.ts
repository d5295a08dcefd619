import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { App } from '../../../server/http/app-type.ts';
import { storageRoutes } from '../../../server/features/storage/routes.ts';
import { checkUsage } from '../../../server/features/storage/usage-check.ts';
import { openTestApp, type TestApp } from '../../helpers/test-app.ts';
import { DAY, NOW, openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

describe('volumes', () => {
  const refusal = (path: string) => stage.addVolume('new', { path }).catch((error: unknown) => error);

  it('makes the folder, marks it and writes to it', async () => {
    const volume = await stage.addVolume('disk', { path: join(stage.folder, 'made/for/it') });
    expect(volume).toMatchObject({ id: 'disk', status: 'ok', code: null, usedBytes: 0, capacityBytes: 1e9 });
    expect(await readFile(join(volume.path, '.hallwatch-volume'), 'utf8')).toMatch(/^[0-9A-Z]{26}\n$/);
    expect(stage.storage.choose({ cameraId: 'cam', role: 'main' })).toEqual({
      ok: true,
      volume: { id: 'disk', path: volume.path },
    });
  });

  it.each([
    ['a file', 'file', 'VOLUME_PATH_INVALID'],
    ['a folder within another volume', 'disk/inner', 'VOLUME_PATH_INVALID'],
    ['a folder around another volume', '.', 'VOLUME_PATH_INVALID'],
    ['where the database lies', 'data/database/footage', 'VOLUME_PATH_INVALID'],
    ['what other footage lies in', 'foreign', 'VOLUME_FOREIGN'],
  ])('refuses %s', async (_, path, code) => {
    await stage.addVolume('disk');
    await writeFile(join(stage.folder, 'file'), '');
    await mkdir(join(stage.folder, 'foreign'));
    await writeFile(join(stage.folder, 'foreign/.hallwatch-volume'), 'another\n');
    await mkdir(join(stage.folder, 'data/database'), { recursive: true });
    expect(await refusal(join(stage.folder, path))).toMatchObject({ code });
  });

  it('refuses the root and where nothing can be made', async () => {
    expect(await refusal('/')).toMatchObject({ code: 'VOLUME_PATH_INVALID' });
    expect(await refusal('/proc/hallwatch')).toMatchObject({ code: 'VOLUME_PATH_INVALID' });
  });

  it('asks for a quota where two share a disk', async () => {
    await stage.addVolume('disk');
    const second = stage.storage.addVolume({ id: 'other', path: join(stage.folder, 'other') }, 'root');
    await expect(second).rejects.toMatchObject({ code: 'REQUEST_INVALID', details: [{ path: 'quotaBytes' }] });
  });

  it('is mounted elsewhere only as what it is, and goes only without footage', async () => {
    await stage.addVolume('disk');
    await stage.record({ cameraId: 'cam', volumeId: 'disk', from: NOW - DAY, count: 1 });
    const elsewhere = join(stage.folder, 'elsewhere');
    await expect(stage.storage.changeVolume('disk', { path: elsewhere }, 'root')).rejects.toMatchObject({
      code: 'VOLUME_FOREIGN',
    });
    await expect(stage.storage.removeVolume('disk', 'root')).rejects.toMatchObject({ code: 'CONFLICT' });
    await stage.db.query('DELETE FROM footage_segment');
    await stage.storage.removeVolume('disk', 'root');
    expect((await stage.storage.overview()).volumes).toEqual([]);
  });
});

describe('the forecast', () => {
  it('tells days ahead of a minimum that the disk will not hold, and that there is no disk at all', async () => {
    await stage.addCamera('cam', { minDays: 30 });
    await stage.restart();
    await expect.poll(() => stage.problems.get('storage')?.code).toBe('STORAGE_NO_VOLUME');

    await stage.addVolume('disk', { quotaBytes: 26_400_000 });
    // a day of 1 MB, in 240 files of 6 minutes of an hour
    for (let hour = 24; hour >= 1; hour -= 1) {
      const from = Math.floor(NOW / 3600_000) * 3600_000 - hour * 3600_000;
      await stage.record({ cameraId: 'cam', volumeId: 'disk', from, count: 10, bytes: 4167 });
    }
    const { forecast } = await stage.storage.overview();
    expect(forecast).toMatchObject({ minimumDays: 30 });
    expect(forecast.bytesPerDay).toBeCloseTo(1_000_080, 0);
    expect(forecast.holdsDays).toBeCloseTo(26.4, 1);
    const breaks = (Date.parse(forecast.breaksMinimumAt!) - NOW) / DAY;
    expect(breaks).toBeGreaterThan(25);
    expect(breaks).toBeLessThan(26);

    stage.clock.advance(3600_000);
    await expect.poll(() => stage.problems.list()).toEqual([]);
    await stage.storage.changeVolume('disk', { quotaBytes: 10_000_000 }, 'root');
    stage.clock.advance(10 * 60_000);
    await expect.poll(() => stage.problems.get('storage')).toMatchObject({ code: 'STORAGE_MINIMUM_AT_RISK' });
    expect(stage.problems.get('storage')!.detail).toMatch(/^2026-03-1\d, 10\.\d d < 30 d$/);
  });
});

describe('what footage takes', () => {
  it('is checked against the rows, and put right', async () => {
    await stage.addVolume('disk');
    await stage.record({ cameraId: 'cam', volumeId: 'disk', from: NOW - DAY, count: 5 });
    const check = () => checkUsage(stage.db, NOW, new AbortController().signal);
    expect(await check()).toEqual([]);
    await stage.db.query('UPDATE footage_usage SET bytes = bytes + 7');
    await stage.db.query(`INSERT INTO footage_usage VALUES ('gone', 'cam', 'main', '2026-03-08', 1, 100)`);
    expect(await check()).toHaveLength(2);
    expect(await check()).toEqual([]);
    const sums = await stage.db.query(
      'SELECT volume_id, sum(bytes)::int AS bytes FROM footage_usage GROUP BY 1 ORDER BY 1',
    );
    expect(sums).toEqual([
      { volume_id: 'disk', bytes: 5000 },
      { volume_id: 'gone', bytes: 0 },
    ]);
  });
});

describe('verification', () => {
  it('finds and locates what was altered, deleted and exchanged, in rows and in files', async () => {
    const { path } = await stage.addVolume('disk');
    await stage.record({ cameraId: 'cam', volumeId: 'disk', from: NOW - DAY, count: 20 });
    const faults = async (files = false) => {
      const [verdict] = await stage.storage.verify('cam', files);
      return verdict!.faults.map(({ kind, fromNo, toNo }) => `${kind} ${fromNo}-${toNo}`);
    };
    expect(await faults(true)).toEqual([]);
    const [first, second] = await stage.files('disk');
    await writeFile(join(path, first!), await readFile(join(path, second!)));
    expect(await faults()).toEqual([]);
    expect(await faults(true)).toEqual(['file-altered 1-1']);
    await stage.db.query('UPDATE footage_segment SET frames = 249 WHERE number = 4');
    await stage.db.query('DELETE FROM footage_segment WHERE number IN (8, 9, 19)');
    expect(await faults()).toEqual(['altered 5-5', 'missing 9-10', 'truncated 20-20']);
    await stage.db.query(`UPDATE footage_segment SET chain_no = 29 - chain_no WHERE number IN (13, 14)`);
    expect(await faults()).toEqual([
      'altered 5-5',
      'missing 9-10',
      'altered 14-14',
      'reordered 15-15',
      'altered 16-16',
      'truncated 20-20',
    ]);
  });
});

describe('REST', () => {
  let server: TestApp;
  beforeEach(async () => {
    server = await openTestApp({
      db: stage.db,
      clock: stage.clock,
      routes: (app: App) => storageRoutes(app, { storage: stage.storage }),
    });
  });
  afterEach(() => server.close());

  it('administrators run storage; supervisors hold footage and lift holds; others do neither', async () => {
    const ask = async (
      role: 'administrator' | 'supervisor' | 'hall-manager',
      method: 'GET' | 'POST' | 'PUT' | 'DELETE',
      url: string,
      payload?: object,
    ) =>
      server.app.inject({
        method,
        url,
        headers: { cookie: await server.cookieOf(role) },
        ...(payload ? { payload } : {}),
      });
    const volume = { id: 'disk', path: join(stage.folder, 'disk'), quotaBytes: 1e9 };
    expect((await ask('supervisor', 'POST', '/api/storage/volumes', volume)).statusCode).toBe(403);
    expect((await ask('administrator', 'POST', '/api/storage/volumes', volume)).statusCode).toBe(201);
    expect((await ask('administrator', 'POST', '/api/storage/volumes', volume)).json().error.code).toBe('CONFLICT');
    expect((await ask('administrator', 'GET', '/api/storage')).json()).toMatchObject({
      volumes: [{ id: 'disk', status: 'ok' }],
      forecast: { bytesPerDay: null, holdsDays: null },
      rules: [{ purpose: 'back-office' }, { purpose: 'public-area' }, { purpose: 'window' }],
    });
    const rules = [{ purpose: 'window', minDays: 60, maxDays: 30 }];
    expect((await ask('administrator', 'PUT', '/api/storage/rules', rules)).statusCode).toBe(400);
    rules[0]!.maxDays = 120;
    expect((await ask('administrator', 'PUT', '/api/storage/rules', rules)).json()[2]).toEqual(rules[0]);

    await stage.addCamera('cam');
    const [from, until] = [new Date(NOW - DAY).toISOString(), new Date(NOW).toISOString()];
    const hold = { cameraId: 'cam', from, until, reason: '投诉 2026-17', subject: 'complaint', subjectId: '2026-17' };
    expect((await ask('hall-manager', 'POST', '/api/storage/holds', hold)).statusCode).toBe(403);
    expect((await ask('supervisor', 'POST', '/api/storage/holds', { ...hold, until: from })).statusCode).toBe(400);
    const placed = (await ask('supervisor', 'POST', '/api/storage/holds', hold)).json();
    expect(placed).toMatchObject({ ...hold, placedBy: 'supervisor', liftedAt: null, bytes: 0 });
    const lifted = await ask('supervisor', 'DELETE', `/api/storage/holds/${placed.id}`);
    expect(lifted.json()).toMatchObject({ id: placed.id, liftedBy: 'supervisor' });
    expect((await ask('supervisor', 'DELETE', `/api/storage/holds/${placed.id}`)).statusCode).toBe(409);
    expect((await ask('supervisor', 'GET', '/api/storage/holds')).json()).toHaveLength(1);
  });
});
