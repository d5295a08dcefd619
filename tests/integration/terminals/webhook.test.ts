import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ulid } from 'ulid';
import { userOf } from '#contract/mqtt.ts';
import type { RejectedMessage } from '#contract/terminal-message.ts';
import { systemClock as clock } from '#lib/clock.ts';
import { TerminalInbox } from '../../../devices/terminals/terminal-inbox.ts';
import { webhookRoutes } from '../../../server/features/terminals/webhook-routes.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { hall } from '../../helpers/hall-fixture.ts';
import { openTestApp, type TestApp } from '../../helpers/test-app.ts';
import { brokers, House, type Broker } from './house.ts';

describe('a device that speaks over HTTP', () => {
  let broker: Broker;
  let database: TestDatabase;
  let house: House;
  let test: TestApp;
  const address = { region: hall.regionId, hall: hall.id, kind: 'caller', device: 'w01' } as const;
  let key = '';

  beforeAll(async () => {
    broker = await brokers.embedded();
    database = await openTestDatabase();
    house = new House(database.db, broker);
    await house.start();
    await house.furnish();
    ({ key } = await house.terminals.issueKey({ hallId: hall.id, kind: 'caller', deviceId: 'w01' }));
    const deliver = async (topic: string, payload: Buffer) => {
      let rejected: RejectedMessage | null = null;
      const inbox = new TerminalInbox({
        clock,
        onMessage: house.terminals.receive,
        onReject: (why) => (rejected = why),
      });
      await inbox.receive(topic, payload, { retain: false });
      return rejected;
    };
    const webhook = { access: house.terminals.access, deliver };
    test = await openTestApp({ db: database.db, routes: (app) => webhookRoutes(app, { webhook }) });
  });
  afterAll(async () => {
    await test.close();
    await house.stop();
    await database.close();
    await broker.stop();
  });

  const post = (payload: string, { user = userOf(address), password = key, device = 'w01' } = {}) =>
    test.app.inject({
      ...{ method: 'POST', url: `/api/devices/${hall.regionId}/${hall.id}/caller/${device}/evt`, payload },
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
      },
    });
  const login = JSON.stringify({
    ...{ v: 1, id: ulid(), seq: 0, sid: 's', ts: new Date().toISOString() },
    ...{ type: 'staff.login', window: 'w01', staff: 'u1' },
  });
  const stored = () => database.db.query('SELECT type FROM terminal_event');

  it('is believed with its own key alone, and for itself alone', async () => {
    for (const asked of [
      post(login, { password: 'wrong' }),
      post(login, { device: 'w02' }),
      post(login, { user: 'x' }),
    ]) {
      expect((await asked).json()).toMatchObject({ error: { code: 'TERMINAL_KEY_WRONG' } });
    }
    expect(await stored()).toEqual([]);
  });

  it('is answered when the event is stored, once however often it is sent', async () => {
    for (let times = 0; times < 2; times += 1) expect((await post(login)).statusCode).toBe(204);
    expect(await stored()).toEqual([{ type: 'staff.login' }]);
  });

  it('is told what is wrong with a message', async () => {
    expect((await post('{')).json()).toMatchObject({ error: { code: 'PAYLOAD_NOT_JSON' } });
    expect((await post('{"v":1}')).json()).toMatchObject({ error: { code: 'PAYLOAD_INVALID' } });
    expect((await post('x'.repeat(70_000))).statusCode).toBe(413);
  });
});
