import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Alert } from '#contract/alerts.ts';
import { silentLogger } from '#lib/logger.ts';
import { migrate } from '../../../server/db/migrate.ts';
import { createPool, type PoolDatabase } from '../../../server/db/pool.ts';
import { AlertsRepository } from '../../../server/features/alerts/repository.ts';
import { actOf } from '../../../server/features/alerts/handling.ts';
import { alertOf } from '../../helpers/alert-fixture.ts';
import { openEmptyDatabase } from '../../helpers/database.ts';

/** A database of the release before, with alerts in it, that is brought up to date. */
let base: Awaited<ReturnType<typeof openEmptyDatabase>>;
let db: PoolDatabase;

beforeAll(async () => {
  base = await openEmptyDatabase();
  db = createPool({ url: base.url, log: silentLogger });
  await db.start();
  await db.query('CREATE EXTENSION timescaledb');
  const dir = fileURLToPath(new URL('../../../server/db/migrations', import.meta.url));
  const before = readdirSync(dir).filter((file) => file < '0010').length;
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  await runner({
    ...{ databaseUrl: base.url, dir, direction: 'up', count: before, migrationsTable: 'migration', logger: quiet },
  });
  await db.query(
    `INSERT INTO alert (id, rule_id, rule_version, kind, hall_id, window_id, queue_id, severity, status,
       condition_since, raised_at, severity_at, closed_at, outcome, facts, camera_ids)
     SELECT id, rule, 1, rule, 'hall-a', w, q, 'blue', status, now(), now(), now(), closed, outcome, '{}', '{cam-1}'
     FROM (VALUES ('A1', 'window-unattended', 'w01', NULL, 'open', NULL, NULL),
                  ('A2', 'wait-overtime', NULL, 'soc', 'acknowledged', NULL, NULL),
                  ('A3', 'window-unattended', 'w01', NULL, 'closed', now(), 'cleared'))
       AS old (id, rule, w, q, status, closed, outcome)`,
  );
  await migrate({ url: base.url, log: silentLogger });
});
afterAll(async () => {
  await db?.stop();
  await base?.close();
});

it('keeps the alerts of before, each about what it was about', async () => {
  expect(await db.query('SELECT id, subject, camera_id FROM alert ORDER BY id')).toEqual([
    { id: 'A1', subject: 'hall-a/window:w01', camera_id: null },
    { id: 'A2', subject: 'hall-a/queue:soc', camera_id: null },
    { id: 'A3', subject: 'hall-a/window:w01', camera_id: null },
  ]);
  expect(await new AlertsRepository(db).kept()).toMatchObject([
    { id: 'A1', windowId: 'w01', queueId: null, cameraId: null, cameraIds: ['cam-1'] },
    { id: 'A2', windowId: null, queueId: 'soc', cameraId: null, status: 'acknowledged', lastAct: { act: 'raise' } },
  ]);
  expect(await db.query('SELECT alert_id, revision, act, outcome FROM alert_act ORDER BY 1, 2')).toEqual([
    { alert_id: 'A1', revision: 1, act: 'raise', outcome: null },
    { alert_id: 'A2', revision: 1, act: 'raise', outcome: null },
    { alert_id: 'A3', revision: 1, act: 'raise', outcome: null },
    { alert_id: 'A3', revision: 2, act: 'end', outcome: 'cleared' },
  ]);
  expect(await new AlertsRepository(db).one('A3')).toMatchObject({ revision: 2, lastAct: { act: 'end', by: null } });
});

it('still takes one open alert of a rule about a subject, be it a camera', async () => {
  const about = { ruleId: 'camera-offline', kind: 'camera-offline', hallId: 'hall-a', windowId: null } as const;
  const insert = async (id: string, change: Partial<Alert>) => {
    const alert = alertOf({ ...about, id, ...change });
    await new AlertsRepository(db).save([{ alert, acts: [actOf(alert, null)] }], async () => undefined);
  };
  const violation = { code: '23505' };
  await expect(
    insert('B0', { ruleId: 'window-unattended', kind: 'window-unattended', windowId: 'w01' }),
  ).rejects.toMatchObject(violation);
  await insert('B1', { cameraId: 'cam-1' });
  await insert('B2', { cameraId: 'cam-2' });
  await insert('B3', { cameraId: 'cam-1', ruleId: 'picture-fault', kind: 'picture-fault' });
  await expect(insert('B4', { cameraId: 'cam-1' })).rejects.toMatchObject(violation);
});
