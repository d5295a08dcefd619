import { createHmac } from 'node:crypto';
import mqtt from 'mqtt';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exchangeTopic, type ExchangeAnswer } from '#contract/exchange.ts';
import { silentLogger as log } from '#lib/logger.ts';
import { EmbeddedBroker } from '../../../devices/terminals/embedded-broker.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { at, openCaseStage, type CaseStage } from './stage.ts';

/** An approval system that knows nothing but the broker. */
let base: TestDatabase;
let stage: CaseStage;
let broker: EmbeddedBroker;
let system: mqtt.MqttClient;
let key = '';
const heard = new Map<string | null, (answer: ExchangeAnswer) => void>();

beforeAll(async () => {
  base = await openTestDatabase();
  stage = await openCaseStage(base);
  key = await stage.cases.exchange.issueKey('tax-system');
  broker = new EmbeddedBroker({ host: '127.0.0.1', port: 0, log });
  const { topic } = stage.cases;
  await broker.start(async (name, payload, { answer }) => void (await topic.receive(name, payload, answer!)));
  system = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.address()!.port}`, { reconnectPeriod: 0 });
  system.on('message', (_topic, payload) => {
    const answer = JSON.parse(payload.toString()) as ExchangeAnswer;
    heard.get(answer.rid)?.(answer);
  });
  await system.subscribeAsync(exchangeTopic('tax-system', 'receipt'), { qos: 1 });
});
afterAll(async () => {
  await system.endAsync(true);
  await broker.stop();
  await stage.close();
  await base.close();
});

async function publish(rid: string | null, message: object, source = 'tax-system'): Promise<ExchangeAnswer> {
  const answer = new Promise<ExchangeAnswer>((resolve) => heard.set(rid, resolve));
  await system.publishAsync(exchangeTopic(source, 'cases'), JSON.stringify(message), { qos: 1 });
  return answer;
}
function send(rid: string, cases: object[], signedBy = key): Promise<ExchangeAnswer> {
  const body = JSON.stringify({ cases });
  const signature = createHmac('sha256', signedBy).update(body).digest('hex');
  return publish(rid, { rid, signature, body });
}
const row = { number: 'Q-1', revision: 1, item: 'SW-001', acceptedAt: at('03-06 09:00') };

it('takes a batch by its topic, with our words for its codes, and answers with a receipt; again, it changes nothing', async () => {
  const rows = [row, { ...row, number: 'Q-2', item: 'nothing' }];
  const first = await send('r1', rows);
  expect(first).toMatchObject({ rid: 'r1', ok: true, receipt: { rows: 2, taken: 1, unchanged: 0 } });
  expect(first.ok && first.receipt.refused).toMatchObject([{ row: 1, number: 'Q-2', why: 'item-unknown' }]);
  expect(await send('r2', rows)).toMatchObject({ ok: true, receipt: { taken: 0, unchanged: 1 } });
  const { cases } = await stage.cases.list({ open: 'true', number: 'Q-1', limit: 5 }, null);
  expect(cases).toMatchObject([{ number: 'Q-1', itemId: 'invoice', sourceId: 'tax-system' }]);
});

it('is acknowledged when it is stored: who was told so finds it there', async () => {
  const body = JSON.stringify({ cases: [{ ...row, number: 'Q-3' }] });
  const signature = createHmac('sha256', key).update(body).digest('hex');
  await system.publishAsync(exchangeTopic('tax-system', 'cases'), JSON.stringify({ rid: 'r3', signature, body }), {
    qos: 1,
  });
  expect((await stage.cases.list({ open: 'true', number: 'Q-3', limit: 5 }, null)).cases).toHaveLength(1);
});

it('is heard by nobody else, and answered to nobody else, whoever may listen', async () => {
  const listener = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.address()!.port}`, { reconnectPeriod: 0 });
  const overheard: string[] = [];
  listener.on('message', (topic) => overheard.push(topic));
  await listener.subscribeAsync([exchangeTopic('tax-system', 'receipt'), '#'], { qos: 1 });
  expect(await send('r6', [{ ...row, number: 'Q-6' }])).toMatchObject({ ok: true });
  await system.publishAsync(exchangeTopic('tax-system', 'receipt'), 'made up', { qos: 1 });
  await system.publishAsync('anything/else', 'heard', { qos: 1 });
  await expect.poll(() => overheard).toContain('anything/else');
  expect(new Set(overheard)).toEqual(new Set(['anything/else']));
  await listener.endAsync(true);
});

it('answers what it does not take, and keeps nothing of it', async () => {
  expect(await send('r4', [{ ...row, number: 'Q-4' }], 'another key')).toMatchObject({
    ok: false,
    code: 'EXCHANGE_KEY_WRONG',
  });
  expect(await publish(null, { rid: 7 })).toMatchObject({ ok: false, code: 'PAYLOAD_INVALID' });
  expect(await send('r5', [])).toMatchObject({ ok: false, code: 'PAYLOAD_INVALID' });
  expect((await stage.cases.list({ open: 'true', number: 'Q-4', limit: 5 }, null)).cases).toEqual([]);
});
