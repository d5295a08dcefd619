import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import mqtt from 'mqtt';
import { ulid } from 'ulid';
import { ManualClock } from '#lib/clock.ts';
import { hall } from '../../helpers/hall-fixture.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import type { TerminalClient } from '../../../devices/terminals/terminal-client.ts';
import { brokers, device, first, House, problemsWhen, type Broker } from './house.ts';

const offline = `terminal:${hall.id}/caller/w01 TERMINAL_OFFLINE`;

describe.each(['embedded', 'mosquitto'] as const)('a terminal that comes and goes, over the %s broker', (kind) => {
  let broker: Broker;
  let database: TestDatabase;
  let clock: ManualClock;
  let house: House;
  let caller: TerminalClient;

  const link = () => house.terminals.get({ hallId: hall.id, kind: 'caller', deviceId: 'w01' })!.link;
  const linkIs = (wanted: string) =>
    first(
      house.terminals.changed,
      (terminal) => terminal.deviceId === 'w01' && terminal.kind === 'caller' && terminal.link === wanted,
    );
  /** The will goes from broker to house on its own way; afterwards it is there. */
  const die = async () => {
    const willCame = first(house.terminals.changed);
    await caller.disconnect({ graceful: false });
    await willCame;
  };

  beforeEach(async () => {
    broker = await brokers[kind]();
    database = await openTestDatabase();
    clock = new ManualClock(Date.now());
    house = new House(database.db, broker, clock);
    await house.start();
    await house.furnish();
    caller = device(broker, 'caller', 'w01');
    const online = linkIs('online');
    await caller.connect();
    await online;
    caller.state({ window: 'w01', state: 'idle', since: new Date().toISOString() });
    await first(house.terminals.event);
  });

  afterEach(async () => {
    await caller.disconnect({ graceful: false });
    await house.stop();
    await database.close();
    await broker.stop();
  });

  it('is lost 10 s after its will, a problem after 60 s, and well again when it is back', async () => {
    await die();
    clock.advance(9_999);
    expect(link()).toBe('online');
    clock.advance(1);
    expect(link()).toBe('lost');
    await Promise.resolve();
    expect(house.hallStates.live(hall.id)).toMatchObject({
      windows: [{ state: 'idle', stale: true }, {}],
      terminals: { lost: 1 },
    });
    clock.advance(49_999);
    expect(house.problems.list()).toEqual([]);
    clock.advance(1);
    await problemsWhen(house.problems, (codes) => codes.includes(offline));
    const back = linkIs('online');
    await caller.connect();
    await back;
    expect(house.problems.list()).toEqual([]);
    expect(house.hallStates.live(hall.id)!.windows[0]).toMatchObject({ state: 'idle', stale: false });
  });

  it('is not lost when it is back within 10 s', async () => {
    await die();
    clock.advance(5_000);
    const back = first(house.terminals.changed);
    await caller.connect();
    await back;
    clock.advance(60_000);
    expect(link()).toBe('online');
  });

  it('is not ended by the late will of an older session', async () => {
    const publisher = await mqtt.connectAsync(broker.url);
    const will = {
      v: 1,
      id: ulid(),
      seq: 0,
      sid: 'older',
      ts: new Date().toISOString(),
      online: false,
      reason: 'lost',
    };
    await publisher.publishAsync(`gsh/v1/${hall.regionId}/${hall.id}/caller/w01/status`, JSON.stringify(will), {
      qos: 1,
    });
    // Something later on the same way, to know that the will is through.
    const stored = first(house.terminals.event);
    caller.event({ type: 'window.resumed', window: 'w01' });
    await stored;
    await publisher.endAsync();
    clock.advance(120_000);
    expect(link()).toBe('online');
  });

  it('is expected after our restart, and lost when it does not show itself', async () => {
    await house.stop();
    await caller.disconnect({ graceful: false });
    house = new House(database.db, broker, clock);
    await house.start();
    if (kind === 'embedded') expect(link()).toBe('online');
    expect(house.hallStates.live(hall.id)!.windows[0]).toMatchObject({ state: 'idle', staff: null });
    // An outside broker sends the will that it kept; our own died before it could.
    clock.advance(45_000);
    await expect.poll(() => (clock.advance(15_000), link())).toBe('lost');
  });

  it('is told that its clock is off, and that it is right again', async () => {
    const publisher = await mqtt.connectAsync(broker.url);
    const topic = `gsh/v1/${hall.regionId}/${hall.id}/rater/w01/state`;
    const state = (aheadMs: number) => {
      const ts = new Date(clock.now() + aheadMs).toISOString();
      return JSON.stringify({ v: 1, id: ulid(), seq: 0, sid: 's', ts, window: 'w01', ok: true });
    };
    const skewed = `terminal:${hall.id}/rater/w01 TERMINAL_CLOCK_SKEW`;
    await publisher.publishAsync(topic, state(90_000), { qos: 1 });
    await problemsWhen(house.problems, (codes) => codes.includes(skewed));
    const right = problemsWhen(house.problems, (codes) => codes.length === 0);
    const heard = () => house.terminals.get({ hallId: hall.id, kind: 'rater', deviceId: 'w01' })!.lastHeardAt;
    for (let minute = 0; minute < 2; minute += 1) {
      clock.advance(60_000);
      await publisher.publishAsync(topic, state(0), { qos: 1 });
      await expect.poll(heard).toBe(new Date(clock.now()).toISOString());
    }
    await right;
    await publisher.endAsync();
  });

  it('is told that two devices speak under its id, and which events never came', async () => {
    const publisher = await mqtt.connectAsync(broker.url);
    const prefix = `gsh/v1/${hall.regionId}/${hall.id}/kiosk/k1`;
    const say = (channel: string, sid: string, seq: number, body: object) =>
      publisher.publishAsync(
        `${prefix}/${channel}`,
        JSON.stringify({ v: 1, id: ulid(), seq, sid, ts: new Date(clock.now()).toISOString(), ...body }),
        { qos: 1 },
      );
    const ticket = (seq: number) => ({ type: 'ticket.issued', tid: `t${seq}`, no: `A${seq}`, queue: 'soc' });
    const kiosk = () => house.terminals.get({ hallId: hall.id, kind: 'kiosk', deviceId: 'k1' })!;
    for (const seq of [5, 6, 9]) await say('evt', 's1', seq, ticket(seq));
    await expect.poll(() => kiosk().missingEvents).toBe(2);
    await say('evt', 's1', 7, ticket(7));
    await expect.poll(() => kiosk().missingEvents).toBe(1);

    const two = problemsWhen(house.problems, (codes) =>
      codes.includes(`terminal:${hall.id}/kiosk/k1 TERMINAL_TWO_SPEAKERS`),
    );
    for (let turn = 0; turn < 6; turn += 1)
      await say('state', turn % 2 === 0 ? 's2' : 's1', 10, { ok: true, paper: 'ok' });
    await two;
    const one = problemsWhen(house.problems, (codes) => codes.length === 0);
    clock.advance(60_000);
    await say('state', 's1', 10, { ok: true, paper: 'ok' });
    await one;
    await publisher.endAsync();
  });
});
