import { afterAll, beforeAll, expect, it } from 'vitest';
import { dropEmptyChunks } from '../../../server/features/storage/empty-chunks.ts';
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

it('days of segments that are empty are dropped, those with footage and young ones stay', async () => {
  const { db } = opened;
  const days = async () => {
    const rows = await db.query<{ day: string }>(
      `SELECT range_start AS day FROM timescaledb_information.chunks WHERE hypertable_name = 'footage_segment' ORDER BY 1`,
    );
    return rows.map(({ day }) => day.slice(0, 10));
  };
  await db.query(`DELETE FROM footage_segment WHERE started_at < '2026-03-10'`);
  expect(await days()).toEqual(['2026-03-09', '2026-03-10']);
  const { signal } = new AbortController();
  expect(await dropEmptyChunks(db, Date.parse('2026-03-09T12:00:00Z'), signal)).toBe(0);
  expect(await dropEmptyChunks(db, Date.parse('2026-03-12T00:00:00Z'), signal)).toBe(1);
  expect(await days()).toEqual(['2026-03-10']);
  expect(await db.query('SELECT count(*) AS n FROM footage_segment')).toEqual([{ n: 4 }]);
});
