import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import mqtt, { type MqttClient } from 'mqtt';
import pg from 'pg';
import { ulid } from 'ulid';
import { hall } from '../../helpers/hall-fixture.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { brokers, first, House, type Broker } from './house.ts';

const topic = `gsh/v1/${hall.regionId}/${hall.id}/caller/w01/evt`;
const event = () => {
  const id = ulid();
  const fields = { type: 'staff.login', window: 'w01', staff: 'u1' };
  return { id, text: JSON.stringify({ v: 1, id, seq: 1, sid: 's', ts: new Date().toISOString(), ...fields }) };
};

/** Keeps everyone from writing events, as a database that does not answer does. */
async function holdWrites(url: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('BEGIN');
  await client.query('LOCK TABLE terminal_event IN EXCLUSIVE MODE');
  return {
    waiting: async () => {
      const found = await client.query(
        `SELECT count(*)::int AS held FROM pg_locks l JOIN pg_database d ON d.oid = l.database
         WHERE NOT l.granted AND d.datname = current_database()`,
      );
      return found.rows[0].held as number;
    },
    release: () => client.end(),
  };
}

describe('the PUBACK', () => {
  let broker: Broker;
  let database: TestDatabase;
  let house: House;
  let publisher: MqttClient;
  let hold: Awaited<ReturnType<typeof holdWrites>> | null = null;

  const open = async (kind: keyof typeof brokers) => {
    broker = await brokers[kind]();
    house = new House(database.db, broker);
    await house.start();
    await house.furnish();
    publisher = await mqtt.connectAsync(broker.url);
  };
  const ids = async () =>
    (await database.db.query<{ event_id: string }>('SELECT event_id FROM terminal_event ORDER BY position')).map(
      ({ event_id }) => event_id,
    );

  beforeEach(async () => {
    database = await openTestDatabase();
  });
  afterEach(async () => {
    await hold?.release();
    hold = null;
    await publisher.endAsync(true);
    await house.stop();
    await database.close();
    await broker.stop();
  });

  it('of our own broker comes after the row is in the database', async () => {
    await open('embedded');
    for (let i = 0; i < 20; i += 1) {
      const { id, text } = event();
      await publisher.publishAsync(topic, text, { qos: 1 });
      expect(await ids()).toContain(id);
    }
  });

  it('of our own broker does not come while the database takes nothing', async () => {
    await open('embedded');
    hold = await holdWrites(database.url);
    let acknowledged = 0;
    const events = [event(), event(), event()];
    const published = events.map(({ text }) =>
      publisher.publishAsync(topic, text, { qos: 1 }).then(() => (acknowledged += 1)),
    );
    await expect.poll(() => hold!.waiting()).toBeGreaterThan(0);
    // A message that needs no row is acknowledged meanwhile: the broker itself is awake.
    const other = await mqtt.connectAsync(broker.url);
    await other.publishAsync(topic.replace('/evt', '/status'), event().text.replace('"type"', '"online":true,"type"'), {
      qos: 1,
    });
    await other.endAsync();
    expect(acknowledged).toBe(0);
    await hold.release();
    hold = null;
    await Promise.all(published);
    expect((await ids()).sort()).toEqual(events.map(({ id }) => id).sort());
  });

  it('to an outside broker does not go while the database takes nothing: what was not committed comes again', async () => {
    await open('mosquitto');
    const stored = first(house.terminals.event);
    const before = event();
    await publisher.publishAsync(topic, before.text, { qos: 1 });
    await stored;

    hold = await holdWrites(database.url);
    const events = [event(), event(), event()];
    for (const { text } of events) await publisher.publishAsync(topic, text, { qos: 1 });
    await expect.poll(() => hold!.waiting()).toBeGreaterThan(0);
    // The house dies without a word: whatever it holds is lost with it.
    const dead = house;
    await dead.link.stop();
    await database.db.query(
      `SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
       WHERE NOT l.granted AND d.datname = current_database()`,
    );
    await hold.release();
    hold = null;
    const again = new House(database.db, broker);
    const seen: string[] = [];
    again.terminals.event.on(({ id }) => seen.push(id));
    await dead.stop();
    await again.start();
    house = again;
    const last = event();
    const end = first(again.terminals.event, ({ id }) => id === last.id);
    await publisher.publishAsync(topic, last.text, { qos: 1 });
    await end;
    expect((await ids()).sort()).toEqual([before, ...events, last].map(({ id }) => id).sort());
  });
});
