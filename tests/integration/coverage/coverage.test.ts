import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Camera } from '#contract/cameras.ts';
import { ManualClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { coverageRoutes } from '../../../server/features/coverage/routes.ts';
import { CoverageService } from '../../../server/features/coverage/service.ts';
import type { Span } from '../../../server/features/coverage/spans.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { hall } from '../../helpers/hall-fixture.ts';
import { openTestApp, type TestApp } from '../../helpers/test-app.ts';

let database: TestDatabase;
let clock: ManualClock;
let coverage: CoverageService;
let timetable: Span[] | null = null;
/** On the ninth of March in Shanghai. */
const at = (time: string, day = '09') => `2026-03-${day}T${time}:00+08:00`;
const camera = { id: 'cam', hallId: hall.id, name: '=大厅', windowIds: ['w01'] } as unknown as Camera;

beforeEach(async () => {
  database = await openTestDatabase();
  clock = new ManualClock(Date.parse(at('23:00')));
  timetable = null;
  coverage = new CoverageService({
    db: database.db,
    clock,
    log: silentLogger,
    halls: { list: () => [hall], get: (id) => (id === hall.id ? hall : undefined) },
    cameras: { list: () => [camera] },
    calendar: { spans: () => timetable },
  });
});
afterEach(async () => {
  await coverage.stop();
  await database.close();
});

const run = (from: string, until: string, endCause: string | null = 'lost') =>
  database.db.query(
    `INSERT INTO footage_run (id, camera_id, role, started_at, ended_at, end_cause, codec, width, height)
     VALUES ($1::text, 'cam', 'main', $1::text::timestamptz, $2, $3, 'h264', 640, 360)`,
    [from, until, endCause],
  );
const gap = (from: string, until: string | null, cause: string) =>
  database.db.query(
    `INSERT INTO footage_gap (camera_id, role, started_at, ended_at, cause) VALUES ('cam', 'main', $1, $2, $3)`,
    [from, until, cause],
  );
const said = (time: string, type: string, state: string | null = null) =>
  database.db.query(
    `INSERT INTO terminal_event (occurred_at, received_at, at, event_id, hall_id, kind, device_id, channel, type, session_id,
       seq, window_id, payload, backfilled, misdated)
     VALUES ($1::timestamptz, $1::timestamptz, $1::timestamptz, $3 || $5, $2, 'caller', 'c01', 'evt', $3, 's', 1, 'w01', jsonb_build_object('state', $4::text), false, false)`,
    [time, hall.id, type, state, time],
  );
const day = async (date = '2026-03-09') => (await coverage.days(hall.id, date, date)).cameras[0];

describe('coverage', () => {
  it('goes by the timetable, else by what the windows said, else by the whole day; and says by which', async () => {
    await run(at('00:00'), at('10:00'));
    await gap(at('10:00'), at('11:00'), 'camera-lost');
    await run(at('11:00'), at('22:59'), null);
    expect(await day()).toMatchObject({ base: 'whole-day', openSec: 23 * 3600, recordedSec: 22 * 3600 });

    await said(at('08:00'), 'caller.state', 'closed');
    await said(at('09:00'), 'staff.login');
    await said(at('12:00'), 'ticket.completed');
    await said(at('17:00'), 'staff.logout');
    expect(await day()).toMatchObject({
      ...{ base: 'windows', openSec: 8 * 3600, recordedSec: 7 * 3600 },
      gaps: [{ cause: 'camera-lost', seconds: 3600, count: 1 }],
      oldestAt: new Date(at('00:00')).toISOString(),
    });
    timetable = [{ from: Date.parse(at('10:30')), until: Date.parse(at('12:30')) }];
    const { cameras, windows } = await coverage.days(hall.id, '2026-03-09', '2026-03-09');
    expect(cameras[0]).toMatchObject({ base: 'timetable', openSec: 7200, recordedSec: 5400 });
    expect(windows).toMatchObject([{ windowId: 'w01', cameraIds: ['cam'], openSec: 7200, recordedSec: 5400 }]);
  });

  it('stores a day when it is over in its hall, once; what retention removes later changes nothing', async () => {
    await run(at('00:00'), at('00:00', '10'));
    coverage.start();
    await coverage.catchUp();
    const stored = () => database.db.query('SELECT day::text, recorded_sec FROM coverage_day ORDER BY day');
    expect(await stored()).toEqual([]);
    clock.advance(3600_000 + 20 * 60_000);
    await expect.poll(stored).toEqual([{ day: '2026-03-09', recorded_sec: 86_400 }]);
    await database.db.query('DELETE FROM footage_run');
    await gap(at('00:00'), at('00:00', '10'), 'removed');
    await coverage.catchUp();
    expect(await day()).toMatchObject({ recordedSec: 86_400, gaps: [] });
    // a new start computes only what is missing
    expect(await stored()).toHaveLength(1);
  });

  it('computes days behind after the server was away, and leaves out cameras that were not to be recorded', async () => {
    await run(at('12:00', '07'), at('00:00', '08'));
    await gap(at('00:00', '08'), at('00:00', '09'), 'server-stopped');
    await gap(at('00:00', '09'), null, 'not-planned');
    clock.advance(12 * 3600_000);
    await coverage.catchUp();
    const rows = await database.db.query(
      'SELECT day::text, recorded_sec AS recorded, gaps FROM coverage_day ORDER BY day',
    );
    expect(rows).toEqual([
      { day: '2026-03-07', recorded: 43_200, gaps: [{ cause: 'not-planned', seconds: 43_200, count: 1 }] },
      { day: '2026-03-08', recorded: 0, gaps: [{ cause: 'server-stopped', seconds: 86_400, count: 1 }] },
    ]);
  });

  describe('over REST', () => {
    let server: TestApp;
    beforeEach(async () => {
      server = await openTestApp({ db: database.db, clock, routes: (app) => coverageRoutes(app, { coverage }) });
    });
    afterEach(() => server.close());
    const ask = async (query: string) =>
      server.app.inject({
        url: `/api/footage/coverage${query}`,
        headers: { cookie: await server.cookieOf('hall-manager') },
      });

    it('gives JSON and a table, and refuses what makes no sense', async () => {
      await run(at('00:00'), at('23:00'), null);
      const span = `hallId=${hall.id}&from=2026-03-09&until=2026-03-09`;
      expect((await ask(`?${span}`)).json().cameras).toMatchObject([{ cameraId: 'cam', openSec: 23 * 3600 }]);
      const table = await ask(`.csv?${span}`);
      expect(table.headers['content-type']).toBe('text/csv; charset=utf-8');
      expect(table.headers['content-disposition']).toContain('.csv"');
      const lines = table.body.split('\r\n');
      expect(lines[0]).toMatch(/^\uFEFF日期 day,/);
      expect(lines[1]).toMatch(/^2026-03-09,cam,'=大厅,main,whole-day,82800,82800,100,/);
      expect((await ask(`.csv?${span}&of=windows`)).body).toContain('2026-03-09,w01,cam,whole-day,82800,82800,100');
      expect((await ask(`?hallId=nowhere&from=2026-03-09&until=2026-03-09`)).statusCode).toBe(404);
      expect((await ask(`?hallId=${hall.id}&from=2020-03-09&until=2026-03-09`)).statusCode).toBe(400);
      expect((await ask(`?hallId=${hall.id}&from=2026-03-10&until=2026-03-09`)).statusCode).toBe(400);
    });
  });
});
