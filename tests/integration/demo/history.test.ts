import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { silentLogger as log } from '#lib/logger.ts';
import type { SimulatedHall } from '../../../devices/simulators/city.ts';
import { SIMULATED_SESSION, writeHistory } from '../../../server/demo/history.ts';
import { FigureRollup } from '../../../server/features/figures/rollup.ts';
import { FiguresService } from '../../../server/features/figures/service.ts';
import { HallsService } from '../../../server/features/halls/service.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { hall as fixture, TEN } from '../../helpers/hall-fixture.ts';

/** A small hall at its natural pace: some dozens of people a day. */
const hall: SimulatedHall = {
  ...{ id: fixture.id, region: fixture.regionId, seed: 7, kiosks: ['k1'] },
  queues: [{ id: 'soc', prefix: 'A', arrivalsPerHour: 12, meanServiceMin: 6 }],
  windows: [
    { id: 'w01', label: '01', queueIds: ['soc'], staff: 'u1', extras: ['rater', 'seat'] },
    { id: 'w02', label: '02', queueIds: ['soc'], staff: 'u2', extras: [] },
  ],
};

describe('days before the first start of the demo', () => {
  let database: TestDatabase;
  let halls: HallsService;

  beforeAll(async () => {
    database = await openTestDatabase();
    halls = new HallsService({ db: database.db, log });
    await halls.start();
    const name = { zh: '测试', en: 'test' };
    await halls.putRegion({ id: fixture.regionId, code: '330100', name, parentId: null, outline: null });
    await halls.putHall(fixture);
  });
  afterAll(() => database.close());

  it('stand in the log once, marked as made up, and give the figures of a month as a workbook', async () => {
    const { timeZone } = halls.get(fixture.id)!;
    const plan = { halls: [hall], timeZone, speed: 1, walkOffEverySec: 3600, now: TEN };
    const written = await writeHistory(database.db, plan);
    expect(written).toBeGreaterThan(1000);
    expect(await writeHistory(database.db, plan)).toBe(0);
    const [log_] = await database.db.query<{ events: number; made: number; newest: string; issued: number }>(
      `SELECT count(*) AS events, count(*) FILTER (WHERE session_id = $1 AND backfilled) AS made, max(at) AS newest,
         count(*) FILTER (WHERE type = 'ticket.issued') AS issued FROM terminal_event`,
      [SIMULATED_SESSION],
    );
    expect(log_).toMatchObject({ events: written, made: written });
    expect(Date.parse(log_!.newest)).toBeLessThan(TEN);

    await new FigureRollup({ db: database.db, clock: new ManualClock(TEN), log }).catchUp();
    const figures = new FiguresService({ db: database.db, halls, calendar: { spans: () => null } });
    const today = new Date(TEN).toISOString().slice(0, 10);
    const month = { by: 'hall', period: 'day', from: '2026-02-01', until: today } as const;
    const { rows, totals } = await figures.ofPeriods(fixture.id, month);
    expect(rows).toHaveLength(8);
    expect(totals[0]!.figures).toMatchObject({ issued: log_!.issued });
    expect(totals[0]!.figures.utilisation).toBeGreaterThan(0.2);
    expect((await figures.xlsx(fixture.id, month)).subarray(0, 2).toString()).toBe('PK');
    expect(await figures.csv(fixture.id, month)).toContain('2026-03-02T00:00:00+08:00');
  });
});
