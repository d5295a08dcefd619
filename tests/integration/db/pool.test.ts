import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AppError } from '../../../server/lib/app-error.ts';
import { createPool } from '../../../server/db/pool.ts';
import { silentLogger } from '../../../server/lib/logger.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await database.db.query('CREATE TABLE item (n int PRIMARY KEY)');
});
afterAll(() => database.close());

/** How `start` refuses an address. */
async function refusal(change: (url: URL) => void): Promise<AppError> {
  const url = new URL(database.url);
  change(url);
  return createPool({ url: url.href, log: silentLogger })
    .start()
    .then(
      () => expect.unreachable(),
      (error: AppError) => error,
    );
}

test('says what is wrong with an address', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');

  expect(await refusal((url) => (url.password = 'wrong'))).toMatchObject({ code: 'DATABASE_REFUSED' });
  expect(await refusal((url) => (url.username = 'nobody-we-know'))).toMatchObject({ code: 'DATABASE_REFUSED' });
  expect(await refusal((url) => (url.pathname = '/not_there'))).toMatchObject({ code: 'DATABASE_REFUSED' });
  expect(await refusal((url) => (url.port = String(port)))).toMatchObject({ code: 'DATABASE_UNREACHABLE' });
  expect(await refusal((url) => (url.pathname = '/'))).toMatchObject({ code: 'DATABASE_URL_INVALID' });
});

test('times come as ISO strings in UTC and int8 as numbers', async () => {
  const rows = await database.db.query(
    "SELECT '2026-03-01 08:00+08'::timestamptz AS at, 9007199254740991::int8 AS big",
  );
  expect(rows).toEqual([{ at: '2026-03-01T00:00:00.000Z', big: 9007199254740991 }]);
  expect(await database.db.query('SHOW TimeZone')).toEqual([{ TimeZone: 'UTC' }]);
});

test('a transaction is all or nothing, and one inside another can fail alone', async () => {
  const { db } = database;
  await expect(
    db.transaction(async (inside) => {
      await inside.query('INSERT INTO item VALUES (1)');
      throw new Error('changed my mind');
    }),
  ).rejects.toThrow('changed my mind');
  await db.transaction(async (inside) => {
    await inside.query('INSERT INTO item VALUES (2)');
    await inside
      .transaction(async (nested) => {
        await nested.query('INSERT INTO item VALUES (3)');
        await nested.query('INSERT INTO item VALUES (2)');
      })
      .catch((error: { code: string }) => expect(error.code).toBe('23505'));
    await inside.query('INSERT INTO item VALUES (4)');
  });
  expect(await db.query('SELECT n FROM item ORDER BY n')).toEqual([{ n: 2 }, { n: 4 }]);
});

test('connections that the server ends are replaced', async () => {
  const { db } = database;
  const endOthers = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()`;
  const cut = db.transaction(async (inside) => {
    await db.query(endOthers);
    await inside.query('SELECT 1');
  });
  await expect(cut).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE', status: 503 });
  expect(await db.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('can be started and stopped twice', async () => {
  const db = createPool({ url: database.url, log: silentLogger });
  await db.start();
  const { pool } = db;
  await db.start();
  expect(db.pool).toBe(pool);
  await db.stop();
  await db.stop();
  expect(() => db.pool).toThrow('not started');
});

test('copies rows as they are, all of them or none', async () => {
  const { db } = database;
  await db.query('CREATE TABLE odd (n int PRIMARY KEY, said text, flag boolean)');
  const columns = ['n', 'said', 'flag'];
  const rows = [
    [1, 'tab\t line\n return\r back\\slash "quoted" 等候', true],
    [2, null, false],
    [3, '', true],
    [4, '\\N', null],
  ];
  await db.copy('odd', columns, rows);
  expect(await db.query('SELECT * FROM odd ORDER BY n')).toEqual(rows.map(([n, said, flag]) => ({ n, said, flag })));
  const repeated = db.copy(
    'odd',
    columns,
    [5, 1].map((n) => [n, 'again', true]),
  );
  await expect(repeated).rejects.toMatchObject({ code: '23505' });
  await expect(db.copy('nowhere', columns, rows)).rejects.toMatchObject({ code: '42P01' });
  // The connections are fit for use.
  const counts = await Promise.all(Array.from({ length: 12 }, () => db.query('SELECT count(*) FROM odd')));
  expect(new Set(counts.map(([row]) => JSON.stringify(row)))).toEqual(new Set(['{"count":4}']));
});

test('copies rows out, or says why not, and is fit for use after it', async () => {
  const { db } = database;
  const size = 'SELECT n, repeat($$x$$, n) FROM generate_series(1, 3000) AS n';
  const read = async (query: string, onRow?: (n: number) => void) => {
    let sum = 0;
    await db.copyOut(query, ({ bytes, starts, lengths }) => {
      const n = bytes.readInt32BE(starts[0]);
      expect(lengths[1]).toBe(n);
      sum += n;
      onRow?.(n);
    });
    return sum;
  };
  expect(await read(size)).toBe(4_501_500);
  expect(await read(`${size} WHERE n < 0`)).toBe(0);
  await expect(read('SELECT 1 FROM nowhere')).rejects.toMatchObject({ code: '42P01' });
  // in the middle of it
  await expect(
    read(`SELECT n, repeat('x', n + 0 / (n - 2500)) FROM generate_series(1, 3000) AS n`),
  ).rejects.toMatchObject({
    code: '22012',
  });
  const seen: number[] = [];
  const stopped = read(size, (n) => {
    seen.push(n);
    if (n === 3) throw new Error('seen enough');
  });
  await expect(stopped).rejects.toThrow('seen enough');
  expect(seen).toEqual([1, 2, 3]);
  const counts = await Promise.all(Array.from({ length: 12 }, () => db.query('SELECT 1 AS one')));
  expect(counts.flat()).toEqual(Array.from({ length: 12 }, () => ({ one: 1 })));
});
