import { createHmac, randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Registry } from 'prom-client';
import type { z } from 'zod';
import { ExchangeReceipt, type ExchangeCase } from '#contract/exchange.ts';
import { ManualClock, systemClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import { EmbeddedDatabase } from '../../server/db/embedded/embedded-database.ts';
import { migrate } from '../../server/db/migrate.ts';
import { createPool } from '../../server/db/pool.ts';
import { CalendarService } from '../../server/features/calendar/service.ts';
import { CasesService } from '../../server/features/cases/service.ts';
import { supervisionRoutes } from '../../server/features/cases/supervision-routes.ts';
import { HallsService } from '../../server/features/halls/service.ts';
import { performanceRoutes } from '../../server/features/performance/routes.ts';
import { PerformanceService } from '../../server/features/performance/service.ts';
import { statisticsRoutes } from '../../server/features/statistics/routes.ts';
import { StatisticsService } from '../../server/features/statistics/service.ts';
import { buildApp } from '../../server/http/app.ts';
import { callerOf, nowhere } from '../helpers/caller.ts';
import { hall } from '../helpers/hall-fixture.ts';

/** Monday 9 March 2026, 10:00 in Shanghai. */
export const NOW = Date.parse('2026-03-09T10:00:00+08:00');
const VALID_FROM = '2026-01-01T00:00:00+08:00';
const HALLS = 9;
/** Of a county with a case in ten thousand. */
export const SMALL_HALL = 'hall-small';
const DEPARTMENTS = 45;
const ITEMS_OF_DEPARTMENT = 5;
const DAY_MS = 24 * 3600_000;

const folder = path.resolve(import.meta.dirname, '../../.hallwatch/bench-cases');
const office = [
  { from: '09:00', until: '12:00' },
  { from: '13:30', until: '17:00' },
];
const name = (en: string) => ({ zh: en, en });
const hallId = (n: number) => `hall-${(n % HALLS) + 1}`;

export type CaseCity = Awaited<ReturnType<typeof openCaseCity>>;

/** A city's halls, departments and items with one approval system, behind the routes of the product on loopback. */
export async function openCaseCity() {
  await rm(folder, { recursive: true, force: true });
  const server = new EmbeddedDatabase({ dataDir: folder, log: silentLogger, clock: systemClock });
  const { url } = await server.start();
  await migrate({ url, log: silentLogger });
  const db = createPool({ url, log: silentLogger });
  await db.start();

  const clock = new ManualClock(NOW);
  const deps = { db, clock, log: silentLogger, problems: new ProblemBoard(clock) };
  const halls = new HallsService(deps);
  await halls.start();
  await halls.putRegion({ id: 'region-a', code: '440100', name: name('city'), parentId: null, outline: null });
  const calendar = new CalendarService({ ...deps, halls });
  await calendar.start();
  for (let n = 0; n < HALLS; n += 1) {
    await halls.putHall({ ...hall, id: hallId(n) });
    await calendar.putTimetable(hallId(n), {
      timetables: [{ validFrom: '2020-01-01', weekly: [office, office, office, office, office, [], []] }],
      days: [],
    });
  }
  const cases = new CasesService({ ...deps, secret: randomBytes(32), halls, calendar });
  await cases.start();
  const { registers, exchange } = cases;
  const departmentIds = Array.from({ length: DEPARTMENTS }, (_, n) => `department-${n}`);
  const itemIds: string[] = [];
  for (const [n, id] of departmentIds.entries()) {
    await registers.putDepartment({ id, name: name(id), regionId: 'region-a', hallId: hallId(n) });
    for (let i = 0; i < ITEMS_OF_DEPARTMENT; i += 1) {
      const itemId = `item-${n}-${i}`;
      itemIds.push(itemId);
      await registers.putItem(
        itemId,
        {
          ...{
            departmentId: id,
            name: name(itemId),
            typeId: 'licence',
            steps: [{ id: 'review', name: name('Review') }],
          },
          ...(i === 0
            ? { counting: 'second', promised: 20 * 3600, statutory: 60 * 3600 }
            : { counting: 'day', promised: 5 * i, statutory: 20 * i }),
          validFrom: VALID_FROM,
        },
        'bench',
      );
    }
  }
  await halls.putRegion({ id: 'region-b', code: '440101', name: name('county'), parentId: 'region-a', outline: null });
  await halls.putHall({ ...hall, id: SMALL_HALL, regionId: 'region-b' });
  await registers.putDepartment({ id: 'small', name: name('small'), regionId: 'region-b', hallId: SMALL_HALL });
  const small = { departmentId: 'small', name: name('small'), typeId: 'licence', promised: 5, statutory: 20 };
  await registers.putItem(
    'small',
    { ...small, counting: 'day', steps: [{ id: 'review', name: name('Review') }], validFrom: VALID_FROM },
    'bench',
  );
  await exchange.putSource('city-system', {
    name: name('City system'),
    departmentIds: [...departmentIds, 'small'],
    codes: {},
  });
  const key = await exchange.issueKey('city-system');
  const app = await buildApp({
    ...{ log: silentLogger, metrics: new Registry(), trustProxy: false, clientDir: '/nonexistent' },
    authenticate: async () => callerOf('supervisor', 'bench'),
    hallOf: { ...nowhere, case: (id) => cases.placeOf(id) },
    routes: (app) => {
      supervisionRoutes(app, { cases });
      performanceRoutes(app, { performance: new PerformanceService({ db, clock, departments: registers }) });
      statisticsRoutes(app, { statistics: new StatisticsService({ db, clock, halls, registers }) });
    },
  });
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });

  async function fetchOk(path: string): Promise<Response> {
    const answer = await fetch(origin + path);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }

  /** Open cases of the last days, a tenth of them with a special procedure behind it; the same ones for the same numbers. */
  function caseRow(n: number): z.input<typeof ExchangeCase> {
    const acceptedAt = NOW - ((n * 7919) % 3_600_000) - DAY_MS * (1 + (n % 2));
    const iso = (ms: number) => new Date(ms).toISOString();
    return {
      ...{
        number: `2026-${String(n).padStart(8, '0')}`,
        revision: 1,
        item: n % 10_000 === 0 ? 'small' : itemIds[n % itemIds.length]!,
      },
      ...{ acceptedAt: iso(acceptedAt), steps: [{ step: 'review', at: iso(acceptedAt + 3_600_000) }] },
      procedures:
        n % 10 === 0
          ? [
              {
                ...{ kind: 'correction', legalBasis: 'law', plannedDays: 3, startedAt: iso(acceptedAt + 7_200_000) },
                endedAt: iso(acceptedAt + 10_800_000),
              },
            ]
          : [],
    };
  }

  return {
    ...{ db, clock, cases, departmentIds, itemIds, caseRow },
    /** Signed, as an approval system sends it. */
    async handOver(body: string): Promise<ExchangeReceipt> {
      const answer = await fetch(`${origin}/api/exchange/cases`, {
        method: 'POST',
        headers: {
          ...{ 'content-type': 'application/json', 'x-hallwatch-source': 'city-system' },
          'x-hallwatch-signature': createHmac('sha256', key).update(body).digest('hex'),
        },
        body,
      });
      return ExchangeReceipt.parse(await answer.json());
    },
    fetchOk,
    get: async (path: string): Promise<unknown> => (await fetchOk(path)).json(),
    async close(): Promise<void> {
      await app.close();
      await cases.stop();
      await calendar.stop();
      await halls.stop();
      await db.stop();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
