import { randomBytes } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AlertAct } from '#contract/alert-acts.ts';
import { AlertRule } from '#contract/alert-rules.ts';
import type { Alert } from '#contract/alerts.ts';
import type { OutputInput, OutputSettings } from '#contract/outputs.ts';
import { EVERYWHERE, outputNetworks } from '#lib/camera-networks.ts';
import { ManualClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import { AlertsRepository } from '../../../server/features/alerts/repository.ts';
import { OutputsService } from '../../../server/features/outputs/service.ts';
import type { CardTold } from '../../../server/features/outputs/words.ts';
import { signatureOf } from '../../../server/features/outputs/webhook.ts';
import { alertOf } from '../../helpers/alert-fixture.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { hall, minutes, TEN } from '../../helpers/hall-fixture.ts';
import { shippedRules } from '../../helpers/shipped-rules.ts';
import { selfSigned } from '../../helpers/self-signed.ts';
import { SmtpServer, type SmtpDoor } from '../../helpers/smtp-server.ts';

interface Asked {
  url: string;
  headers: http.IncomingHttpHeaders;
  body: string;
}

let base: TestDatabase;
let clock: ManualClock;
let problems: ProblemBoard;
let outputs: OutputsService;
const secret = randomBytes(32);
const smtp = new SmtpServer();
/** Webhooks and gateways: what was asked, and what is answered. */
const web = { asked: [] as Asked[], status: 200, answer: '{"code":0}' };
const server = http.createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
  request.on('end', () => {
    web.asked.push({ url: request.url!, headers: request.headers, body });
    response.writeHead(web.status).end(web.answer);
  });
});
const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

function boot(networks = ['127.0.0.0/8']): OutputsService {
  return new OutputsService({
    ...{ db: base.db, clock, log: silentLogger, problems, secret, networks: outputNetworks(networks) },
    places: { hall: (id) => (id === hall.id ? hall : undefined), camera: () => undefined },
  });
}

const input = (settings: OutputSettings, change: Partial<OutputInput> = {}): OutputInput => ({
  ...{ name: 'duty', enabled: true, language: 'zh-CN', recipients: [], tellsFaults: false, perMinute: 600 },
  ...{ settings, ...change },
});
const mail = (): OutputSettings => ({
  ...{ kind: 'mail', host: '127.0.0.1', port: smtp.port, security: 'plain', user: null, from: 'hallwatch@example.org' },
});
const hook = (): OutputSettings => ({ kind: 'webhook', url: `${address()}/hook` });

const alert = alertOf({ hallId: hall.id, windowId: 'w01', severity: 'yellow' });
const act = (change: Partial<AlertAct> = {}): AlertAct => ({
  ...{ alertId: alert.id, revision: 1, act: 'raise', at: alert.raisedAt, by: null, note: null },
  ...{ status: 'open', severity: 'yellow', assignedTo: null, verdict: null, outcome: null },
  ...change,
});
const ruleTo = (outputId: string, change: object = {}): AlertRule =>
  AlertRule.parse({
    ...shippedRules[0],
    telling: {
      from: 'blue',
      to: [{ outputId, recipients: [] }],
      repeatSec: null,
      end: true,
      zh: null,
      en: null,
      ...change,
    },
  });

/** Tells of the alert as the engine does. */
async function tell(rule: AlertRule, acts = [act()], of: Alert = alert): Promise<void> {
  await base.db.transaction((db) => outputs.put(db, of, acts, rule));
  await outputs.settled();
}

beforeAll(async () => {
  base = await openTestDatabase();
  await Promise.all([smtp.listen(), new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))]);
});
afterAll(async () => {
  await smtp.close();
  await new Promise((resolve) => server.close(resolve));
  await base.close();
});
beforeEach(async () => {
  await base.db.query('TRUNCATE alert, alert_output CASCADE');
  await new AlertsRepository(base.db).save([{ alert, acts: [act()] }], async () => undefined);
  clock = new ManualClock(TEN);
  problems = new ProblemBoard(clock);
  outputs = boot();
  await outputs.start();
  smtp.mails.length = 0;
  smtp.answer = '250 taken';
  Object.assign(web, { asked: [], status: 200, answer: '{"code":0}' });
});
afterEach(() => outputs.stop());

const states = async (id: string) => (await outputs.notices(id)).map(({ state, attempts }) => `${state} ${attempts}`);

describe('a mail', () => {
  it('goes to each recipient by itself, in the words of its output', async () => {
    await outputs.save('mail', input(mail(), { recipients: ['a@example.org', 'b@example.org', '13800000000'] }));
    await tell(ruleTo('mail'));
    expect(smtp.mails.map(({ to }) => to)).toEqual([['a@example.org'], ['b@example.org']]);
    const { from, raw } = smtp.mails[0]!;
    expect(from).toBe('hallwatch@example.org');
    const text = Buffer.from(raw.split('\n\n')[1]!, 'base64').toString('utf8');
    expect(text).toMatch(/^【黄牌】.+ 01号窗口：窗口离岗，自 03-02 09:00:00 起。新预警。/);
  });

  it('is the same when it is tried again, be it by another program', async () => {
    await outputs.save('mail', input(mail(), { recipients: ['a@example.org'] }));
    smtp.answer = '451 later';
    await tell(ruleTo('mail'));
    expect(await states('mail')).toEqual(['waiting 1']);
    // killed: nothing is said to it, and its clock stands still
    const killed = outputs;
    clock = new ManualClock(TEN + minutes(1));
    outputs = boot();
    smtp.answer = '250 taken';
    await outputs.start();
    await outputs.settled();
    await killed.stop();
    expect(await states('mail')).toEqual(['sent 2']);
    expect(smtp.mails).toHaveLength(2);
    expect(smtp.mails[1]).toEqual(smtp.mails[0]);
  });
});

describe('a card', () => {
  it('is told once, by the outputs that its level names', async () => {
    await outputs.save('mail', input(mail(), { recipients: ['duty@example.org'] }));
    await outputs.save('hook', input(hook(), { language: 'en' }));
    const named = (zh: string, en: string) => ({ zh, en });
    const card: CardTold = {
      ...{ id: '01JP0000000000000000000000', what: 'issued', caseNumber: 'N-1', hallId: hall.id, regionId: 'north' },
      ...{ level: named('红牌', 'Red card'), department: named('税务局', 'Tax'), item: named('发票', 'Invoice') },
      feedbackDueAt: '2026-03-16T09:00:00.000Z',
    };
    const to = [
      { outputId: 'mail', recipients: ['chief@example.org'] },
      { outputId: 'hook', recipients: [] },
    ];
    for (let i = 0; i < 2; i += 1) await base.db.transaction((db) => outputs.putCard(db, to, card));
    await outputs.settled();
    expect(smtp.mails.map((each) => each.to)).toEqual([['chief@example.org']]);
    const text = Buffer.from(smtp.mails[0]!.raw.split('\n\n')[1]!, 'base64').toString('utf8');
    expect(text).toContain('【红牌】税务局：办件 N-1（发票）已发牌。请于 03-16 17:00 前反馈整改情况。');
    expect(web.asked.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
      {
        what: 'card-issued',
        text: '[Red card] Tax: a card was issued for case N-1 (Invoice). Feedback is due by 03-16 17:00.',
        card: { id: card.id, caseNumber: 'N-1' },
      },
    ]);
  });
});

describe('a mail by TLS', () => {
  const certificate = selfSigned('localhost');
  const login = { user: 'hallwatch', password: 'geheim-密码' };
  const trusted = tls.getCACertificates();
  const doors: SmtpServer[] = [];
  const open = async (door: SmtpDoor): Promise<SmtpServer> => {
    const opened = new SmtpServer({ ...certificate, login, ...door });
    doors.push(opened);
    await opened.listen();
    return opened;
  };
  const through = (door: SmtpServer, security: 'tls' | 'starttls', host = 'localhost') =>
    outputs.save('mail', {
      ...input({ ...mail(), host, port: door.port, security, user: login.user } as OutputSettings),
      ...{ recipients: ['a@example.org'], secret: login.password },
    });

  // as NODE_EXTRA_CA_CERTS has it in a house whose mail server has a certificate of the house
  beforeAll(() => tls.setDefaultCACertificates([...trusted, certificate.cert]));
  afterAll(async () => {
    tls.setDefaultCACertificates(trusted);
    await Promise.all(doors.map((door) => door.close()));
  });

  it.each(['tls', 'starttls'] as const)('goes by %s, its user known within alone', async (security) => {
    const door = await open({ security });
    await through(door, security);
    await tell(ruleTo('mail'));
    expect(await states('mail')).toEqual(['sent 1']);
    expect(door.mails.map(({ to }) => to)).toEqual([['a@example.org']]);
    const before = door.heard.slice(0, door.heard.indexOf('STARTTLS') + 1).join('\n');
    expect(before).not.toMatch(/AUTH|MAIL/);
    expect(door.heard.filter((line) => line.startsWith('AUTH'))).toHaveLength(1);
  });

  it('goes nowhere where the certificate is for another name, or STARTTLS is not offered', async () => {
    const [whole, later, plain] = await Promise.all(
      (['tls', 'starttls', 'plain'] as const).map((security) => open({ security })),
    );
    for (const [door, security, host] of [
      [whole!, 'tls', '127.0.0.1'],
      [later!, 'starttls', '127.0.0.1'],
      [plain!, 'starttls', 'localhost'],
    ] as const) {
      await through(door, security, host);
      await expect(outputs.test('mail')).rejects.toMatchObject({ code: expect.stringMatching(/^OUTPUT_/) as string });
      expect(door.heard.join('\n')).not.toMatch(/AUTH|MAIL/);
    }
  });
});

describe('a webhook', () => {
  it('is signed over its id, time and body, and is told of the end', async () => {
    await outputs.save('hook', input(hook(), { secret: 'whsec_c2VjcmV0LWtleQ==' }));
    await tell(ruleTo('hook'));
    await tell(ruleTo('hook'), [act({ act: 'end', revision: 2 })], { ...alert, revision: 2, status: 'closed' });
    expect(web.asked.map(({ body }) => (JSON.parse(body) as { what: string }).what)).toEqual(['raise', 'end']);
    const { headers, body, url } = web.asked[0]!;
    expect(url).toBe('/hook');
    expect(JSON.parse(body)).toMatchObject({ v: 1, hallId: hall.id, alert: { id: alert.id, severity: 'yellow' } });
    const [id, time] = [headers['webhook-id'] as string, headers['webhook-timestamp'] as string];
    expect(Number(time)).toBe(TEN / 1000);
    expect(headers['webhook-signature']).toBe(signatureOf('whsec_c2VjcmV0LWtleQ==', id, time, body));
  });

  it('tells once what is put down twice, and the same bytes under the same id at each try', async () => {
    await outputs.save('hook', input(hook()));
    web.status = 503;
    await tell(ruleTo('hook'));
    await tell(ruleTo('hook'));
    web.status = 200;
    clock.advance(minutes(1));
    await outputs.settled();
    expect(await states('hook')).toEqual(['sent 2']);
    const [first, second] = web.asked;
    expect(second!.body).toBe(first!.body);
    expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
    expect(web.asked).toHaveLength(2);
  });

  it('goes to no address that is not named, and follows no redirection', async () => {
    await outputs.save('hook', input(hook()));
    web.status = 302;
    await expect(outputs.test('hook')).rejects.toMatchObject({ code: 'OUTPUT_REFUSED' });
    await outputs.stop();
    outputs = boot([...EVERYWHERE]);
    await outputs.start();
    for (const host of ['127.0.0.1', '169.254.169.254', '[::1]', 'localhost']) {
      await outputs.save('hook', input({ kind: 'webhook', url: `http://${host}:9/` }));
      await expect(outputs.test('hook')).rejects.toMatchObject({ code: 'OUTPUT_ADDRESS_FORBIDDEN' });
    }
    expect(web.asked).toHaveLength(1);
  });
});

describe('an SMS gateway', () => {
  const gateway = (): OutputSettings => ({
    ...{ kind: 'sms', method: 'POST', url: `${address()}/send?to={phone}`, headers: { 'x-key': '{secret}' } },
    ...{ format: 'json', body: '{"text":"{text}","ref":"{id}"}', accepted: '"code":0' },
  });

  it('is asked for each phone in its own form, and must say its word', async () => {
    await outputs.save('sms', input(gateway(), { secret: 'key-1', recipients: ['+8613800000000', 'a@example.org'] }));
    await tell(ruleTo('sms', { zh: '“{hall}” {rule}\\{severity}' }));
    expect(web.asked).toHaveLength(1);
    expect(web.asked[0]).toMatchObject({ url: '/send?to=%2B8613800000000', headers: { 'x-key': 'key-1' } });
    expect((JSON.parse(web.asked[0]!.body) as { text: string }).text).toMatch(/” 窗口离岗\\黄牌$/);
    web.answer = '{"code":17,"msg":"no credit"}';
    await expect(outputs.test('sms')).rejects.toMatchObject({ code: 'OUTPUT_REFUSED', details: web.answer });
  });

  it('keeps its secret sealed, tells it to nobody, and asks for it anew where it would go elsewhere', async () => {
    const told = await outputs.save('sms', input(gateway(), { secret: 'key-1' }));
    expect(told).toMatchObject({ hasSecret: true });
    expect(JSON.stringify([told, await outputs.list()])).not.toContain('key-1');
    const [row] = await base.db.query<{ secret: Buffer }>('SELECT secret FROM alert_output');
    expect(row!.secret.toString('latin1')).not.toContain('key-1');
    const elsewhere = { ...gateway(), url: 'http://10.0.0.1/send?to={phone}' } as OutputSettings;
    await expect(outputs.save('sms', input(elsewhere))).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    expect(await outputs.save('sms', input(gateway(), { name: 'other' }))).toMatchObject({ hasSecret: true });
  });
});

describe('an output', () => {
  it('of MQTT speaks on the broker, below its topic', async () => {
    const said: [string, string][] = [];
    outputs.sendBy(async (topic, payload) => void said.push([topic, payload]));
    await outputs.save('mqtt', input({ kind: 'mqtt', topic: 'alerts/{region}/{hall}' }));
    await tell(ruleTo('mqtt'));
    expect(said.map(([topic]) => topic)).toEqual([`alerts/${hall.regionId}/${hall.id}`]);
    expect(JSON.parse(said[0]![1])).toMatchObject({ what: 'raise', alert: { id: alert.id } });
  });

  it('that is dead is told on every wall, to the halls it fails and by the others, until something gets through', async () => {
    await outputs.save('mail', input(mail(), { recipients: ['a@example.org'] }));
    await outputs.save('hook', input(hook(), { tellsFaults: true }));
    smtp.answer = '550 no such user';
    await tell(ruleTo('mail'));
    for (let i = 0; i < 2; i += 1) {
      clock.advance(minutes(1));
      await outputs.settled();
    }
    expect(problems.list()).toMatchObject([{ subject: 'output:mail/duty', code: 'OUTPUT_REFUSED' }]);
    expect((await outputs.list()).find(({ id }) => id === 'mail')).toMatchObject({
      ...{ waiting: 1, failing: { since: new Date(TEN).toISOString(), code: 'OUTPUT_REFUSED' } },
    });
    await expect
      .poll(() => web.asked.map(({ body }) => (JSON.parse(body) as { what: string }).what))
      .toEqual(['output-dead']);
    await expect
      .poll(() => outputs.deadOf(hall.id))
      .toMatchObject([{ name: 'duty', since: TEN, code: 'OUTPUT_REFUSED' }]);
    expect(outputs.deadOf('elsewhere')).toEqual([]);
    // whoever is started anew does not know before it was tried
    const later = boot();
    await later.start();
    expect(later.deadOf(hall.id)).toBeNull();
    await later.stop();
    smtp.answer = '250 taken';
    clock.advance(minutes(2));
    await outputs.settled();
    expect(problems.list()).toEqual([]);
    expect(outputs.deadOf(hall.id)).toEqual([]);
    expect(await states('mail')).toEqual(['sent 4']);
  });

  it('sends no more a minute than it may, and gives up after a day', async () => {
    await outputs.save('hook', input(hook(), { perMinute: 2 }));
    for (const revision of [1, 2, 3]) await tell(ruleTo('hook'), [act({ revision })], { ...alert, revision });
    expect(web.asked).toHaveLength(2);
    web.status = 500;
    clock.advance(minutes(1));
    await outputs.settled();
    expect(await states('hook')).toEqual(['waiting 1', 'sent 1', 'sent 1']);
    clock.advance(minutes(24 * 60));
    await outputs.settled();
    expect((await states('hook'))[0]).toBe('failed 2');
  });
});
