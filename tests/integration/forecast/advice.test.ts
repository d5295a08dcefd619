import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { Advice, AdviceScores } from '#contract/advice.ts';
import type { HallDelta, WindowLive } from '#contract/hall-state.ts';
import { ManualClock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import { silentLogger as log } from '#lib/logger.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { at, hall, hallLive, minutes, queueRow, TEN, windowRow } from '../../helpers/hall-fixture.ts';
import { openTestApp, type TestApp } from '../../helpers/test-app.ts';
import { FigureRollup } from '../../../server/features/figures/rollup.ts';
import { queueSums } from '../../../server/features/figures/sums.ts';
import { Adviser } from '../../../server/features/forecast/advice/adviser.ts';
import { adviceRoutes } from '../../../server/features/forecast/advice/routes.ts';
import { Expectations } from '../../../server/features/forecast/expectations.ts';
import { insertEvents } from '../../../server/features/terminals/event-rows.ts';
import { event, morning } from './mornings.ts';

const DAY = minutes(1440);
/** Twelve wait for one window, a minute apart; the other is closed. */
const waiting = Array.from({ length: 12 }, (_, i) => TEN - minutes(12 - i));
const row = (windowId: string, state: WindowLive['state']) =>
  windowRow({ windowId, state, since: at(TEN - minutes(1)) });

let database: TestDatabase;
let house: TestApp;
let adviser: Adviser;
let clock: ManualClock;
/** The one that runs now. */
const latest = {
  list: (...asked: Parameters<Adviser['list']>) => adviser.list(...asked),
  get record() {
    return adviser.record;
  },
};
const deltas = new Emitter<HallDelta>();
const windows = [row('w01', 'serving'), row('w02', 'closed')];

const open = () => {
  const { db } = database;
  const live = () =>
    hallLive({
      at: at(clock.now()),
      windows,
      queues: [queueRow({ waiting: 12, longestSince: at(waiting[0]!) }), queueRow({ queueId: 'tax' })],
    });
  const hallStates = { live, waitingSince: (_: string, id: string) => (id === 'soc' ? waiting : []), deltas };
  const expectations = new Expectations({
    ...{ db, hallStates, halls: { get: () => hall }, sums: (query) => queueSums(db, query) },
    calendar: {
      dayOf: (_, day) => ({ day, kind: 'working', name: null, provisional: false, noticeId: null }),
      spans: () => null,
    },
  });
  return new Adviser({ db, clock, log, halls: { list: () => [hall] }, hallStates, expectations });
};

beforeAll(async () => {
  database = await openTestDatabase();
  clock = new ManualClock(TEN);
  adviser = open();
  house = await openTestApp({
    db: database.db,
    routes: (app) => adviceRoutes(app, { adviser: latest, clock, halls: { get: (id) => house.halls.get(id) } }),
  });
  const name = { zh: '测试', en: 'test' };
  await house.halls.putRegion({ id: hall.regionId, code: '330100', name, parentId: null, outline: null });
  await house.halls.putHall(hall);
  await insertEvents(
    database.db,
    [3, 2, 1].flatMap((back) => morning(TEN - back * DAY - minutes(60), 40)),
  );
  const people = waiting.map((issued, i) =>
    event(issued, { type: 'ticket.issued', tid: `now-${i}`, no: `N${i}`, queue: 'soc', prio: 'normal' }),
  );
  await insertEvents(database.db, people);
  await new FigureRollup({ db: database.db, clock, log }).catchUp();
});
afterAll(async () => {
  await house.close();
  await database.close();
});

const get = async (path: string) => {
  const cookie = await house.cookieOf('hall-manager');
  const { statusCode, body } = await house.app.inject({ url: `/api/halls/${path}`, headers: { cookie } });
  expect(statusCode, body).toBe(200);
  return JSON.parse(body) as unknown;
};
const record = async () => z.array(Advice).parse(await get(`${hall.id}/advice`));
const changes = (): string[] => {
  const heard: string[] = [];
  adviser.changed.on((hallId) => heard.push(hallId));
  return heard;
};

it('advises to open the closed window, once, with both courses and why', async () => {
  const heard = changes();
  await adviser.round();
  await adviser.round();
  expect(heard).toEqual([hall.id]);
  const [advice, ...others] = await record();
  expect(others).toEqual([]);
  expect(advice).toMatchObject({
    ...{ givenAt: at(TEN), horizonAt: at(TEN + minutes(60)), ended: null, settledAt: null },
    action: { kind: 'open', windowId: 'w02', queueId: 'soc' },
    because: { waiting: 12, longestSec: 12 * 60, staffedWindows: 1 },
  });
  // A ticket every five minutes, each of five minutes; twelve wait already.
  expect(advice!.because.load).toBeGreaterThan(0.8);
  const [soc, tax] = advice!.peaks;
  // The second look, a moment later, saw the same.
  expect(advice!.now).toEqual({ without: soc!.without, with: soc!.with, load: advice!.because.load });
  expect(soc!.without.middle).toBeGreaterThan(45 * 60);
  expect(soc!.with.middle).toBeLessThan(soc!.without.middle - 15 * 60);
  expect(tax).toMatchObject({ without: { high: 0 }, with: { high: 0 }, happened: null });
});

it('still stands after a restart, and is taken when the window is opened', async () => {
  adviser = open();
  await adviser.start();
  windows[1] = row('w02', 'idle');
  clock.advance(minutes(2));
  await insertEvents(database.db, [
    event(TEN + minutes(2), { type: 'staff.login', window: 'w02', staff: 'u2' }, 'w02'),
  ]);
  deltas.emit({ hallId: hall.id, revision: 2, at: at(clock.now()), windows: [windows[1]] });
  await expect.poll(record).toMatchObject([{ ended: 'taken', endedAt: at(TEN + minutes(2)), now: null }]);
  await adviser.stop();
});

it('is written beside what really happened when its hour is over', async () => {
  // The first is called at once, the next every four minutes; the last still waits when the hour is over.
  const calls = waiting.slice(0, 11).map((_, i) => {
    const ticket = { tid: `now-${i}`, no: `N${i}`, queue: 'soc', window: 'w01' };
    return event(TEN + minutes(1 + 4 * i), { type: 'ticket.called', ...ticket }, 'w01');
  });
  await insertEvents(database.db, calls);
  clock.advance(minutes(59));
  await adviser.round();
  const advice = (await record()).at(-1)!;
  expect(advice.settledAt).toBe(at(clock.now()));
  expect(advice.peaks.map(({ happened }) => happened)).toEqual([61 * 60, 0]);

  const { queues } = AdviceScores.parse(await get(`${hall.id}/advice/score`));
  const predicted = advice.peaks[0]!.with.middle;
  expect(queues).toMatchObject([{ queueId: 'soc', taken: 1, settled: 1, happenedSec: 61 * 60, withinBand: 0 }]);
  expect(queues[0]!.predictedSec).toBeCloseTo(predicted, 6);
  expect(queues[0]!.errorSec).toBeCloseTo(Math.abs(61 * 60 - predicted), 6);
});

it('advises nothing where no window works: who was never called waits on paper alone', async () => {
  windows.splice(0, 2, row('w01', 'closed'), row('w02', 'closed'));
  waiting.splice(2);
  clock.advance(minutes(20));
  await adviser.round();
  expect(await record()).toHaveLength(1);
});
