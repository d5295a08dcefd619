import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import mqtt from 'mqtt';
import { ulid } from 'ulid';
import { hall } from '../../helpers/hall-fixture.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import type { TerminalClient } from '../../../devices/terminals/terminal-client.ts';
import { brokers, device, first, House, type Broker } from './house.ts';

const window = 'w01';
const login = { type: 'staff.login', window, staff: 'u1' } as const;

describe.each(['embedded', 'mosquitto'] as const)('terminals over the %s broker', (kindOfBroker) => {
  let broker: Broker;
  let database: TestDatabase;
  let house: House;
  const devices: TerminalClient[] = [];

  const connect = async (...args: Parameters<typeof device> extends [Broker, ...infer Rest] ? Rest : never) => {
    const client = device(broker, ...args);
    devices.push(client);
    await client.connect();
    return client;
  };
  const rows = (sql = 'SELECT type, device_id, backfilled, misdated FROM terminal_event ORDER BY position') =>
    database.db.query<Record<string, unknown>>(sql);

  beforeEach(async () => {
    broker = await brokers[kindOfBroker]();
    database = await openTestDatabase();
    house = new House(database.db, broker);
    await house.start();
    await house.furnish();
  });

  afterEach(async () => {
    await Promise.all(devices.splice(0).map((client) => client.disconnect({ graceful: false })));
    await house.stop();
    await database.close();
    await broker.stop();
  });

  it('stores events in order, once, and moves the window', async () => {
    const caller = await connect('caller', 'w01');
    const moved = first(
      house.hallStates.deltas,
      ({ windows }) => windows?.some(({ state }) => state === 'serving') ?? false,
    );
    const ticket = { tid: 't1', no: 'A001', queue: 'soc', window };
    caller.event(login);
    caller.event({ type: 'ticket.called', ...ticket });
    caller.event({ type: 'ticket.started', ...ticket });
    await moved;
    expect((await rows()).map(({ type }) => type)).toEqual(['staff.login', 'ticket.called', 'ticket.started']);
    expect(house.hallStates.live(hall.id)!.windows[0]).toMatchObject({
      windowId: window,
      state: 'serving',
      staff: 'u1',
      ticketNo: 'A001',
      stale: false,
    });
  });

  it('logs a caller snapshot when it says something new, and a seat when it changes', async () => {
    const caller = await connect('caller', 'w01');
    const sensor = await connect('sensor', 'seat-w01');
    const since = new Date().toISOString();
    const stored = (type: string) => first(house.terminals.event, ({ body }) => body.type === type);
    const idle = stored('caller.state');
    caller.state({ window, state: 'idle', since });
    await idle;
    caller.state({ window, state: 'idle', since });
    sensor.telemetry({ seat: true });
    sensor.telemetry({ seat: true });
    const left = stored('seat.empty');
    sensor.telemetry({ seat: false });
    await left;
    await house.terminals.stop();
    expect((await rows()).map(({ type }) => type)).toEqual(['caller.state', 'seat.occupied', 'seat.empty']);
    expect(await rows('SELECT quantity, value FROM sensor_reading ORDER BY at')).toEqual([
      { quantity: 'seat', value: 1 },
      { quantity: 'seat', value: 0 },
    ]);
  });

  it('knows who is there, what they are, and what they count', async () => {
    const there = first(house.terminals.changed, ({ kind, model }) => kind === 'sensor' && model === 'M-1');
    const sensor = await connect('sensor', 'door');
    expect(await there).toMatchObject({ deviceId: 'door', link: 'online', firmware: '1.0' });
    const counted = first(house.hallStates.deltas, ({ inside }) => inside !== undefined);
    sensor.telemetry({ inside: 42, co2: 700 });
    expect(await counted).toMatchObject({ inside: 42 });
    expect(house.terminals.get({ hallId: hall.id, kind: 'sensor', deviceId: 'door' })!.clockSkewMs).toBeLessThan(1_000);
  });

  it('drops an event that comes again, also after a restart', async () => {
    const payload = (id: string) =>
      JSON.stringify({ v: 1, id, seq: 1, sid: 's', ts: new Date().toISOString(), ...login });
    const topic = `gsh/v1/${hall.regionId}/${hall.id}/caller/w01/evt`;
    const client = await mqtt.connectAsync(broker.url);
    const once = payload(ulid());
    const last = { first: payload(ulid()), second: payload(ulid()) };
    const stored = (text: string) => first(house.terminals.event, ({ id }) => text.includes(id));
    let end = stored(last.first);
    for (const text of [once, once, last.first]) await client.publishAsync(topic, text, { qos: 1 });
    await end;
    await client.endAsync();
    expect(await rows()).toHaveLength(2);

    await house.stop();
    house = new House(database.db, broker);
    await house.start();
    const again = await mqtt.connectAsync(broker.url);
    end = stored(last.second);
    const seen: string[] = [];
    house.terminals.event.on(({ id }) => seen.push(id));
    for (const text of [once, last.second]) await again.publishAsync(topic, text, { qos: 1 });
    await end;
    await again.endAsync();
    expect(await rows()).toHaveLength(3);
    expect(seen).toHaveLength(1);
  });

  it('keeps bad messages with their code, acknowledges them, and goes on', async () => {
    const client = await mqtt.connectAsync(broker.url);
    const base = `gsh/v1/${hall.regionId}/${hall.id}`;
    const envelope = () => ({ v: 1, id: ulid(), seq: 1, sid: 's', ts: new Date().toISOString() });
    const bad: [string, string, string | Buffer][] = [
      ['TOPIC_INVALID', 'gsh/v1/too/short', '{}'],
      ['PAYLOAD_TOO_LARGE', `${base}/caller/w01/evt`, 'x'.repeat(65 * 1024)],
      ['PAYLOAD_NOT_JSON', `${base}/caller/w01/evt`, '{"v":'],
      ['PAYLOAD_NOT_JSON', `${base}/caller/w01/evt`, Buffer.from([0x7b, 0xff, 0x7d])],
      ['PAYLOAD_INVALID', `${base}/caller/w01/evt`, JSON.stringify({ ...envelope(), type: 'ticket.eaten' })],
      ['TERMINAL_UNKNOWN', `${base}/caller/w99/evt`, JSON.stringify({ ...envelope(), ...login })],
      ['TERMINAL_UNKNOWN', `gsh/v1/elsewhere/${hall.id}/caller/w01/evt`, JSON.stringify({ ...envelope(), ...login })],
      ['TERMINAL_MISPLACED', `${base}/caller/w01/evt`, JSON.stringify({ ...envelope(), ...login, window: 'w77' })],
    ];
    for (const [, topic, payload] of bad) await client.publishAsync(topic, payload, { qos: 1 });
    const stored = first(house.terminals.event);
    await client.publishAsync(`${base}/caller/w01/evt`, JSON.stringify({ ...envelope(), ...login }), { qos: 1 });
    await stored;
    await client.endAsync();
    await house.terminals.stop();
    const letters = await house.terminals.deadLetters(100);
    expect(letters.reverse().map(({ code, topic }) => [code, topic])).toEqual(
      bad.map(([code, topic]) => [code, topic]),
    );
    expect(letters.find(({ code }) => code === 'PAYLOAD_TOO_LARGE')).toMatchObject({
      bytes: 65 * 1024,
      payload: 'x'.repeat(2048),
    });
    expect(await rows()).toHaveLength(1);
  });

  it('offers unknown terminals, and hears them once they are registered', async () => {
    const stranger = await connect('caller', 'w09');
    stranger.event(login);
    stranger.event(login);
    await stranger.drained();
    await expect.poll(() => house.terminals.unknown()[0]?.messages).toBeGreaterThanOrEqual(4);
    expect(house.terminals.unknown()).toMatchObject([{ hallId: hall.id, kind: 'caller', deviceId: 'w09' }]);
    await house.terminals.register({ hallId: hall.id, kind: 'caller', deviceId: 'w09' });
    expect(house.terminals.unknown()).toEqual([]);
    const heard = first(house.terminals.event);
    stranger.event(login);
    expect(await heard).toMatchObject({ deviceId: 'w09' });
    expect(await rows()).toHaveLength(1);
  });

  it('places what a terminal kept while offline at its own time, and lays no blame on its clock', async () => {
    const caller = await connect('caller', 'w01');
    const client = await mqtt.connectAsync(broker.url);
    const topic = `gsh/v1/${hall.regionId}/${hall.id}/caller/w01/evt`;
    const send = (ts: number) =>
      client.publishAsync(
        topic,
        JSON.stringify({ v: 1, id: ulid(), seq: 1, sid: 'x', ts: new Date(ts).toISOString(), ...login }),
        {
          qos: 1,
        },
      );
    const now = Date.now();
    const last = first(house.terminals.event, ({ misdated }) => misdated);
    await send(now - 600_000);
    await send(now - 10 * 365 * 24 * 3_600_000);
    expect(await last).toMatchObject({ backfilled: false });
    await client.endAsync();
    const [kept, beyond] = await rows('SELECT backfilled, misdated, occurred_at FROM terminal_event ORDER BY position');
    expect(kept).toEqual({ backfilled: true, misdated: false, occurred_at: new Date(now - 600_000).toISOString() });
    expect(Date.parse(String(beyond!.occurred_at))).toBeGreaterThan(now - 1_000);
    expect(caller.online).toBe(true);
    expect(house.problems.list()).toEqual([]);
  });
});
