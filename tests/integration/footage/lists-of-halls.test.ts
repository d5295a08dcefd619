import { afterAll, beforeAll, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { handoverRoutes } from '../../../server/features/alerts/handover-routes.ts';
import { Handovers } from '../../../server/features/alerts/handovers.ts';
import { exportRoutes } from '../../../server/features/exports/routes.ts';
import { ExportsService, type ExportsDeps } from '../../../server/features/exports/service.ts';
import { Bookmarks } from '../../../server/features/footage/bookmarks.ts';
import { footageRoutes } from '../../../server/features/footage/routes.ts';
import type { FootageService } from '../../../server/features/footage/service.ts';
import { Holds } from '../../../server/features/storage/holds.ts';
import { storageRoutes } from '../../../server/features/storage/routes.ts';
import type { StorageService } from '../../../server/features/storage/service.ts';
import { alertOf } from '../../helpers/alert-fixture.ts';
import { noReasons } from '../../helpers/caller.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { openTestApp, PASSWORD, type TestApp } from '../../helpers/test-app.ts';

let base: TestDatabase;
let test: TestApp;
let li: string;
let boss: string;

/** Hall b has more of everything than any list is long, and all of it is newer than the little of hall a. */
const FLOOD = 1100;

/** ULIDs that sort as they are numbered. */
const id = (number: number | string) => `'01KB' || lpad((${number})::text, 22, '0')`;

beforeAll(async () => {
  base = await openTestDatabase();
  const { db } = base;
  await db.query(`INSERT INTO region (id, code, name) VALUES ('r', '330000', '{}')`);
  await db.query(
    `INSERT INTO hall (id, region_id, name) VALUES ('a', 'r', '{"zh":"甲","en":"A"}'), ('b', 'r', '{"zh":"乙","en":"B"}')`,
  );
  await db.query(
    `INSERT INTO camera (id, hall_id, name, purpose) VALUES ('a-1', 'a', 'A', 'window'), ('b-1', 'b', 'B', 'window')`,
  );
  const at = `timestamptz '2026-03-09T01:00:00Z' + n * interval '1 s'`;
  const camera = `CASE WHEN n < 3 THEN 'a-1' ELSE 'b-1' END`;
  const series = `FROM generate_series(0, ${FLOOD + 2}) AS n`;
  await db.query(`INSERT INTO footage_hold (id, camera_id, from_at, until_at, subject, reason, placed_by, placed_at)
    SELECT ${id('n')}, ${camera}, ${at}, ${at} + interval '1 s', 'manual', 'why', 'boss', ${at} ${series}`);
  await db.query(`INSERT INTO footage_bookmark (id, camera_id, at, note, created_by, created_at)
    SELECT ${id('n')}, ${camera}, ${at}, 'note', 'boss', ${at} ${series}`);
  await db.query(`INSERT INTO footage_export (id, camera_ids, from_at, until_at, exact, note, status, requested_by, requested_at)
    SELECT ${id('n')}, CASE WHEN n < 2 THEN '{a-1}' WHEN n = 2 THEN '{a-1,b-1}' ELSE '{b-1}' END::text[], ${at},
      ${at} + interval '1 s', false, '', 'done', 'boss', ${at} ${series}`);
  const of = (...halls: string[]) => JSON.stringify(halls.map((hallId) => alertOf({ hallId })));
  await db.query(
    `INSERT INTO shift_handover (id, at, by, note, alerts)
     SELECT ${id('n')}, ${at}, CASE n WHEN 3 THEN 'li' ELSE 'boss' END, 'note',
       CASE WHEN n < 1 THEN $1 WHEN n = 1 THEN $2 WHEN n < 4 THEN '[]' ELSE $3 END::jsonb ${series}`,
    [of('a'), of('a', 'b'), of('b')],
  );

  const clock = new ManualClock(Date.parse('2026-03-09T02:00:00Z'));
  const deps = { db, clock, log: silentLogger };
  const halls = new Map([
    ['a-1', 'a'],
    ['b-1', 'b'],
  ]);
  test = await openTestApp({
    ...deps,
    hallOf: { camera: (camera) => halls.get(camera) },
    routes: (app) => {
      storageRoutes(app, { storage: { holds: new Holds(deps) } as StorageService });
      footageRoutes(app, { footage: { bookmarks: new Bookmarks(deps) } as FootageService });
      const exports = new ExportsService({ ...deps, folder: '/nonexistent' } as unknown as ExportsDeps);
      exportRoutes(app, { exports, viewing: noReasons });
      handoverRoutes(app, { handovers: new Handovers(deps), alerts: { open: () => [] } });
    },
  });
  boss = await test.cookieOf('administrator');
  const grants = [{ role: 'supervisor' as const, scope: { of: 'hall' as const, id: 'a' } }];
  await test.accounts.add({ username: 'li', displayName: 'Li', password: PASSWORD, grants }, null);
  li = await test.signedIn('li');
});
afterAll(async () => {
  await test.close();
  await base.close();
});

const get = async (url: string, cookie: string) => {
  const answer = await test.app.inject({ url, headers: { cookie } });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json<{ id: string }[]>().map((row) => Number(row.id.slice(4)));
};
const act = (method: 'POST' | 'DELETE', url: string, cookie = li) =>
  test.app.inject({ method, url, headers: { cookie } });
const path = (url: string, number: number) => `${url}/01KB${String(number).padStart(22, '0')}`;

it.each([
  ['/api/storage/holds', [2, 1, 0], 500],
  ['/api/footage/bookmarks', [0, 1, 2], 1000],
  ['/api/footage/exports', [1, 0], 100],
])('%s has all of one’s own hall, however much is elsewhere', async (url, own, limit) => {
  expect(await get(url, li)).toEqual(own);
  expect(await get(url, boss)).toHaveLength(limit);
});

it('handovers are those of one’s own halls and one’s own, however many others there are', async () => {
  expect(await get('/api/handovers?limit=20', li)).toEqual([3, 0]);
  expect(await get('/api/handovers?limit=20', boss)).toHaveLength(20);
});

it('what is not in a list is out of reach, however old it is, and what is in it is not', async () => {
  expect((await act('DELETE', path('/api/storage/holds', 3))).statusCode).toBe(404);
  expect((await act('DELETE', path('/api/storage/holds', 0))).json()).toMatchObject({
    cameraId: 'a-1',
    liftedBy: 'li',
  });
  expect((await act('DELETE', path('/api/footage/exports', 2))).statusCode).toBe(404);
  expect((await act('DELETE', path('/api/footage/bookmarks', 5))).statusCode).toBe(404);
  expect((await act('POST', `${path('/api/handovers', 1)}/take`)).statusCode).toBe(404);
  expect((await act('POST', `${path('/api/handovers', 4)}/take`)).statusCode).toBe(404);
  const untaken = await base.db.query('SELECT 1 FROM shift_handover WHERE taken_by IS NOT NULL');
  expect(untaken).toEqual([]);
  expect((await act('POST', `${path('/api/handovers', 0)}/take`)).json()).toMatchObject({
    takenBy: 'li',
    alerts: [{ hallId: 'a' }],
  });
});
