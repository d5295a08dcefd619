import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import mqtt from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { topicOf } from '#contract/mqtt.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { hall } from '../../helpers/hall-fixture.ts';
import { openSerialWire, type SerialWire } from '../../helpers/serial-wire.ts';
import { brokers, first, House, type Broker } from './house.ts';

const program = path.resolve(import.meta.dirname, '../../../devices/serial/main.ts');
const w01 = { hallId: hall.id, kind: 'caller', deviceId: 'w01' } as const;

/** Two callers on one line, through the gateway as a process, into the house. */
describe('callers on a serial line', () => {
  let folder: string;
  let broker: Broker;
  let database: TestDatabase;
  let house: House;
  let wire: SerialWire;
  let gateway: ChildProcess;

  const linkOf = (deviceId: string, link: string) =>
    first(house.terminals.changed, (terminal) => terminal.deviceId === deviceId && terminal.link === link);
  const eventOf = (deviceId: string) => first(house.terminals.event, (event) => event.deviceId === deviceId);

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'hallwatch-serial-'));
    broker = await brokers.embedded();
    database = await openTestDatabase();
    house = new House(database.db, broker);
    await house.start();
    await house.furnish();
    const { key } = await house.terminals.issueKey(w01);
    wire = await openSerialWire();
    const file = path.join(folder, 'gateway.json');
    const settings = {
      line: { path: wire.path, speed: 9600 },
      ...{ broker: broker.url, region: hall.regionId, hall: hall.id, timeZone: hall.timeZone },
      callers: { '1': { device: 'w01', window: 'w01', key }, '2': { device: 'w02', window: 'w02' } },
      hears: [
        { frame: '{caller} LOGIN {who}', event: { type: 'staff.login', staff: '{who}' } },
        { frame: '{caller} CALL {no}', event: { type: 'ticket.called', tid: '{day}-{no}', no: '{no}', queue: 'soc' } },
      ],
      answer: '{caller} OK',
      says: { 'call-next': '{caller} NEXT' },
    };
    await writeFile(file, JSON.stringify(settings));
    const online = Promise.all([linkOf('w01', 'online'), linkOf('w02', 'online')]);
    gateway = spawn(process.execPath, [program, file], { stdio: ['ignore', 'ignore', 'inherit'] });
    await online;
  });
  afterAll(async () => {
    const ended = once(gateway, 'exit');
    gateway.kill('SIGTERM');
    await ended;
    await wire.cut();
    await house.stop();
    await database.close();
    await broker.stop();
    await rm(folder, { recursive: true });
  });

  it('are terminals: what they say is answered on the line and stands in the log as theirs', async () => {
    const said = eventOf('w01');
    wire.say('1 LOGIN u7\r\n');
    expect(await said).toMatchObject({ ...w01, windowId: 'w01', body: { type: 'staff.login', staff: 'u7' } });
    expect(await wire.hears('\n')).toContain('1 OK\n');
    const called = eventOf('w02');
    wire.say('babble\r\n2 CA');
    wire.say('LL A012\r\n');
    expect(await called).toMatchObject({ deviceId: 'w02', body: { type: 'ticket.called', no: 'A012', queue: 'soc' } });
    await wire.hears('2 OK');
    const shown = () => house.hallStates.live(hall.id)?.windows.find(({ windowId }) => windowId === 'w01');
    await expect.poll(shown).toMatchObject({ state: 'idle', staff: 'u7' });
  });

  it('are told what the house says, where there are words for it', async () => {
    const given = house.commands.give(w01, { name: 'call-next' }, 'lin');
    expect(await wire.hears('NEXT')).toContain('1 NEXT');
    expect(await given).toMatchObject({ status: 'done' });
    expect(await house.commands.give(w01, { name: 'restart' }, 'lin')).toMatchObject({
      ...{ status: 'refused', code: 'UNSUPPORTED' },
    });
  });

  it('are gone while the line is', async () => {
    const listener = await mqtt.connectAsync(broker.url);
    const status = topicOf({ region: hall.regionId, hall: hall.id, kind: 'caller', device: 'w02' }, 'status');
    const gone = new Promise<void>((resolve) =>
      listener.on('message', (_topic, payload) => {
        if (payload.includes('"online":false')) resolve();
      }),
    );
    await listener.subscribeAsync(status, { qos: 1 });
    await wire.cut();
    await gone;
    await listener.endAsync(true);
  });
});
