import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { silentLogger as log } from '#lib/logger.ts';
import { Kept, MIN_KEPT_DAYS } from '#contract/retention.ts';
import type { Logger } from '#lib/logger.ts';
import type { Database } from '../../../server/db/database.ts';
import { compressOldRows } from '../../../server/features/retention/compression.ts';
import { RetentionService } from '../../../server/features/retention/service.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { TEN } from '../../helpers/hall-fixture.ts';

const DAY_MS = 24 * 3600_000;

describe('how long the database keeps what', () => {
  let database: TestDatabase;
  let retention: RetentionService;
  let told: object[];
  const count = async (table: string, where = 'true') =>
    (await database.db.query<{ n: number }>(`SELECT count(*) AS n FROM ${table} WHERE ${where}`))[0]!.n;
  const ago = (days: number) => new Date(TEN - days * DAY_MS).toISOString();

  beforeAll(async () => {
    database = await openTestDatabase();
    told = [];
    const personalRemoved = (removed: object) => void told.push(removed);
    retention = new RetentionService({ db: database.db, clock: new ManualClock(TEN), log, personalRemoved });
    for (const days of [1, 100, 200]) {
      await database.db.query(`INSERT INTO sensor_reading VALUES ($1, 'hall-a', 'door', 'inside', 3)`, [ago(days)]);
      for (const period of ['5min', 'hour', 'day']) {
        await database.db.query(`INSERT INTO figure_window VALUES ('hall-a', $1, $2, 'w01', 'u1', 1, 1, 1, 1, 1)`, [
          period,
          ago(days),
        ]);
      }
    }
  });
  afterAll(() => database.close());

  it('drops whole chunks and deletes periods by themselves', async () => {
    await retention.set('readings', 50);
    await retention.set('figures5min', 150);
    await retention.set('figuresDay', null);
    await retention.clear();
    expect(await count('sensor_reading')).toBe(1);
    expect(await count('figure_window', `period = '5min'`)).toBe(2);
    expect(await count('figure_window', `period = 'hour'`)).toBe(3);
    expect(await count('figure_window', `period = 'day'`)).toBe(3);
    const rows = await retention.list();
    expect(rows.map(({ kept }) => kept)).toEqual(Kept.options);
    expect(rows.find(({ kept }) => kept === 'figures5min')).toMatchObject({ keepDays: 150, oldest: ago(100) });
    expect(rows.find(({ kept }) => kept === 'readings')!.bytes).toBeGreaterThan(0);
  });

  it('takes of people what is no longer needed, and tells how much of it went', async () => {
    const ask = (username: string, days: number) =>
      database.db.query(`INSERT INTO account_registration VALUES ($1, $1, 'hash', '330000', '', '10.0.0.7', $2)`, [
        username,
        ago(days),
      ]);
    await Promise.all([ask('li', 10), ask('wang', 40), ask('zhao', 50)]);
    await retention.set('registrations', 30);
    await retention.clear();
    expect(await count('account_registration')).toBe(1);
    expect(told).toEqual([{ kept: 'registrations', rows: 2, before: ago(30) }]);
    await retention.clear();
    expect(told).toHaveLength(1);
  });

  it('never keeps less of the log than late events need', async () => {
    await expect(retention.set('events', MIN_KEPT_DAYS.events - 1)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    expect(await retention.set('events', MIN_KEPT_DAYS.events)).toMatchObject({ keepDays: MIN_KEPT_DAYS.events });
  });
});

describe('compression of what is old', () => {
  it('is asked of no database whose licence has none', async () => {
    const database = await openTestDatabase();
    const said: string[] = [];
    const db = {
      query: <Row extends object>(text: string) => {
        said.push(text);
        return database.db.query<Row>(text);
      },
    };
    await compressOldRows({ db: db as unknown as Database, log });
    expect(said).toHaveLength(1);
    await database.close();
  });

  /** A database of the community edition, which the tests do not have: what it is told, and what it may answer. */
  it('is set up once where the licence has it, and a table that refuses keeps no other from it', async () => {
    const setUp = new Set(['measurement']);
    const said: string[] = [];
    const db = {
      query: async (text: string, values?: unknown[]) => {
        if (text.includes('timescaledb.license')) return [{ licence: 'timescale' }];
        if (text.includes('compression_enabled')) return setUp.has(String(values![0])) ? [{}] : [];
        const [table] = /terminal_event|sensor_reading|measurement/.exec(text)!;
        if (table === 'terminal_event') throw new Error('must be owner of hypertable');
        said.push(text.split(/[ (]/, 2).join(' '));
        setUp.add(table);
        return [];
      },
    } as unknown as Database;
    const warned: unknown[] = [];
    const told = { ...log, warn: (what: unknown) => void warned.push(what) } as unknown as Logger;
    await compressOldRows({ db, log: told });
    expect(said).toEqual(['ALTER TABLE', 'SELECT add_compression_policy']);
    expect(warned).toEqual([
      { code: 'DATABASE_REFUSED', table: 'terminal_event', reason: 'must be owner of hypertable' },
    ]);
  });
});
