import { createHmac, randomBytes } from 'node:crypto';
import type { HallTimetableInput } from '#contract/calendar.ts';
import type { Role } from '#contract/permissions.ts';
import type { ExchangeReceipt } from '#contract/exchange.ts';
import { ManualClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import { CalendarService } from '../../../server/features/calendar/service.ts';
import { exchangeRoutes } from '../../../server/features/cases/exchange-routes.ts';
import { registerRoutes } from '../../../server/features/cases/register-routes.ts';
import { caseRoutes } from '../../../server/features/cases/routes.ts';
import { CasesService } from '../../../server/features/cases/service.ts';
import { HallsService } from '../../../server/features/halls/service.ts';
import { openTestDatabase } from '../../helpers/database.ts';
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

/** A hall with two departments, three items and one approval system, on Monday 9 March 2026, 10:00. */
export async function openCaseStage() {
  const base = await openTestDatabase();
  const clock = new ManualClock(Date.parse('2026-03-09T10:00:00+08:00'));
  const problems = new ProblemBoard(clock);
  const secret = randomBytes(32);
  const halls = new HallsService({ db: base.db, log: silentLogger });
  await halls.start();
  await halls.putRegion({ id: 'region-a', code: '440100', name: name('city'), parentId: null, outline: null });
  await halls.putHall(hall);
  const calendar = new CalendarService({ db: base.db, clock, log: silentLogger, problems, halls });
  await calendar.start();
  await calendar.putTimetable(hall.id, timetable);
  const openCases = () =>
    new CasesService({ db: base.db, clock, log: silentLogger, problems, secret, halls, calendar });
  const cases = openCases();
  await cases.start();
  const test = await openTestApp({
    db: base.db,
    clock,
    routes: (app) => {
      registerRoutes(app, cases);
      caseRoutes(app, { cases });
      exchangeRoutes(app, cases);
    },
  });

  async function send(method: 'GET' | 'PUT' | 'POST', url: string, payload?: object, role: Role = 'administrator') {
    const cookie = await test.cookieOf(role);
    return test.app.inject({ method, url, headers: { cookie }, ...(payload && { payload }) });
  }
  async function done<T>(method: 'GET' | 'PUT' | 'POST', url: string, payload?: object, role?: Role): Promise<T> {
    const answer = await send(method, url, payload, role);
    if (answer.statusCode >= 300) throw new Error(`${method} ${url}: ${answer.body}`);
    return answer.json() as T;
  }

  const validFrom = at('01-01 00:00');
  const item = { counting: 'day' as const, typeId: 'licence', statutory: 20, promised: 5, validFrom };
  await done('PUT', '/api/departments/tax', { id: 'tax', name: name('Tax'), regionId: 'region-a', hallId: hall.id });
  await done('PUT', '/api/departments/land', { id: 'land', name: name('Land'), regionId: 'region-a' });
  const steps = [{ id: 'review', name: name('Review') }];
  await done('PUT', '/api/service-items/invoice', { ...item, departmentId: 'tax', name: name('Invoice'), steps });
  await done('PUT', '/api/service-items/refund', {
    ...{ ...item, counting: 'second', promised: 7200, statutory: 36_000 },
    ...{ departmentId: 'tax', name: name('Refund') },
  });
  await done('PUT', '/api/service-items/plot', { ...item, departmentId: 'land', name: name('Plot') });
  await done('PUT', '/api/exchange/sources/tax-system', {
    name: name('Tax system'),
    departmentIds: ['tax'],
    codes: {
      items: { 'SW-001': 'invoice' },
      outcomes: { '1': 'approved', '9': 'withdrawn' },
      procedures: { BZ: 'correction' },
    },
  });
  const { key } = await done<{ key: string }>('POST', '/api/exchange/sources/tax-system/key');

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
    ...{ base, clock, problems, halls, calendar, cases, openCases, test, send, done, handOver, receipt },
    async close() {
      await cases.stop();
      await calendar.stop();
      await halls.stop();
      await test.close();
      await base.close();
    },
  };
}
export type CaseStage = Awaited<ReturnType<typeof openCaseStage>>;

/** 2026 in Shanghai: `03-09 10:00`. */
export const at = (text: string) => `2026-${text.replace(' ', 'T')}:00+08:00`;
export const iso = (text: string) => new Date(at(text)).toISOString();
