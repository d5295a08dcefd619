import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HallTimetableInput, Notice, NoticeInput } from '#contract/calendar.ts';
import type { Region } from '#contract/places.ts';
import { ManualClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import { calendarRoutes } from '../../../server/features/calendar/routes.ts';
import { CalendarService } from '../../../server/features/calendar/service.ts';
import { HallsService } from '../../../server/features/halls/service.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { hall } from '../../helpers/hall-fixture.ts';
import { openTestApp, type TestApp } from '../../helpers/test-app.ts';

const regions: Region[] = [
  { id: 'region-p', code: '440000', name: { zh: '省', en: 'province' }, parentId: null, outline: null },
  { id: 'region-a', code: '440100', name: { zh: '市', en: 'city' }, parentId: 'region-p', outline: null },
];
const office = [{ from: '09:00', until: '17:00' }];
const timetable: HallTimetableInput = {
  timetables: [{ validFrom: '2020-01-01', weekly: [office, office, office, office, office, [], []] }],
  days: [],
};
const notice: NoticeInput = {
  title: '2027 年放假通知',
  coversFrom: '2027-01-01',
  coversUntil: '2027-12-31',
  days: [{ day: '2027-01-01', kind: 'holiday', name: { zh: '元旦', en: 'New Year' } }],
};

describe('calendar', () => {
  let base: TestDatabase;
  let test: TestApp;
  let clock: ManualClock;
  let halls: HallsService;
  let problems: ProblemBoard;
  let calendar: CalendarService;
  let cookie: string;

  beforeAll(async () => {
    base = await openTestDatabase();
  });
  afterAll(() => base.close());
  beforeEach(async () => {
    await base.db.query('TRUNCATE region, account, calendar_notice CASCADE');
    clock = new ManualClock(Date.parse('2026-11-26T02:00:00Z'));
    halls = new HallsService({ db: base.db, log: silentLogger });
    problems = new ProblemBoard(clock);
    await halls.start();
    for (const region of regions) await halls.putRegion(region);
    await halls.putHall(hall);
    calendar = open();
    await calendar.start();
    test = await openTestApp({ db: base.db, clock, routes: (app) => calendarRoutes(app, { calendar, halls }) });
    cookie = await test.cookieOf('administrator');
  });
  afterEach(async () => {
    await calendar.stop();
    await test.close();
  });

  function open(): CalendarService {
    return new CalendarService({ db: base.db, clock, log: silentLogger, problems, halls });
  }

  const send = (method: 'GET' | 'PUT' | 'POST' | 'DELETE', url: string, payload?: object, as = cookie) =>
    test.app.inject({ method, url, headers: { cookie: as }, ...(payload && { payload }) });
  const dayOf = async (day: string, query = '') =>
    (await send('GET', `/api/calendar?from=${day}&until=${day}${query}`)).json().days[0];

  it('knows the notices that came with it once, over restarts', async () => {
    expect(await dayOf('2026-10-01')).toMatchObject({ kind: 'holiday', name: { zh: '国庆节' } });
    await open().start();
    expect((await send('GET', '/api/calendar/notices')).json()).toHaveLength(1);
    const [shipped] = (await send('GET', '/api/calendar/notices')).json() as Notice[];
    const removal = await send('DELETE', `/api/calendar/notices/${shipped!.id}`);
    expect(removal.json()).toMatchObject({ error: { code: 'FORBIDDEN' } });
  });

  it('makes a provisional day what the next notice says, tells who listens, and takes it back', async () => {
    expect(await dayOf('2027-01-01')).toMatchObject({ kind: 'working', provisional: true });
    const heard: unknown[] = [];
    calendar.changed.on((hallId) => heard.push(hallId));
    const added = await send('POST', '/api/calendar/notices', notice);
    expect(added.statusCode).toBe(201);
    expect(added.json()).toMatchObject({ ...notice, importedBy: 'administrator' });
    expect(await dayOf('2027-01-01')).toMatchObject({ kind: 'holiday', provisional: false });
    const after = open();
    await after.start();
    expect(after.days('2027-01-01', '2027-01-01').days[0]).toMatchObject({ kind: 'holiday' });
    await send('DELETE', `/api/calendar/notices/${added.json().id}`);
    expect(await dayOf('2027-01-01')).toMatchObject({ provisional: true });
    expect(heard).toEqual([null, null]);
  });

  it('tells two weeks ahead that the calendar ends, until the next notice is there', async () => {
    expect(problems.get('calendar')).toBeUndefined();
    clock.advance(22 * 24 * 3600 * 1000); // 18 December
    expect(problems.get('calendar')).toMatchObject({ code: 'CALENDAR_ENDS', detail: '2026-12-31' });
    await calendar.addNotice(notice, 'li');
    expect(problems.get('calendar')).toBeUndefined();
  });

  it('lets a region differ, for its halls and those below it', async () => {
    await send('POST', '/api/calendar/notices', {
      ...notice,
      regionId: 'region-p',
      coversFrom: '2026-11-26',
      days: [{ day: '2026-11-26', kind: 'holiday' }],
    });
    expect(await dayOf('2026-11-26')).toMatchObject({ kind: 'working' });
    expect(await dayOf('2026-11-26', '&regionId=region-a')).toMatchObject({ kind: 'holiday' });
    expect(calendar.dayOf('hall-a', '2026-11-26').kind).toBe('holiday');
    await calendar.putTimetable('hall-a', timetable);
    expect(calendar.isOpen('hall-a', clock.now())).toBe(false);
  });

  it('keeps the timetable of a hall over a restart, and follows a move to another region or zone', async () => {
    expect(calendar.isOpen('hall-a', clock.now())).toBeNull();
    expect((await send('PUT', '/api/halls/hall-a/timetable', timetable)).statusCode).toBe(200);
    expect(calendar.isOpen('hall-a', clock.now())).toBe(true); // 10:00 in Shanghai
    const after = open();
    await after.start();
    expect(after.isOpen('hall-a', clock.now())).toBe(true);
    await halls.putHall({ ...hall, timeZone: 'Europe/London' });
    expect(calendar.isOpen('hall-a', clock.now())).toBe(false); // 2:00 in London
  });

  it('answers when a hall is open, and whether that is provisional', async () => {
    await send('PUT', '/api/halls/hall-a/timetable', timetable);
    const opening = async (from: string, until: string) =>
      (await send('GET', `/api/halls/hall-a/opening?from=${from}&until=${until}`)).json();
    expect(await opening('2026-12-31T00:00:00Z', '2026-12-31T16:00:00Z')).toEqual({
      hallId: 'hall-a',
      spans: [{ from: '2026-12-31T01:00:00.000Z', until: '2026-12-31T09:00:00.000Z' }],
      provisional: false,
    });
    expect(await opening('2026-12-31T00:00:00Z', '2026-12-31T16:00:01Z')).toMatchObject({ provisional: true });
    expect(await opening('2026-12-31T00:00:00Z', '2030-12-31T16:00:01Z')).toMatchObject({
      error: { code: 'REQUEST_INVALID' },
    });
  });

  it.each<[string, 'GET' | 'PUT' | 'POST', string, object | undefined, string]>([
    ['a span that is too long', 'GET', '/api/calendar?from=2026-01-01&until=2029-01-01', undefined, 'REQUEST_INVALID'],
    ['a span backwards', 'GET', '/api/calendar?from=2026-01-02&until=2026-01-01', undefined, 'REQUEST_INVALID'],
    [
      'a region that is none',
      'GET',
      '/api/calendar?from=2026-01-01&until=2026-01-01&regionId=x',
      undefined,
      'NOT_FOUND',
    ],
    ['a notice of no region', 'POST', '/api/calendar/notices', { ...notice, regionId: 'x' }, 'REQUEST_INVALID'],
    ['a hall that is none', 'PUT', '/api/halls/x/timetable', timetable, 'NOT_FOUND'],
    [
      'hours that overlap',
      'PUT',
      '/api/halls/hall-a/timetable',
      { timetables: [], days: [{ day: '2026-01-01', hours: [...office, ...office] }] },
      'REQUEST_INVALID',
    ],
  ])('refuses %s', async (_, method, url, payload, code) => {
    expect((await send(method, url, payload)).json()).toMatchObject({ error: { code } });
  });

  it('is changed by administrators alone', async () => {
    const manager = await test.cookieOf('hall-manager');
    for (const answer of [
      await send('POST', '/api/calendar/notices', notice, manager),
      await send('PUT', '/api/halls/hall-a/timetable', timetable, manager),
    ]) {
      expect(answer.json()).toMatchObject({ error: { code: 'FORBIDDEN' } });
    }
    expect((await send('GET', '/api/halls/hall-a/timetable', undefined, manager)).statusCode).toBe(200);
  });
});
