import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { silentLogger as log } from '#lib/logger.ts';
import { Kept, MIN_KEPT_DAYS } from '#contract/retention.ts';
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
