import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ulid } from 'ulid';
import { ManualClock } from '#lib/clock.ts';
import { silentLogger as log } from '#lib/logger.ts';
import { hall } from '../../helpers/hall-fixture.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { openTestApp } from '../../helpers/test-app.ts';
import type { TerminalClient } from '../../../devices/terminals/terminal-client.ts';
import { FigureSampler } from '../../../server/features/queues/figure-sampler.ts';
import { queueRoutes } from '../../../server/features/queues/routes.ts';
import { brokers, device, first, House, type Broker } from '../terminals/house.ts';

describe('the live state of a hall', () => {
  let broker: Broker;
  let database: TestDatabase;
  let house: House;
  const clients: TerminalClient[] = [];

  beforeEach(async () => {
    broker = await brokers.embedded();
    database = await openTestDatabase();
    house = new House(database.db, broker);
    await house.start();
    await house.furnish();
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.disconnect({ graceful: false })));
    await house.stop();
    await database.close();
    await broker.stop();
  });

  const connect = async (...[kind, id]: [Parameters<typeof device>[1], string]) => {
    const client = device(broker, kind, id);
    clients.push(client);
    await client.connect();
    return client;
  };
  const live = () => house.hallStates.live(hall.id)!;
  /** What must be the same after a restart: all but the number of the delta and the moment of asking. */
  const lasting = () => {
    const { windows, queues, inside } = live();
    return { windows, queues, inside };
  };
  const atWork = async () => {
    const kiosk = await connect('kiosk', 'k1');
    const [caller, second] = [await connect('caller', 'w01'), await connect('caller', 'w02')];
    const seat = await connect('sensor', 'seat-w01');
    const door = await connect('sensor', 'door');
    for (const [tid, queue] of [
      ['t1', 'soc'],
      ['t2', 'soc'],
      ['t3', 'tax'],
      ['t4', 'soc'],
    ] as const) {
      kiosk.event({ type: 'ticket.issued', tid, no: tid, queue });
    }
    kiosk.event({ type: 'ticket.cancelled', tid: 't4', no: 't4', queue: 'soc' });
    await kiosk.drained();
    const first = { tid: 't1', no: 't1', queue: 'soc', window: 'w01' };
    caller.event({ type: 'staff.login', window: 'w01', staff: 'u1' });
    caller.event({ type: 'ticket.called', ...first });
    caller.event({ type: 'ticket.transferred', ...first, toQueue: 'tax' });
    caller.event({ type: 'window.paused', window: 'w01', reason: 'lunch', plannedMin: 30 });
    second.state({
      window: 'w02',
      state: 'serving',
      staff: 'u2',
      tid: 't3',
      no: 't3',
      since: new Date(Date.now() - 5_000).toISOString(),
    });
    seat.telemetry({ seat: true });
    seat.telemetry({ seat: false });
    door.telemetry({ inside: 17 });
    await Promise.all([caller.drained(), second.drained()]);
    await expect.poll(() => [live().windows[0]!.seat, live().inside]).toEqual(['empty', 17]);
  };

  it('is the same after a restart, rebuilt from the log', async () => {
    await atWork();
    const before = lasting();
    expect(before).toMatchObject({
      windows: [
        { state: 'paused', staff: 'u1', pauseReason: 'lunch', pausePlannedMin: 30, seat: 'empty' },
        { state: 'serving', staff: 'u2', ticketNo: 't3', seat: 'unknown' },
      ],
      queues: [
        { queueId: 'soc', waiting: 1, staffedWindows: 1, issuedToday: 3, calledToday: 1 },
        { queueId: 'tax', waiting: 2, staffedWindows: 1, issuedToday: 1, calledToday: 0 },
      ],
      inside: 17,
    });
    await Promise.all(clients.splice(0).map((client) => client.disconnect({ graceful: false })));
    await house.stop();
    house = new House(database.db, broker);
    await house.start();
    expect(lasting()).toEqual(before);
  });

  it('tells changes as they are committed, and sums them up', async () => {
    const told = first(house.hallStates.deltas, ({ queues }) => queues?.some(({ waiting }) => waiting === 1) ?? false);
    const kiosk = await connect('kiosk', 'k1');
    kiosk.event({ type: 'ticket.issued', tid: 't1', no: 'A001', queue: 'soc' });
    const delta = await told;
    expect(delta).toMatchObject({ hallId: hall.id, queues: [{ queueId: 'soc', waiting: 1, issuedToday: 1 }] });
    expect(house.hallStates.summaries()).toMatchObject([
      { hallId: hall.id, waiting: 1, longestSince: delta.queues![0]!.longestSince },
    ]);
  });

  it('follows the hall as it is changed, added and removed', async () => {
    await house.halls.putHall({ ...hall, windows: hall.windows.slice(0, 1) }).catch(() => undefined);
    expect(live().windows).toHaveLength(2);
    const name = hall.name;
    await house.halls.putHall({
      ...hall,
      windows: [...hall.windows, { id: 'w03', label: '03', name, queueIds: ['tax'], place: null }],
    });
    expect(live().windows.map(({ windowId, state }) => [windowId, state])).toContainEqual(['w03', 'unknown']);
    const added = first(house.hallStates.deltas, ({ hallId }) => hallId === 'hall-b');
    await house.halls.putHall({ ...hall, id: 'hall-b' });
    await added;
    expect(house.hallStates.live('hall-b')!.windows).toHaveLength(2);
    await house.halls.removeHall('hall-b');
    expect(house.hallStates.live('hall-b')).toBeUndefined();
  });

  it.each([
    ['an event', 'evt', { type: 'ticket.called', tid: 't1', no: 'A012', queue: 'soc', window: 'w01' }],
    ['a snapshot', 'state', { window: 'w01', state: 'calling', no: 'A012', since: new Date().toISOString() }],
  ])('moves by %s that somebody publishes by hand', async (_what, channel, fields) => {
    const moved = first(
      house.hallStates.deltas,
      ({ windows }) => windows?.some(({ state }) => state === 'calling') ?? false,
    );
    const message = JSON.stringify({ v: 1, id: ulid(), seq: 1, sid: 'hand', ts: new Date().toISOString(), ...fields });
    const { hostname, port } = new URL(broker.url);
    const topic = `gsh/v1/${hall.regionId}/${hall.id}/caller/w01/${channel}`;
    const publish = spawn('mosquitto_pub', ['-h', hostname, '-p', port, '-q', '1', '-t', topic, '-m', message]);
    expect(await once(publish, 'exit')).toEqual([0, null]);
    await moved;
    expect(live().windows[0]).toMatchObject({ windowId: 'w01', state: 'calling', ticketNo: 'A012' });
  });

  it('is written down every 10 s, and read as a line', async () => {
    await atWork();
    const clock = new ManualClock(Math.floor(Date.now() / 10_000) * 10_000 - 60_000);
    const sampler = new FigureSampler({
      db: database.db,
      clock,
      log,
      halls: house.halls,
      hallStates: house.hallStates,
    });
    sampler.start();
    const samples = async () => (await database.db.query('SELECT DISTINCT at FROM measurement')).length;
    for (let sample = 1; sample <= 3; sample += 1) {
      clock.advance(10_000);
      // its rows are there a moment before it knows, and takes the next one
      await sampler.settled();
      expect(await samples()).toBe(sample);
    }
    await sampler.stop();

    const { db } = database;
    const test = await openTestApp({
      db,
      clock,
      routes: (app) => queueRoutes(app, { db, clock, hallStates: house.hallStates }),
    });
    const get = async (url: string) => {
      const response = await test.app.inject({ url, headers: { cookie: await test.cookieOf('supervisor') } });
      return { status: response.statusCode, body: response.json() };
    };
    try {
      const { body } = await get(`/api/halls/${hall.id}/figures?queueId=tax&figure=waiting&minutes=1`);
      expect(body).toMatchObject({ hallId: hall.id, queueId: 'tax', figure: 'waiting', stepSec: 10 });
      expect(body.points.map(({ value }: { value: number | null }) => value)).toEqual([
        null,
        null,
        null,
        null,
        2,
        2,
        2,
      ]);
      const whole = await get(`/api/halls/${hall.id}/figures?figure=staffed_windows&minutes=1`);
      expect(whole.body.points.at(-1)).toEqual({ at: new Date(clock.now()).toISOString(), value: 1 });
      expect(await get(`/api/halls/${hall.id}/live`)).toMatchObject({
        status: 200,
        body: { hallId: hall.id, inside: 17 },
      });
      expect((await get('/api/halls/nowhere/live')).status).toBe(404);
      expect((await get(`/api/halls/${hall.id}/figures?queueId=nope`)).status).toBe(404);
      expect((await get(`/api/halls/${hall.id}/figures?figure=nope`)).status).toBe(400);
    } finally {
      await test.close();
    }
  });
});
