import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import mqtt from 'mqtt';
import { ulid } from 'ulid';
import { ManualClock, systemClock } from '#lib/clock.ts';
import { silentLogger as log } from '#lib/logger.ts';
import { topicOf } from '#contract/mqtt.ts';
import type { Command, TerminalClient } from '../../../devices/terminals/terminal-client.ts';
import { TerminalCommands } from '../../../server/features/terminals/commands/commands.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { hall } from '../../helpers/hall-fixture.ts';
import { brokers, device, first, House, type Broker } from './house.ts';

const screen = { hallId: hall.id, kind: 'screen', deviceId: 'w01' } as const;
const caller = { hallId: hall.id, kind: 'caller', deviceId: 'w01' } as const;
const show = { name: 'show', text: '暂停服务', seconds: 60 } as const;

describe.each(['embedded', 'mosquitto'] as const)('commands to terminals, over the %s broker', (kind) => {
  let broker: Broker;
  let database: TestDatabase;
  let house: House;
  let terminal: TerminalClient;
  const heard: Command[] = [];

  beforeAll(async () => {
    broker = await brokers[kind]();
    database = await openTestDatabase();
    house = new House(database.db, broker);
    await house.start();
    await house.furnish();
    terminal = device(broker, 'screen', 'w01');
    const online = first(house.terminals.changed, ({ kind: of, link }) => of === 'screen' && link === 'online');
    await Promise.all([terminal.connect(), online]);
  });
  afterAll(async () => {
    await terminal.disconnect({ graceful: true });
    await house.stop();
    await database.close();
    await broker.stop();
  });

  it('are obeyed and answered, and stand written with who gave them', async () => {
    terminal.onCommand = (command) => {
      heard.push(command);
      return { ok: true };
    };
    const done = await house.commands.give(screen, show, 'chen');
    expect(heard).toMatchObject([{ name: 'show', fields: { text: '暂停服务', seconds: 60 } }]);
    expect(done).toMatchObject({ ...screen, command: show, by: 'chen', status: 'done', code: null });
    expect(await house.commands.list(screen, 10)).toEqual([done]);
  });

  it("are refused in the device's own word", async () => {
    terminal.onCommand = () => ({ ok: false, code: 'BUSY' });
    expect(await house.commands.give(screen, { name: 'restart' }, 'chen')).toMatchObject({
      status: 'refused',
      code: 'BUSY',
    });
    terminal.onCommand = null;
    expect(await house.commands.give(screen, show, 'chen')).toMatchObject({ status: 'refused', code: 'UNSUPPORTED' });
  });

  it('go to one device at a time, of a kind that knows them, that is there', async () => {
    const { promise: pressed, resolve: press } = Promise.withResolvers<{ ok: true }>();
    terminal.onCommand = () => pressed;
    const under = house.commands.give(screen, show, 'chen');
    await expect(house.commands.give(screen, show, 'lin')).rejects.toMatchObject({ code: 'CONFLICT' });
    press({ ok: true });
    expect(await under).toMatchObject({ status: 'done' });
    await expect(house.commands.give(screen, { name: 'call-next' }, 'chen')).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
    });
    await expect(house.commands.give(caller, { name: 'call-next' }, 'chen')).rejects.toMatchObject({
      code: 'TERMINAL_OFFLINE',
    });
    await expect(house.commands.give({ ...screen, deviceId: 'nobody' }, show, 'chen')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('a command without an answer', () => {
  let broker: Broker;
  let database: TestDatabase;
  let house: House;

  beforeAll(async () => {
    broker = await brokers.embedded();
    database = await openTestDatabase();
    house = new House(database.db, broker);
    await house.start();
    await house.furnish();
  });
  afterAll(async () => {
    await house.stop();
    await database.close();
    await broker.stop();
  });

  it('is told so when its time is over; what comes late from the device counts, what another says does not', async () => {
    const online = first(house.terminals.changed, ({ link }) => link === 'online');
    const client = await mqtt.connectAsync(broker.url);
    const address = { region: hall.regionId, hall: hall.id, kind: 'screen', device: 'w01' } as const;
    const told = new Promise<{ rid: string; expires: string }>((resolve) =>
      client.once('message', (_topic, payload) => resolve(JSON.parse(payload.toString()))),
    );
    await client.subscribeAsync(topicOf(address, 'cmd', '+'), { qos: 1 });
    const envelope = () => ({ v: 1, id: ulid(), seq: 0, sid: 's', ts: new Date().toISOString() });
    const say = (from: typeof address | { kind: 'caller' }, channel: 'status' | 'reply', fields: object) =>
      client.publishAsync(topicOf({ ...address, ...from }, channel), JSON.stringify({ ...envelope(), ...fields }), {
        qos: 1,
      });
    await say(address, 'status', { online: true });
    await online;

    const clock = new ManualClock(systemClock.now());
    const commands = new TerminalCommands({
      db: database.db,
      clock,
      log,
      halls: house.halls,
      terminals: house.terminals,
    });
    await commands.start();
    commands.sendBy((topic, payload, options) => house.link.publish(topic, payload, options));
    const given = commands.give(screen, show, 'chen');
    const { rid, expires } = await told;
    expect(Date.parse(expires)).toBeGreaterThan(clock.now());
    clock.advance(10_000);
    expect(await given).toMatchObject({ rid, status: 'unanswered', answeredAt: null });

    await say({ kind: 'caller' }, 'reply', { rid, ok: true });
    expect(await commands.list(screen, 1)).toMatchObject([{ rid, status: 'unanswered' }]);
    // Acknowledged to the device when it is written.
    await say(address, 'reply', { rid, ok: false, code: 'EXPIRED' });
    expect(await commands.list(screen, 1)).toMatchObject([{ rid, status: 'refused', code: 'EXPIRED' }]);
    await say(address, 'reply', { rid, ok: true });
    expect(await commands.list(screen, 1)).toMatchObject([{ rid, status: 'refused', code: 'EXPIRED' }]);
    await client.endAsync();
  });
});
