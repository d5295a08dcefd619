import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AdapterDefinition } from '#contract/adapters.ts';
import { adapterPresets } from '#contract/adapter-presets.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { hall } from '../../helpers/hall-fixture.ts';
import { brokers, first, House, type Broker } from './house.ts';

const preset = (key: string) => adapterPresets.find((each) => each.key === key)!.definition;
const here = (key: string): AdapterDefinition => ({ ...preset(key), hall: `'${hall.id}'` });
const by = (since: number) => ({ since, by: 'root' });

/** What a device says in its own words is read, stored and acknowledged as if it had said it in ours. */
describe.each(['embedded', 'mosquitto'] as const)('adapters over the %s broker', (kindOfBroker) => {
  let broker: Broker;
  let database: TestDatabase;
  let house: House;
  let client: MqttClient;
  let pressed = 0;

  const local = (at: number) => new Date(at + 8 * 3600_000).toISOString().slice(0, 19).replace('T', ' ');
  /** One press of a button: at a second of its own, so that no two are the same. */
  const press = (fields: object = {}) => {
    pressed += 1;
    return { cmd: 'CALL', num: `A${pressed}`, svc: 'S1', op: 'u1', at: local(Date.now() - pressed * 1000), ...fields };
  };
  const send = (payload: object | string | Buffer, topic = 'qms/counter/1/event') => {
    const bytes = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
    return client.publishAsync(topic, bytes, { qos: 1 });
  };
  const stored = (no: string) =>
    database.db.query<{ type: string; device: string }>(
      `SELECT type, device_id AS device FROM terminal_event WHERE payload ->> 'no' = $1`,
      [no],
    );
  const nextGoodOneIsStored = async () => {
    const message = press();
    const arrived = first(house.terminals.event, ({ body }) => 'no' in body && body.no === message.num);
    await send(message);
    await arrived;
  };
  const letters = async () => (await house.terminals.deadLetters(20)).map(({ code, detail }) => `${code} ${detail}`);

  beforeAll(async () => {
    broker = await brokers[kindOfBroker]();
    database = await openTestDatabase();
    house = new House(database.db, broker);
    await house.start();
    // without keys: a key is what nobody else speaks for
    if (kindOfBroker === 'embedded') await house.furnish();
    else await furnishWithoutKeys(house);
    client = await mqtt.connectAsync(broker.url);
    await house.adapters.put('qms', here('caller'), by(0));
    await house.adapters.put('frigate', here('frigate'), by(0));
    await broker.reload(house.terminals);
  });
  afterAll(async () => {
    await client.endAsync(true);
    await house.stop();
    await database.close();
    await broker.stop();
  });

  it('read the words of a caller, once however often they come', async () => {
    const message = press();
    const arrived = first(house.terminals.event, ({ body }) => 'no' in body && body.no === message.num);
    await send(message);
    await arrived;
    await send(message);
    await nextGoodOneIsStored();
    expect(await stored(message.num)).toEqual([{ type: 'ticket.called', device: 'w01' }]);
    expect(house.hallStates.live(hall.id)!.windows[0]).toMatchObject({ windowId: 'w01', state: 'calling' });
  });

  it('make people in a zone a sensor, and what nobody registered waits for its approval', async () => {
    const heard = first(house.terminals.insideRead);
    await house.terminals.register({ hallId: hall.id, kind: 'sensor', deviceId: 'zone-waiting' });
    const { sample } = adapterPresets.find(({ key }) => key === 'frigate')!;
    await send(sample.payload, sample.topic);
    expect(await heard).toMatchObject({ deviceId: 'zone-waiting', inside: 1 });
    await send(press(), 'qms/counter/9/event');
    await nextGoodOneIsStored();
    expect(house.terminals.unknown()).toMatchObject([{ kind: 'caller', deviceId: 'w09', messages: 1 }]);
  });

  it('survive bad input: each is counted and kept with its place, and the next good one is stored', async () => {
    await send('{"cmd":');
    await send(Buffer.from([0x7b, 0xc3, 0x28, 0x7d]));
    await send(`${'['.repeat(30_000)}${']'.repeat(30_000)}`);
    await send('x'.repeat(100_000));
    await send(press({ cmd: 'DANCE' }));
    await send(press({ at: 'yesterday' }));
    await send(press({ num: '' }));
    await send(press({ num: 'a text of more characters than a ticket has' }));
    await send(press(), 'qms/counter/!/event');
    await send(press({ cmd: 'BEAT' }));
    await nextGoodOneIsStored();
    await expect
      .poll(async () => (await letters()).slice(0, 9).reverse())
      .toEqual([
        expect.stringContaining('PAYLOAD_NOT_JSON qms: '),
        'PAYLOAD_NOT_JSON qms: not UTF-8',
        'ADAPTER_REFUSED qms: rules.0.ts, character 1: nothing at $.at',
        'PAYLOAD_TOO_LARGE qms: 100000 bytes',
        'ADAPTER_REFUSED qms: rules.0.fields.0, character 9: table events has no "DANCE"',
        'ADAPTER_REFUSED qms: rules.0.ts, character 8: "yesterday" is no date with a time',
        expect.stringContaining('PAYLOAD_INVALID qms: '),
        expect.stringContaining('PAYLOAD_INVALID qms: '),
        'ADAPTER_REFUSED qms: rules.0.device, character 1: a device is named by 1 to 64 of a-z, 0-9 and -',
      ]);
  });

  it('change while they work, in versions, and nobody overwrites what he has not seen', async () => {
    const { topic, ...rest } = here('caller');
    const moved = { ...rest, topic: topic.replace('qms/', 'other/') };
    await house.adapters.put('qms', moved, by(1));
    await broker.reload(house.terminals);
    await expect(house.adapters.put('qms', moved, by(1))).rejects.toMatchObject({ code: 'CONFLICT' });
    const message = press();
    const arrived = first(house.terminals.event, ({ body }) => 'no' in body && body.no === message.num);
    await send(message, 'other/counter/1/event');
    await arrived;
    await house.adapters.put('qms', here('caller'), by(2));
    await broker.reload(house.terminals);
    expect((await house.adapters.versions('qms')).map(({ version }) => version)).toEqual([3, 2, 1]);
    await nextGoodOneIsStored();
  });

  it('do not speak for a terminal that has a key of its own', async () => {
    await house.terminals.issueKey({ hallId: hall.id, kind: 'caller', deviceId: 'w02' });
    await send(press(), 'qms/counter/2/event');
    await nextGoodOneIsStored();
    await expect.poll(async () => (await letters())[0]).toContain('TERMINAL_FORBIDDEN qms: ');
  });

  const withKey = async () => {
    const { user: username, key: password } = await house.adapters.issueKey('qms');
    await broker.reload(house.terminals);
    return mqtt.connectAsync(broker.url.replace(/\/\/.*@/, '//'), { username, password, reconnectPeriod: 0 });
  };
  const forbidden = async () => (await letters()).filter((letter) => letter.includes('belongs to another device'));

  it('may have a key, with which their devices say what they read and nothing else', async () => {
    const held = await withKey();
    const [said, lie] = [press(), press()];
    const arrived = first(house.terminals.event, ({ body }) => 'no' in body && body.no === said.num);
    await held.publishAsync('other/counter/1/event', JSON.stringify(lie), { qos: 1 });
    await held.publishAsync(`gsh/v1/${hall.regionId}/${hall.id}/caller/w01/evt`, '{}', { qos: 1 });
    await held.publishAsync('qms/counter/1/event', JSON.stringify(said), { qos: 1 });
    await arrived;
    expect(await stored(lie.num)).toEqual([]);
    // An outside broker keeps it to itself.
    if (kindOfBroker === 'embedded') await expect.poll(forbidden).toHaveLength(2);
    await held.endAsync(true);
  });

  it.runIf(kindOfBroker === 'embedded')('then hear nobody without it, and cut off who holds a void one', async () => {
    const held = await withKey();
    const cut = new Promise<void>((resolve) => held.once('close', () => resolve()));
    const lie = press();
    await send(lie);
    await expect.poll(forbidden).toHaveLength(3);
    expect(await stored(lie.num)).toEqual([]);
    await house.adapters.revokeKey('qms');
    await cut;
    await nextGoodOneIsStored();
  });
});

async function furnishWithoutKeys(house: House): Promise<void> {
  const name = { zh: '测试', en: 'test' };
  await house.halls.putRegion({ id: hall.regionId, code: '330100', name, parentId: null, outline: null });
  await house.halls.putHall(hall);
  for (const deviceId of ['w01', 'w02']) {
    await house.terminals.register({ hallId: hall.id, kind: 'caller', deviceId, windowId: deviceId });
  }
}
