import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import mqtt from 'mqtt';
import { ulid } from 'ulid';
import { topicOf, userOf, type TerminalAddress, type TerminalKind } from '#contract/mqtt.ts';
import { hall } from '../../helpers/hall-fixture.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { newDeviceKey, printOf } from '#lib/device-key.ts';
import { brokers, first, House, problemsWhen, type Broker } from './house.ts';

const at = (kind: TerminalKind, device: string): TerminalAddress => ({
  region: hall.regionId,
  hall: hall.id,
  kind,
  device,
});
const [w01, w02] = [at('caller', 'w01'), at('caller', 'w02')];
const keyOf = ({ kind, device: deviceId }: TerminalAddress) => ({ hallId: hall.id, kind, deviceId });
const login = (window = 'w01') =>
  JSON.stringify({
    ...{ v: 1, id: ulid(), seq: 1, sid: 's', ts: new Date().toISOString() },
    ...{ type: 'staff.login', window, staff: 'u1' },
  });

describe.each(['embedded', 'mosquitto'] as const)('devices with keys of their own, over the %s broker', (kind) => {
  let broker: Broker;
  let database: TestDatabase;
  let house: House;
  const clients: mqtt.MqttClient[] = [];

  const connect = async (username?: string, password?: string) => {
    const url = broker.url.replace(/\/\/.*@/, '//');
    const account = username === undefined ? {} : { username, password: password ?? '' };
    const client = await mqtt.connectAsync(url, { reconnectPeriod: 0, ...account });
    clients.push(client);
    return client;
  };
  const withKey = async (address: TerminalAddress) => {
    if (kind === 'embedded') {
      const { user, key } = await house.terminals.issueKey(keyOf(address));
      return connect(user, key);
    }
    const { username, password } = broker.keys.get(userOf(address))!;
    return connect(username, password);
  };
  const publish = (client: mqtt.MqttClient, address: TerminalAddress, text = login()) =>
    client.publishAsync(topicOf(address, 'evt'), text, { qos: 1 });

  beforeAll(async () => {
    broker = await brokers[kind]();
    database = await openTestDatabase();
    house = new House(database.db, broker, undefined, { mode: 'device', shared: null });
    await house.start();
    await house.furnish();
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.endAsync(true)));
    await house.stop();
    await database.close();
    await broker.stop();
  });

  it('let nobody in without a key, or with a wrong one', async () => {
    for (const account of [[], ['somebody', 'x'], [userOf(w01), ''], [userOf(w01), newDeviceKey()]]) {
      await expect(connect(...account)).rejects.toMatchObject({ code: expect.toBeOneOf([4, 5]) });
    }
  });

  it('write below their own prefix, and not below that of another: the next good message is stored', async () => {
    const device = await withKey(w01);
    const told = first(house.terminals.event);
    await publish(device, w02, login('w02'));
    await device.publishAsync(topicOf(w01, 'cmd', 'show'), '{}', { qos: 1 });
    await publish(device, w01);
    expect(await told).toMatchObject({ deviceId: 'w01', kind: 'caller' });
    if (kind === 'mosquitto') return;
    await house.terminals.stop();
    await house.terminals.start();
    expect((await house.terminals.deadLetters(10)).map(({ code, topic }) => [code, topic])).toEqual([
      ['TOPIC_INVALID', topicOf(w01, 'cmd', 'show')],
      ['TERMINAL_FORBIDDEN', topicOf(w02, 'evt')],
    ]);
  });

  it('hear their own commands and nothing else', async () => {
    const device = await withKey(w01);
    const heard: string[] = [];
    device.on('message', (topic) => heard.push(topic));
    const wanted = [topicOf(w01, 'cmd', '+'), topicOf(w02, 'cmd', '+'), 'gsh/v1/#'];
    const granted = await Promise.all(
      wanted.map((topic) =>
        device.subscribeAsync(topic, { qos: 1 }).then(
          () => true,
          () => false,
        ),
      ),
    );
    // Mosquitto 2.0 grants what it will not deliver.
    if (kind === 'embedded') expect(granted).toEqual([true, false, false]);
    const own = new Promise<void>((resolve) => device.once('message', () => resolve()));
    await house.link.publish(topicOf(w02, 'cmd', 'show'), '{}', { qos: 1, retain: false });
    await house.link.publish(topicOf(w01, 'cmd', 'show'), '{}', { qos: 1, retain: false });
    await own;
    expect(heard).toEqual([topicOf(w01, 'cmd', 'show')]);
  });

  describe.runIf(kind === 'embedded')('and the register', () => {
    const closed = (client: mqtt.MqttClient) => new Promise<void>((resolve) => client.once('close', () => resolve()));
    const isIn = (user: string, key: string) =>
      connect(user, key).then(
        () => true,
        () => false,
      );

    it('cuts off whoever holds a key that is void', async () => {
      const device = await withKey(w02);
      const cut = closed(device);
      const { user, key } = await house.terminals.issueKey(keyOf(w02));
      await cut;
      expect(await isIn(user, key)).toBe(true);
      await house.terminals.revokeKey(keyOf(w02));
      expect(await isIn(user, key)).toBe(false);
    });

    it('names the terminal under whose name somebody came with a wrong key, until the right one comes', async () => {
      const { user, key } = await house.terminals.issueKey(keyOf(w02));
      expect(await isIn(user, newDeviceKey())).toBe(false);
      const subject = `terminal:${hall.id}/caller/w02 TERMINAL_KEY_WRONG`;
      await problemsWhen(house.problems, (codes) => codes.includes(subject));
      expect(await isIn(user, key)).toBe(true);
      expect(house.problems.list()).toEqual([]);
    });

    it('lets a new device wait until an administrator approves the key it came with', async () => {
      const address = at('screen', 's-9');
      const [user, key, stranger] = [userOf(address), newDeviceKey(), newDeviceKey()];
      const row = () => house.terminals.unknown().find(({ deviceId }) => deviceId === 's-9');
      const approve = (acceptKey: string | null) => house.terminals.register({ ...keyOf(address), acceptKey });
      expect(await isIn(user, key)).toBe(false);
      expect(row()).toMatchObject({ keyPrint: printOf(key), messages: 0, refused: false });
      house.terminals.refuse(keyOf(address), true);
      expect(row()).toMatchObject({ refused: true });
      house.terminals.refuse(keyOf(address), false);
      // Somebody else knocked meanwhile: what the administrator compared is no longer what would be let in.
      expect(await isIn(user, stranger)).toBe(false);
      await expect(approve(printOf(key))).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(await isIn(user, key)).toBe(false);
      expect(await approve(printOf(key))).toMatchObject({ keyIssuedAt: expect.any(String) });
      expect(row()).toBeUndefined();
      expect(await isIn(user, key)).toBe(true);
      expect(await isIn(user, stranger)).toBe(false);
      expect(() => house.terminals.refuse(keyOf(address), true)).toThrow(
        expect.objectContaining({ code: 'NOT_FOUND' }),
      );
    });

    it('gives the place of a device to another, and keeps what the old one said', async () => {
      const old = await withKey(w01);
      const told = first(house.terminals.event);
      await publish(old, w01);
      await told;
      const cut = closed(old);
      const gone = first(house.terminals.removed);
      const terminal = await house.terminals.replace(keyOf(w01), { deviceId: 'w01-b', acceptKey: null });
      expect(terminal).toMatchObject({ deviceId: 'w01-b', windowId: 'w01', keyIssuedAt: null });
      expect(await gone).toEqual(keyOf(w01));
      await cut;
      expect(house.terminals.retired()).toMatchObject([{ deviceId: 'w01', replacedBy: 'w01-b' }]);
      expect(house.terminals.list().some(({ deviceId, kind }) => deviceId === 'w01' && kind === 'caller')).toBe(false);
      await expect(house.terminals.replace(keyOf(w02), { deviceId: 'w01-b', acceptKey: null })).rejects.toMatchObject({
        code: 'CONFLICT',
      });
      const said = await database.db.query(`SELECT 1 FROM terminal_event WHERE device_id = 'w01' AND kind = 'caller'`);
      expect(said.length).toBeGreaterThan(0);
      await expect(house.terminals.issueKey(keyOf(w01))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('retires a terminal for as long as nobody brings it back, over a restart too', async () => {
      const k1 = at('kiosk', 'k1');
      await house.terminals.retire(keyOf(k1));
      await house.terminals.stop();
      await house.terminals.start();
      expect(
        house.terminals
          .retired()
          .map(({ deviceId }) => deviceId)
          .sort(),
      ).toEqual(['k1', 'w01']);
      await house.terminals.restore(keyOf(k1));
      expect(house.terminals.list()).toContainEqual(expect.objectContaining({ deviceId: 'k1', windowId: null }));
    });
  });
});
