import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CalendarDay } from '#contract/calendar.ts';
import { HallForecast } from '#contract/forecast.ts';
import { TypicalDay } from '#contract/typical-day.ts';
import { WhatIfAnswer } from '#contract/what-if.ts';
import { ManualClock } from '#lib/clock.ts';
import { silentLogger as log } from '#lib/logger.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { at, hall, hallLive, minutes, TEN, windowRow } from '../../helpers/hall-fixture.ts';
import { openTestApp, type TestApp } from '../../helpers/test-app.ts';
import { FigureRollup } from '../../../server/features/figures/rollup.ts';
import { queueSums, type SumsQuery } from '../../../server/features/figures/sums.ts';
import { morning } from './mornings.ts';
import { Expectations } from '../../../server/features/forecast/expectations.ts';
import { occupationsOf } from '../../../server/features/forecast/occupations.ts';
import { forecastRoutes } from '../../../server/features/forecast/routes.ts';
import { ForecastService } from '../../../server/features/forecast/service.ts';
import { TypicalDays } from '../../../server/features/forecast/typical-days.ts';
import { WhatIfService } from '../../../server/features/forecast/what-if-service.ts';
import { insertEvents } from '../../../server/features/terminals/event-rows.ts';

const DAY = minutes(1440);

describe('the forecast of a hall', () => {
  let database: TestDatabase;
  let house: TestApp;

  beforeEach(async () => {
    database = await openTestDatabase();
    const { db } = database;
    const clock = new ManualClock(TEN);
    const parts = {
      halls: { get: (id: string) => (id === hall.id ? hall : undefined) },
      sums: (query: SumsQuery) => queueSums(db, query),
      calendar: {
        dayOf: (_: string, day: string): CalendarDay => ({
          ...{ day, kind: 'working', name: null, provisional: false, noticeId: null },
        }),
        spans: () => [{ from: TEN - minutes(60), until: TEN + minutes(60) }],
      },
    };
    const hallStates = {
      live: () => hallLive({ windows: [windowRow({ state: 'serving', since: at(TEN - minutes(1)) })] }),
      waitingSince: (_: string, queueId: string) => (queueId === 'soc' ? [TEN - minutes(3), TEN - minutes(8)] : []),
    };
    const expectations = new Expectations({ db, hallStates, ...parts });
    const forecasts = new ForecastService({ clock, expectations });
    const whatIfs = new WhatIfService({ clock, expectations });
    const typicalDays = new TypicalDays({ clock, ...parts });
    house = await openTestApp({ db, routes: (app) => forecastRoutes(app, { forecasts, whatIfs, typicalDays }) });
    const name = { zh: '测试', en: 'test' };
    await house.halls.putRegion({ id: hall.regionId, code: '330100', name, parentId: null, outline: null });
    await house.halls.putHall(hall);
  });
  afterEach(async () => {
    await house.close();
    await database.close();
  });

  const ask = async (hallId: string, what = 'forecast') =>
    house.app.inject({
      url: `/api/halls/${hallId}/${what}`,
      headers: { cookie: await house.cookieOf('hall-manager') },
    });

  it('says what it lacks while too little is known, and is told to nobody who is not signed in', async () => {
    expect((await house.app.inject({ url: `/api/halls/${hall.id}/forecast` })).statusCode).toBe(401);
    expect((await ask('elsewhere')).statusCode).toBe(404);
    expect((await ask(hall.id)).json()).toEqual({
      ...{ known: false, hallId: hall.id, at: at(TEN), lack: 'arrivals', have: 0, needed: 20 },
    });
  });

  it('takes the last hour to go on until the hall closes, while no day before today is known', async () => {
    const { db } = database;
    await insertEvents(db, morning(TEN - minutes(120), 23));
    await new FigureRollup({ db, clock: new ManualClock(TEN), log }).catchUp();
    const told = HallForecast.parse((await ask(hall.id)).json());
    if (!told.known) throw new Error(`lacks ${told.lack}`);
    expect(told).toMatchObject({ basis: 'last-hour', learntDays: 0 });
    const waits = told.queues[0]!.steps.map(({ wait }) => wait !== null);
    // A ticket every five minutes while it is open, for one hour more.
    expect(waits.slice(0, 4)).toEqual([true, true, true, true]);
    expect(waits.slice(4)).toEqual([false, false, false, false, false]);
  });

  it('learns from the log when people come and how long they keep a window, and begins with those who wait', async () => {
    const { db } = database;
    const days = [3, 2, 1].map((back) => TEN - back * DAY - minutes(60));
    await insertEvents(
      db,
      days.flatMap((begins) => morning(begins, 30)),
    );
    await new FigureRollup({ db, clock: new ManualClock(TEN), log }).catchUp();

    const occupations = await occupationsOf(db, { hallId: hall.id, from: TEN - 14 * DAY });
    // The last of each morning is followed by nobody who waited.
    expect(occupations).toEqual(new Map([['soc', Array.from({ length: 3 * 29 }, () => 300)]]));

    const told = HallForecast.parse((await ask(hall.id)).json());
    if (!told.known) throw new Error(`lacks ${told.lack}`);
    expect(told).toMatchObject({ hallId: hall.id, at: at(TEN), basis: 'days', learntDays: 3 });
    const [soc, tax] = told.queues;
    expect(soc!.steps[0]).toMatchObject({ at: at(TEN), waiting: { low: 2, middle: 2, high: 2 } });
    expect(soc!.steps.at(-1)).toMatchObject({ at: at(TEN + minutes(120)) });
    // One window for a ticket every five minutes of five minutes each, and two who wait already.
    expect(soc!.steps[2]!.wait!.middle).toBeGreaterThan(120);
    expect(soc!.uncalled).toBe(0);
    expect(tax!.steps.every(({ waiting, wait }) => waiting.high === 0 && wait === null)).toBe(true);

    const suppose = async (payload: object) => {
      const cookie = await house.cookieOf('hall-manager');
      return house.app.inject({ method: 'POST', url: `/api/halls/${hall.id}/what-if`, headers: { cookie }, payload });
    };
    const opened = WhatIfAnswer.parse((await suppose({ windows: [{ windowId: 'w02', open: true }] })).json());
    expect(opened.open).toEqual({ asItIs: ['w01'], whatIf: ['w01', 'w02'] });
    expect(opened.whatIf[0]!.longestWaitSec).toBeLessThan(opened.asItIs[0]!.longestWaitSec);
    const same = WhatIfAnswer.parse((await suppose({})).json());
    expect(same.whatIf).toEqual(same.asItIs);
    const refused = await suppose({ windows: [{ windowId: 'w77' }], staff: 3 });
    expect(refused.json()).toMatchObject({
      error: { code: 'REQUEST_INVALID', details: [{ path: 'windows.0.windowId' }, { path: 'staff' }] },
    });
    expect((await suppose({ demand: -1 })).statusCode).toBe(400);

    const day = TypicalDay.parse((await (await ask(hall.id, 'typical-day')).json()) as unknown);
    // Monday; of the three days before, none was one.
    expect(day).toMatchObject({ day: '2026-03-09', weekday: 1, likeDays: 0 });
  });
});
