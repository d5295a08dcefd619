import { createHmac, randomBytes } from 'node:crypto';
import type { HallTimetableInput } from '#contract/calendar.ts';
import type { Role } from '#contract/permissions.ts';
import type { ExchangeReceipt } from '#contract/exchange.ts';
import { ManualClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import { CalendarService } from '../../../server/features/calendar/service.ts';
import { CasesService } from '../../../server/features/cases/service.ts';
import { supervisionRoutes } from '../../../server/features/cases/supervision-routes.ts';
import { HallsService } from '../../../server/features/halls/service.ts';
import type { App } from '../../../server/http/app-type.ts';
import type { PoolDatabase } from '../../../server/db/pool.ts';
import { hall } from '../../helpers/hall-fixture.ts';
import { openTestApp } from '../../helpers/test-app.ts';

const office = [
  { from: '09:00', until: '12:00' },
  { from: '13:30', until: '17:00' },
];
export const timetable: HallTimetableInput = {
  timetables: [{ validFrom: '2020-01-01', weekly: [office, office, office, office, office, [], []] }],
  days: [],
};
const name = (en: string) => ({ zh: en, en });

interface CaseStageOptions {
  begins?: string;
  /** Adds routes of neighbours. */
  more?: (app: App, house: MoreHouse) => void;
  exchangeFolder?: string | null;
}

interface MoreHouse {
  cases: CasesService;
  clock: ManualClock;
  db: PoolDatabase;
}

const FRESH = `
  TRUNCATE region, account, calendar_notice, exchange_source, case_outage, case_recount_run CASCADE;
  UPDATE case_clock SET calendar = NULL, alive_at = NULL`;

/** A hall with two departments, three items and one approval system, on Monday 9 March 2026, 10:00, or another day. */
export async function openCaseStage(
  { db }: { db: PoolDatabase },
  { begins = '03-09 10:00', more, exchangeFolder = null }: CaseStageOptions = {},
) {
  await db.query(FRESH);
  const clock = new ManualClock(Date.parse(at(begins)));
  const problems = new ProblemBoard(clock);
  const secret = randomBytes(32);
  const halls = new HallsService({ db, log: silentLogger });
  await halls.start();
  await halls.putRegion({ id: 'region-a', code: '440100', name: name('city'), parentId: null, outline: null });
  await halls.putHall(hall);
  const calendar = new CalendarService({ db, clock, log: silentLogger, problems, halls });
  await calendar.start();
  await calendar.putTimetable(hall.id, timetable);
  const openCases = () =>
    new CasesService({ db, clock, log: silentLogger, problems, secret, halls, calendar, exchangeFolder });
  const cases = openCases();
  await cases.start();
  const { registers, exchange } = cases;
  await registers.putDepartment({ id: 'tax', name: name('Tax'), regionId: 'region-a', hallId: hall.id });
  await registers.putDepartment({ id: 'land', name: name('Land'), regionId: 'region-a' });
  const item = { typeId: 'licence', statutory: 20, promised: 5, validFrom: at('01-01 00:00') };
  const days = { ...item, counting: 'day' as const };
  const steps = [{ id: 'review', name: name('Review') }];
  await registers.putItem('invoice', { ...days, departmentId: 'tax', name: name('Invoice'), steps }, 'li');
  await registers.putItem('plot', { ...days, departmentId: 'land', name: name('Plot') }, 'li');
  const seconds = { ...item, counting: 'second' as const, promised: 7200, statutory: 36_000 };
  await registers.putItem('refund', { ...seconds, departmentId: 'tax', name: name('Refund') }, 'li');
  await exchange.putSource('tax-system', {
    name: name('Tax system'),
    departmentIds: ['tax'],
    codes: {
      items: { 'SW-001': 'invoice' },
      outcomes: { '1': 'approved', '9': 'withdrawn' },
      procedures: { BZ: 'correction' },
    },
  });
  const key = await exchange.issueKey('tax-system');
  const test = await openTestApp({
    db,
    clock,
    routes: (app) => {
      supervisionRoutes(app, { cases });
      more?.(app, { cases, clock, db });
    },
  });

  async function send(method: 'GET' | 'PUT' | 'POST', url: string, payload?: object, role: Role = 'administrator') {
    const cookie = await test.cookieOf(role);
    return test.app.inject({ method, url, headers: { cookie }, ...(payload && { payload }) });
  }
  async function done<T>(method: 'GET' | 'PUT' | 'POST', url: string, payload?: object, role?: Role): Promise<T> {
    const answer = await send(method, url, payload, role);
    if (answer.statusCode >= 300) throw new Error(`${method} ${url}: ${answer.body}`);
    return (answer.body === '' ? undefined : answer.json()) as T;
  }

  function handOver(cases: unknown, signedBy = key) {
    const body = JSON.stringify({ cases });
    const signature = createHmac('sha256', signedBy).update(body).digest('hex');
    return test.app.inject({
      method: 'POST',
      url: '/api/exchange/cases',
      headers: {
        'content-type': 'application/json',
        'x-hallwatch-source': 'tax-system',
        'x-hallwatch-signature': `sha256=${signature}`,
      },
      payload: body,
    });
  }
  async function receipt(rows: unknown): Promise<ExchangeReceipt> {
    const answer = await handOver(rows);
    if (answer.statusCode !== 200) throw new Error(answer.body);
    return answer.json() as ExchangeReceipt;
  }

  return {
    ...{ clock, problems, halls, calendar, cases, openCases, test, send, done, handOver, receipt },
    async close() {
      await cases.stop();
      await calendar.stop();
      await halls.stop();
      await test.close();
    },
  };
}
export type CaseStage = Awaited<ReturnType<typeof openCaseStage>>;

/** 2026 in Shanghai: `03-09 10:00`. */
export const at = (text: string) => `2026-${text.replace(' ', 'T')}:00+08:00`;
export const iso = (text: string) => new Date(at(text)).toISOString();
