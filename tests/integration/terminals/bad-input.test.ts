import mqtt, { type MqttClient } from 'mqtt';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { userOf, type TerminalKind } from '#contract/mqtt.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { hall } from '../../helpers/hall-fixture.ts';
import { brokers, first, House, problemsWhen, type Broker } from './house.ts';

const MB = 1_000_000;
const DAY_MS = 24 * 3600_000;
const BURST = 10_000;

/** Whatever devices say: it is counted and shown, and the next good message is stored. */
describe.each(['embedded', 'mosquitto'] as const)('bad input over the %s broker', (kindOfBroker) => {
  let broker: Broker;
  let database: TestDatabase;
  let house: House;
  let client: MqttClient;

  const topic = (kind: TerminalKind, device: string, channel = 'evt') =>
    `gsh/v1/${hall.regionId}/${hall.id}/${kind}/${device}/${channel}`;
  const message = (fields: object = {}) => ({
    ...{ v: 1, id: ulid(), seq: 1, sid: 's', ts: new Date().toISOString() },
    ...{ type: 'window.resumed', window: 'w01' },
    ...fields,
  });
  const say = (fields: object, to = topic('caller', 'w01'), options: { retain?: boolean } = {}) =>
    client.publishAsync(to, JSON.stringify(message(fields)), { qos: 1, ...options });
  const stored = async (id: string) =>
    database.db.query<{ type: string; misdated: boolean; agesSec: number }>(
      `SELECT type, misdated, extract(epoch FROM received_at - occurred_at)::float8 AS "agesSec"
       FROM terminal_event WHERE event_id = $1`,
      [id],
    );
  /** A good message, stored: everything said before it has been dealt with. */
  const nextGoodOneIsStored = async () => {
    const id = ulid();
    const arrived = first(house.terminals.event, (event) => event.id === id);
    await say({ id });
    await arrived;
    expect(await stored(id)).toHaveLength(1);
  };
  const letters = async () => (await house.terminals.deadLetters(100)).map(({ code }) => code);
  const problem = (code: string) => problemsWhen(house.problems, (codes) => codes.some((each) => each.endsWith(code)));

  beforeAll(async () => {
    broker = await brokers[kindOfBroker]();
    database = await openTestDatabase();
    house = new House(database.db, broker);
    await house.start();
    await house.furnish();
    client = await mqtt.connectAsync(broker.url);
  });
  afterAll(async () => {
    await client.endAsync(true);
    await house.stop();
    await database.close();
    await broker.stop();
  });

  it('a megabyte, a depth without end, bytes that are no text, a version to come', async () => {
    await client.publishAsync(topic('caller', 'w01'), 'x'.repeat(MB), { qos: 1 });
    await client.publishAsync(topic('caller', 'w01'), '['.repeat(30_000) + ']'.repeat(30_000), { qos: 1 });
    await client.publishAsync(topic('caller', 'w01'), Buffer.from([0x7b, 0xc3, 0x28, 0x7d]), { qos: 1 });
    await say({ v: 2 });
    await nextGoodOneIsStored();
    await expect.poll(letters).toEqual(['PAYLOAD_INVALID', 'PAYLOAD_NOT_JSON', 'PAYLOAD_INVALID', 'PAYLOAD_TOO_LARGE']);
  });

  it('a clock that is a day ahead', async () => {
    const id = ulid();
    const said = problem('TERMINAL_CLOCK_SKEW');
    const ts = new Date(Date.now() + DAY_MS + 60_000).toISOString();
    await say({ id, ts, type: 'ticket.issued', tid: 't', no: 'A1', queue: 'soc' }, topic('kiosk', 'k1'));
    await said;
    await nextGoodOneIsStored();
    // Placed at its receipt, where it can be seen and counts.
    expect(await stored(id)).toEqual([{ type: 'ticket.issued', misdated: true, agesSec: 0 }]);
  });

  it('an id that is used again for something else', async () => {
    const id = ulid();
    await say({ id });
    await say({ id, type: 'window.paused', reason: 'tea', ts: new Date(Date.now() + 1000).toISOString() });
    await nextGoodOneIsStored();
    expect(await stored(id)).toMatchObject([{ type: 'window.resumed' }]);
  });

  it('two devices under one id', async () => {
    const said = problem('TERMINAL_TWO_SPEAKERS');
    for (let turn = 0; turn < 4; turn += 1) {
      for (const sid of ['one', 'other']) await say({ sid, window: 'w02' }, topic('caller', 'w02'));
    }
    await said;
    await nextGoodOneIsStored();
  });

  it('a topic with a wildcard in it, which no broker takes', async () => {
    const stranger = await mqtt.connectAsync(broker.url, { reconnectPeriod: 0 });
    const closed = new Promise<void>((resolve) => stranger.once('close', () => resolve()));
    stranger.publish(topic('caller', '+'), JSON.stringify(message()), { qos: 1 }, () => undefined);
    await closed;
    await stranger.endAsync(true);
    await nextGoodOneIsStored();
  });

  it('a device that speaks for another one', async () => {
    const address = { region: hall.regionId, hall: hall.id, kind: 'caller', device: 'w02' } as const;
    const key = { hallId: hall.id, kind: address.kind, deviceId: address.device };
    const account = broker.keys.get(userOf(address)) ?? {
      username: userOf(address),
      password: (await house.terminals.issueKey(key)).key,
    };
    const liar = await mqtt.connectAsync(broker.url.replace(/\/\/.*@/, '//'), account);
    const id = ulid();
    await liar.publishAsync(topic('caller', 'w01'), JSON.stringify(message({ id })), { qos: 1 });
    await liar.endAsync();
    await nextGoodOneIsStored();
    expect(await stored(id)).toEqual([]);
    // An outside broker keeps it to itself.
    if (kindOfBroker === 'embedded') await expect.poll(letters).toContain('TERMINAL_FORBIDDEN');
  });

  it('rubbish that is retained, and comes again with every new beginning', async () => {
    await client.publishAsync(topic('caller', 'w01', 'state'), 'rubbish', { qos: 1, retain: true });
    await nextGoodOneIsStored();
    await expect.poll(async () => (await letters())[0]).toBe('PAYLOAD_NOT_JSON');
    await house.stop();
    const before = (await database.db.query('SELECT 1 FROM dead_letter')).length;
    house = new House(database.db, broker);
    await house.start();
    await client.endAsync(true);
    client = await mqtt.connectAsync(broker.url);
    await nextGoodOneIsStored();
    const again = kindOfBroker === 'mosquitto' ? 1 : 0;
    await expect.poll(async () => (await house.terminals.deadLetters(100)).length).toBe(before + again);
  });

  it('ten thousand messages at once', async () => {
    const burst = Array.from({ length: BURST }, (_, seq) => message({ seq }));
    const last = first(house.terminals.event, ({ id }) => id === burst.at(-1)!.id);
    await Promise.all(
      burst.map((each) => client.publishAsync(topic('caller', 'w01'), JSON.stringify(each), { qos: 1 })),
    );
    await last;
    await nextGoodOneIsStored();
    const [row] = await database.db.query<{ count: number }>(
      'SELECT count(*) FROM terminal_event WHERE event_id = ANY ($1)',
      [burst.map(({ id }) => id)],
    );
    expect(row!.count).toBe(BURST);
  });
});
