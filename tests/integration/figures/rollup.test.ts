import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ulid } from 'ulid';
import { ManualClock } from '#lib/clock.ts';
import { silentLogger as log } from '#lib/logger.ts';
import { hall, minutes, TEN } from '../../helpers/hall-fixture.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { HallsService } from '../../../server/features/halls/service.ts';
import { FigureRollup } from '../../../server/features/figures/rollup.ts';
import { FiguresService } from '../../../server/features/figures/service.ts';
import { queueSums, windowSums } from '../../../server/features/figures/sums.ts';
import { insertEvents } from '../../../server/features/terminals/event-rows.ts';
import type { Statement, StoredEvent } from '../../../server/features/terminals/stored-event.ts';

describe('figures of periods, from the event log', () => {
  let database: TestDatabase;
  let rollup: FigureRollup;

  beforeEach(async () => {
    database = await openTestDatabase();
    const halls = new HallsService({ db: database.db, log });
    await halls.start();
    const name = { zh: '测试', en: 'test' };
    await halls.putRegion({ id: hall.regionId, code: '330100', name, parentId: null, outline: null });
    await halls.putHall(hall);
    rollup = new FigureRollup({ db: database.db, clock: new ManualClock(TEN), log });
  });
  afterEach(() => database.close());

  const event = (at: number, body: Statement, windowId: string | null = null): StoredEvent => ({
    ...{
      id: ulid(at),
      hallId: hall.id,
      kind: windowId ? 'caller' : 'kiosk',
      deviceId: windowId ?? 'k1',
      channel: 'evt',
    },
    ...{ sid: 's', seq: 1, receivedAt: at, occurredAt: at, at, backfilled: false, misdated: false },
    windowId: 'window' in body ? body.window : windowId,
    body,
  });
  const ticket = { tid: 't1', no: 'A001', queue: 'soc' };
  const atWindow = { ...ticket, window: 'w01' };
  const day = { hallId: hall.id, from: TEN - minutes(600), until: TEN + minutes(840) };
  const course = [
    event(TEN, { type: 'staff.login', window: 'w01', staff: 'u1' }, 'w01'),
    event(TEN, { type: 'ticket.issued', ...ticket, prio: 'normal' }),
    event(TEN + minutes(4), { type: 'ticket.called', ...atWindow }, 'w01'),
    event(TEN + minutes(5), { type: 'ticket.started', ...atWindow }, 'w01'),
    event(TEN + minutes(12), { type: 'ticket.completed', ...atWindow }, 'w01'),
    event(TEN + minutes(14), { type: 'staff.logout', window: 'w01', staff: 'u1' }, 'w01'),
  ];

  it('counts what lies in each 5 minutes, hour and day', async () => {
    await insertEvents(database.db, course);
    await rollup.catchUp();
    const [first, second, third] = await queueSums(database.db, { ...day, period: '5min' });
    expect(first).toMatchObject({ issued: 1, called: 1, waited: 1, waitSec: 240, onTarget: 1, waitingSec: 240 });
    expect(second).toMatchObject({ from: new Date(TEN + minutes(5)).toISOString(), issued: 0, called: 0, started: 1 });
    expect(third).toMatchObject({ completed: 1, served: 1, serviceSec: 420 });
    const windows = await windowSums(database.db, { ...day, period: '5min' });
    expect(windows.map(({ idleSec, callingSec, servingSec }) => [idleSec, callingSec, servingSec])).toEqual([
      [240, 60, 0],
      [0, 0, 300],
      [120, 0, 120],
    ]);
    expect(await queueSums(database.db, { ...day, period: 'day' })).toMatchObject([
      { from: '2026-03-08T16:00:00.000Z', queueId: 'soc', issued: 1, called: 1, completed: 1 },
    ]);
  });

  it('come out the same however late, often and in whatever order events arrive', async () => {
    await insertEvents(database.db, course);
    await rollup.catchUp();
    const all = async () =>
      Promise.all(
        ['figure_ticket', 'figure_window'].map((table) =>
          database.db.query(`SELECT * FROM ${table} ORDER BY 1, 2, 3, 4, 5`),
        ),
      );
    const inTime = await all();
    await database.db.query('TRUNCATE terminal_event, figure_ticket, figure_window, figure_day, figure_dirty');
    for (const late of course.toReversed()) {
      await insertEvents(database.db, [late, late]);
      await insertEvents(database.db, [late]);
      await rollup.catchUp();
    }
    expect(await all()).toEqual(inTime);
    expect(await database.db.query('SELECT * FROM figure_dirty')).toEqual([]);
  });

  it('are told by queue, window, clerk or hall, with those of the whole span beside', async () => {
    await insertEvents(database.db, course);
    await rollup.catchUp();
    const figures = new FiguresService({
      db: database.db,
      halls: { get: (id) => (id === hall.id ? hall : undefined) },
      calendar: { spans: () => null },
    });
    const asked = { from: '2026-03-09', until: '2026-03-09' };
    const byQueue = await figures.ofPeriods(hall.id, { ...asked, by: 'queue', period: '5min' });
    expect(byQueue.rows.map(({ from, of }) => [from, of])).toEqual(
      [0, 5, 10].map((later) => [new Date(TEN + minutes(later)).toISOString(), 'soc']),
    );
    expect(byQueue.rows[0]!.figures).toMatchObject({ issued: 1, averageWait: 240, onTargetRate: 1, utilisation: null });
    expect(byQueue.totals).toMatchObject([
      { from: null, of: 'soc', figures: { issued: 1, called: 1, completed: 1, serviceTime: 420, noShowRate: 0 } },
    ]);
    const [window] = (await figures.ofPeriods(hall.id, { ...asked, by: 'window', period: 'day' })).rows;
    expect(window).toMatchObject({ of: 'w01', figures: { serving: 420, idle: 360, open: 840, utilisation: 0.5 } });
    const [clerk] = (await figures.ofPeriods(hall.id, { ...asked, by: 'staff', period: 'day' })).rows;
    expect(clerk).toMatchObject({ of: 'u1', figures: { completed: 1 } });
    // one waited for 4 of the 14 minutes in which the window was staffed
    const [whole] = (await figures.ofPeriods(hall.id, { ...asked, by: 'hall', period: 'day' })).rows;
    expect(whole).toMatchObject({ of: null, figures: { issued: 1, longestWait: 240 } });
    expect(whole!.figures.saturation).toBeCloseTo(240 / 840);

    const [head, line] = (await figures.csv(hall.id, { ...asked, by: 'queue', period: 'day' })).split('\r\n');
    expect(head).toContain('取号数');
    expect(line).toMatch(/^2026-03-09T00:00:00\+08:00,soc,测试 test,1,1,/);
    await expect(figures.ofPeriods('nowhere', { ...asked, by: 'hall', period: 'day' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const long = { from: '2026-01-01', until: '2026-03-09', by: 'hall', period: '5min' } as const;
    await expect(figures.ofPeriods(hall.id, long)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  });
});
