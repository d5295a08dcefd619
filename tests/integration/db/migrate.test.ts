import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { EmbeddedDatabase } from '../../../server/db/embedded/embedded-database.ts';
import { migrate } from '../../../server/db/migrate.ts';
import { createPool } from '../../../server/db/pool.ts';
import { systemClock } from '../../../server/lib/clock.ts';
import { silentLogger } from '../../../server/lib/logger.ts';
import { openEmptyDatabase, openTestDatabase } from '../../helpers/database.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

test('a test database is migrated and has TimescaleDB', async () => {
  const database = await openTestDatabase();
  open.push(database);
  const rows = await database.db.query<{ name: string }>('SELECT name FROM migration ORDER BY name');
  expect(rows.map(({ name }) => name)).toContain('0001_places');
  expect(await database.db.query("SELECT 1 AS one FROM pg_extension WHERE extname = 'timescaledb'")).toHaveLength(1);
});

test('two servers that start at once migrate once, and a later start changes nothing', async () => {
  const database = await openEmptyDatabase();
  open.push(database);
  const { url } = database;
  await Promise.all([migrate({ url, log: silentLogger }), migrate({ url, log: silentLogger })]);
  const db = createPool({ url, log: silentLogger });
  await db.start();
  const before = await db.query('SELECT * FROM migration ORDER BY id');
  await migrate({ url, log: silentLogger });
  expect(await db.query('SELECT * FROM migration ORDER BY id')).toEqual(before);
  await db.stop();
});

test('a file that came later runs in a database that has those of higher numbers', async () => {
  const database = await openTestDatabase();
  open.push(database);
  const { db, url } = database;
  const index = "SELECT indexname FROM pg_indexes WHERE indexname = 'footage_hold_subject'";
  await db.query('DROP INDEX footage_hold_subject');
  await db.query("DELETE FROM migration WHERE name = '0107_alert_clips'");
  await migrate({ url, log: silentLogger });
  expect(await db.query(index)).toHaveLength(1);
});

test('a PostgreSQL without TimescaleDB is told from one that may not be used', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'hallwatch-plain-'));
  const settings = { shared_preload_libraries: '', fsync: 'off' };
  const server = new EmbeddedDatabase({ dataDir, log: silentLogger, clock: systemClock, settings });
  try {
    const { url } = await server.start();
    await expect(migrate({ url, log: silentLogger })).rejects.toMatchObject({
      code: 'TIMESCALE_MISSING',
      details: expect.stringContaining('timescaledb'),
    });
  } finally {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
