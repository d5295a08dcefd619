import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';

let opened: TestDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened.close());

it('what footage takes is counted with every insert, removal, move and loss, across days', async () => {
  const { db } = opened;
  const usage = () =>
    db.query('SELECT volume_id AS volume, hour, segments, bytes FROM footage_usage WHERE segments <> 0 ORDER BY 1, 2');
  await db.query(
    `INSERT INTO footage_segment
     SELECT 'cam', 'main', at, at + interval '10 s', 'run', n, 'a', 100, 250, 800, 0, 'full', null, ''::bytea, n, ''::bytea, 'ok'
     FROM (SELECT n, timestamptz '2026-03-09 23:59:00Z' + n * interval '10 s' AS at FROM generate_series(0, 11) n) t`,
  );
  expect(await usage()).toEqual([
    { volume: 'a', hour: '2026-03-09T23:00:00.000Z', segments: 6, bytes: 600 },
    { volume: 'a', hour: '2026-03-10T00:00:00.000Z', segments: 6, bytes: 600 },
  ]);
  await db.query(`UPDATE footage_segment SET volume_id = 'b' WHERE number IN (4, 5, 6)`);
  await db.query(`UPDATE footage_segment SET state = 'missing' WHERE number = 6`);
  await db.query(`DELETE FROM footage_segment WHERE number IN (0, 6, 11)`);
  expect(await usage()).toEqual([
    { volume: 'a', hour: '2026-03-09T23:00:00.000Z', segments: 3, bytes: 300 },
    { volume: 'a', hour: '2026-03-10T00:00:00.000Z', segments: 4, bytes: 400 },
    { volume: 'b', hour: '2026-03-09T23:00:00.000Z', segments: 2, bytes: 200 },
  ]);
});
