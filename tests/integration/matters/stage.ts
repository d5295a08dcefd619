import { randomBytes } from 'node:crypto';
import type { Role } from '#contract/permissions.ts';
import type { InboxItem } from '#contract/inbox.ts';
import type { GrantScope } from '#contract/grants.ts';
import type { MatterActInput, MatterDetail, MattersAnswer } from '#contract/matters.ts';
import { ManualClock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import { silentLogger } from '#lib/logger.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import type { PoolDatabase } from '../../../server/db/pool.ts';
import { CalendarService } from '../../../server/features/calendar/service.ts';
import { CasesService } from '../../../server/features/cases/service.ts';
import { CardNotices, type ToldCard } from '../../../server/features/cases/cards/card-notices.ts';
import { cardNoticeRoutes } from '../../../server/features/cases/cards/notice-routes.ts';
import { supervisionRoutes } from '../../../server/features/cases/supervision-routes.ts';
import { HallsService } from '../../../server/features/halls/service.ts';
import { inspectionRoutes } from '../../../server/features/inspections/routes.ts';
import { InspectionsService } from '../../../server/features/inspections/service.ts';
import { inboxRoutes } from '../../../server/features/inbox/routes.ts';
import { publicMatterRoutes } from '../../../server/features/matters/public-routes.ts';
import { Ratings } from '../../../server/features/matters/ratings.ts';
import { matterRoutes } from '../../../server/features/matters/routes.ts';
import { MattersService } from '../../../server/features/matters/service.ts';
import { performanceRoutes } from '../../../server/features/performance/routes.ts';
import { PerformanceService } from '../../../server/features/performance/service.ts';
import { announcementRoutes } from '../../../server/features/announcements/routes.ts';
import { AnnouncementsService } from '../../../server/features/announcements/service.ts';
import { statisticsRoutes } from '../../../server/features/statistics/routes.ts';
import { StatisticsService } from '../../../server/features/statistics/service.ts';
import { hall } from '../../helpers/hall-fixture.ts';
import { openTestApp, PASSWORD } from '../../helpers/test-app.ts';
import { at, timetable } from '../cases/stage.ts';

const name = (en: string) => ({ zh: en, en });

export type HeardRating = {
  id: string;
  hallId: string;
  windowId: string;
  body: { type: string; score: number; tags: string[] };
};

/** A city with two counties, each with a hall and a department, on Monday 9 March 2026, 10:00. */
export async function openMatterStage({ db }: { db: PoolDatabase }) {
  const clock = new ManualClock(Date.parse(at('03-09 10:00')));
  const log = silentLogger;
  const secret = randomBytes(32);
  const halls = new HallsService({ db, log });
  await halls.start();
  await halls.putRegion({ id: 'city', code: '440100', name: name('city'), parentId: null, outline: null });
  for (const county of ['north', 'south']) {
    await halls.putRegion({
      id: county,
      code: county === 'north' ? '440101' : '440102',
      name: name(county),
      parentId: 'city',
      outline: null,
    });
    await halls.putHall({ ...hall, id: `hall-${county}`, regionId: county });
  }
  const calendar = new CalendarService({ db, clock, log, problems: new ProblemBoard(clock), halls });
  await calendar.start();
  for (const county of ['north', 'south']) await calendar.putTimetable(`hall-${county}`, timetable);
  const cases = new CasesService({ db, clock, log, problems: new ProblemBoard(clock), secret, halls, calendar });
  await cases.start();
  for (const county of ['north', 'south']) {
    const id = `tax-${county}`;
    await cases.registers.putDepartment({ id, name: name(id), regionId: county, hallId: `hall-${county}` });
  }
  const matters = new MattersService({ db, clock, log, secret, halls, departments: cases.registers, limits: cases });
  matters.start();
  const event = new Emitter<HeardRating>();
  const openRatings = () => new Ratings({ db, clock, log, halls, matters, terminals: { event } });
  const ratings = openRatings();
  ratings.start();
  /** What left the house, as `what to/outputs`. */
  const told: string[] = [];
  let cardNotices: CardNotices;
  /** Footage that is kept, as `what camera from until by whom`. */
  const held: string[] = [];
  const inspections = new InspectionsService({
    ...{ db, clock, halls },
    cameras: { find: (id) => (id === 'north-1' ? { hallId: 'hall-north' } : undefined) },
    holds: {
      place: async ({ subject, cameraId, from, until }, by) =>
        void held.push([subject, cameraId, from, until, by].join(' ')),
    },
    // who manages the hall sees masks
    masks: { coveredFor: ({ account }) => (account === 'north-hall' ? ['a mask'] : []) },
  });
  const test = await openTestApp({
    db,
    clock,
    hallOf: { case: (id) => cases.placeOf(id), card: (id) => cases.cards.placeOf(id) },
    routes: (app, { accounts }) => {
      const whoMay = accounts.access.whoMay.bind(accounts.access);
      const announcements = new AnnouncementsService({ db, clock, halls, whoMay });
      announcementRoutes(app, { announcements });
      supervisionRoutes(app, { cases });
      performanceRoutes(app, { performance: new PerformanceService({ db, clock, departments: cases.registers }) });
      statisticsRoutes(app, { statistics: new StatisticsService({ db, clock, halls, registers: cases.registers }) });
      matterRoutes(app, { matters });
      publicMatterRoutes(app, { matters, halls });
      cardNotices = new CardNotices({
        ...{ db, clock, log, halls, cards: cases.cards, registers: cases.registers, people: accounts.access },
        outputs: {
          putCard: async (_inside, to, { what, caseNumber }: ToldCard) =>
            void told.push(`${what} ${caseNumber} ${to.map(({ outputId }) => outputId)}`),
          poke: () => undefined,
        },
      });
      cardNotices.start();
      cardNoticeRoutes(app, { cardNotices });
      inspectionRoutes(app, { inspections });
      inboxRoutes(app, [cases.cards, cardNotices, matters, announcements]);
    },
  });
  await test.cookieOf('administrator');
  const people: Record<string, [Role, GrantScope]> = {
    mayor: ['supervisor', { of: 'region', id: 'city' }],
    deputy: ['supervisor', { of: 'region', id: 'city' }],
    north: ['supervisor', { of: 'region', id: 'north' }],
    'north-deputy': ['supervisor', { of: 'region', id: 'north' }],
    south: ['supervisor', { of: 'region', id: 'south' }],
    'north-hall': ['hall-manager', { of: 'hall', id: 'hall-north' }],
  };
  const cookies = new Map<string, string>();
  for (const [username, [role, scope]] of Object.entries(people)) {
    await test.accounts.add({ username, displayName: username, password: PASSWORD, grants: [{ role, scope }] }, null);
  }
  /** Sessions end while time is moved. */
  async function cookieOf(username: string): Promise<string> {
    const cookie = cookies.get(username) ?? (await test.signedIn(username));
    cookies.set(username, cookie);
    return cookie;
  }

  async function send(who: string | null, method: 'GET' | 'POST', url: string, payload?: object) {
    const headers = who === null ? {} : { cookie: await cookieOf(who) };
    return test.app.inject({ method, url, headers, ...(payload && { payload }) });
  }
  /** What is answered, or the code of the refusal. */
  async function ask<T>(who: string | null, method: 'GET' | 'POST', url: string, payload?: object): Promise<T> {
    const answer = await send(who, method, url, payload);
    const body = answer.json() as T & { error?: { code: string } };
    return answer.statusCode < 300 ? body : (body.error!.code as T);
  }

  return {
    ...{ clock, cases, cardNotices: cardNotices!, told, held, matters, ratings, openRatings, event, send, ask, db },
    list: async (who: string, query = '') => (await ask<MattersAnswer>(who, 'GET', `/api/matters${query}`)).matters,
    /** What waits for somebody, as `act title`. */
    inbox: async (who: string) => {
      const { items } = await ask<{ items: InboxItem[] }>(who, 'GET', '/api/inbox');
      return items.map(({ todo, title }) => `${todo} ${title}`);
    },
    detail: (who: string, id: string) => ask<MatterDetail>(who, 'GET', `/api/matters/${id}`),
    /** Acts on what is there now; gives the state, or the code of the refusal. */
    async act(who: string, id: string, act: MatterActInput['act'], said: object = {}): Promise<string> {
      const [row] = await db.query<{ seen: number }>('SELECT acts AS seen FROM matter WHERE id = $1', [id]);
      const answer = await ask<MatterDetail>(who, 'POST', `/api/matters/${id}/acts`, {
        act,
        ...row,
        note: 'words',
        ...said,
      });
      return typeof answer === 'string' ? answer : answer.state;
    },
    async until(text: string): Promise<void> {
      clock.advance(Date.parse(at(text)) - clock.now());
      cookies.clear();
      await cases.due.settled();
      await matters.settled();
    },
    async close() {
      await cardNotices.stop();
      await ratings.stop();
      await matters.stop();
      await cases.stop();
      await calendar.stop();
      await halls.stop();
      await test.close();
    },
  };
}
export type MatterStage = Awaited<ReturnType<typeof openMatterStage>>;
