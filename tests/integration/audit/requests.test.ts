import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEntry } from '#contract/audit.ts';
import { idOf } from '../../../server/features/accounts/sessions.ts';
import { auditRoutes } from '../../../server/features/audit/routes.ts';
import { RequestAudit } from '../../../server/features/audit/request-audit.ts';
import { AuditService } from '../../../server/features/audit/service.ts';
import { silentLogger } from '#lib/logger.ts';
import type { Database } from '../../../server/db/database.ts';
import { openTestApp, PASSWORD, type TestApp } from '../../helpers/test-app.ts';
import { ChainRoom } from './chain-room.ts';

let room: ChainRoom;
let test: TestApp;
let audit: AuditService;
let administrator: string;
let isAway = false;

const region = { id: 'r', code: '330000', name: { zh: '省', en: 'Province' }, parentId: null, outline: null };

beforeAll(async () => {
  room = await ChainRoom.open();
  const { db } = room.database;
  const gone = () => Promise.reject(new Error('connect ECONNREFUSED'));
  const gate: Database = {
    query: (text, values) => (isAway ? gone() : db.query(text, values)),
    transaction: (work) => (isAway ? gone() : db.transaction(work)),
  };
  const { clock, problems, folder } = room;
  audit = new AuditService({ db: gate, clock, log: silentLogger, problems, folder });
  await audit.start();
  const sessionOf = (cookies: Readonly<Record<string, string | undefined>>) =>
    cookies['hallwatch_session'] ? idOf(cookies['hallwatch_session']) : null;
  test = await openTestApp({
    db,
    clock,
    audit: new RequestAudit({
      ...{ writer: audit.writer, sightings: audit.sightings, sessionOf },
      subjects: {
        now: (kind, id) => (kind === 'region' ? test.halls.regions().find((each) => each.id === id) : undefined),
        hallOf: () => null,
      },
    }),
    routes: (app) => {
      auditRoutes(app, { audit });
      app.post('/api/unlisted/:id', { config: { session: true } }, () => ({ done: true }));
      app.post('/api/slow/:id', { config: { session: true } }, async ({ raw }) => {
        await once(raw.socket, 'close');
        return { done: true };
      });
    },
  });
  administrator = await test.cookieOf('administrator');
});
afterAll(async () => {
  await test.close();
  await audit.stop();
  await room.close();
});

const call = (method: 'GET' | 'PUT' | 'POST' | 'DELETE', url: string, payload?: object, cookie = administrator) =>
  test.app.inject({ method, url, headers: { cookie }, ...(payload && { payload }) });

async function last(count: number): Promise<AuditEntry[]> {
  await audit.writer.settled();
  return (await room.rows.page({}, null, count)).toReversed();
}

describe('a request', () => {
  it('that changes something tells who, from where, and what was before and after', async () => {
    expect((await call('PUT', '/api/regions/r', region)).statusCode).toBe(200);
    await call('PUT', '/api/regions/r', { ...region, name: { zh: '浙江', en: 'Province' } });
    const [added, changed] = await last(2);
    expect(added).toMatchObject({ act: 'region.changed', account: 'administrator', address: '127.0.0.1' });
    expect(added!.session).toMatch(/^[0-9a-f]{12}$/);
    expect(changed).toMatchObject({ subject: { kind: 'region', id: 'r' } });
    expect(changed!.details['changes']).toEqual([{ path: 'name.zh', before: '省', after: '浙江' }]);
  });

  it('is told with where it came from, though whoever asked hung up before it was done', async () => {
    const { port } = new URL(await test.app.listen({ host: '127.0.0.1', port: 0 }));
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.end(`POST /api/slow/x HTTP/1.1\r\nhost: x\r\ncookie: ${administrator}\r\ncontent-length: 0\r\n\r\n`);
      socket.destroySoon();
    });
    await once(socket, 'close');
    await expect
      .poll(async () => (await last(1))[0])
      .toMatchObject({
        ...{ act: 'route.called', account: 'administrator', address: '127.0.0.1' },
        subject: { id: 'POST /api/slow/:id' },
      });
  });

  it('that is refused or goes wrong tells of no change; who asks for what he may not have is told', async () => {
    await call('PUT', '/api/regions/r', { ...region, id: 'other' });
    await call('PUT', '/api/regions/r', region, await test.cookieOf('supervisor'));
    const [told] = await last(1);
    expect(told).toMatchObject({
      ...{ act: 'access.refused', account: 'supervisor' },
      subject: { kind: 'route', id: 'PUT /api/regions/:id' },
    });
  });

  it('signs in, fails to, and signs out', async () => {
    const answer = await call('POST', '/api/session', { username: 'administrator', password: PASSWORD }, '');
    await call('POST', '/api/session', { username: 'administrator', password: 'wrong password' }, '');
    await call('POST', '/api/session', { username: PASSWORD, password: 'administrator' }, '');
    await call('DELETE', '/api/session', undefined, answer.headers['set-cookie']!.toString().split(';')[0]!);
    expect((await last(4)).map(({ act, account, subject }) => [act, account, subject.id])).toEqual([
      ['session.opened', 'administrator', 'administrator'],
      ['session.refused', null, 'administrator'],
      ['session.refused', null, 'unknown'],
      ['session.closed', 'administrator', 'administrator'],
    ]);
    expect(JSON.stringify(await last(4))).not.toContain(PASSWORD);
  });

  it('that nobody listed is audited all the same', async () => {
    await call('POST', '/api/unlisted/7');
    expect(await last(1)).toMatchObject([{ act: 'route.called', subject: { id: 'POST /api/unlisted/:id' } }]);
  });

  it('that must be audited is refused, and not done, while the audit cannot be written', async () => {
    isAway = true;
    audit.writer.note({ account: null, session: null, address: null, act: 'system.started', subjectId: 'server' });
    await audit.writer.settled();
    const answer = await call('PUT', '/api/regions/unseen', { ...region, id: 'unseen' });
    expect([answer.statusCode, answer.json().error.code]).toEqual([503, 'AUDIT_UNAVAILABLE']);
    isAway = false;
    room.clock.advance(10_000);
    await audit.writer.settled();
    expect(test.halls.regions().map(({ id }) => id)).toEqual(['r']);
    expect((await call('PUT', '/api/regions/r', region)).statusCode).toBe(200);
  });
});

describe('reading the audit', () => {
  it('is for those who may, pages by time, and is audited itself', async () => {
    const auditor = await test.cookieOf('auditor');
    expect((await call('GET', '/api/audit', undefined, await test.cookieOf('supervisor'))).statusCode).toBe(403);
    const first = (await call('GET', '/api/audit?account=administrator&limit=2', undefined, auditor)).json();
    expect(first).toMatchObject({ entries: [{}, {}] });
    const second = (
      await call('GET', `/api/audit?account=administrator&limit=2&before=${first.next}`, undefined, auditor)
    ).json();
    expect(second.entries[0].seq).toBeLessThan(first.entries[1].seq);
    expect(await last(1)).toMatchObject([
      { act: 'audit.read', account: 'auditor', details: { query: { account: 'administrator' } } },
    ]);
  });

  it('tells what lasts wherever it touches the span', async () => {
    const at = Date.parse('2026-11-25T08:00:00Z');
    audit.writer.note({
      ...{ account: 'lin', session: null, address: null, act: 'live.watched', subjectId: 'cam-9', hallId: 'hall-a' },
      ...{ began: at, at: at + 600_000 },
    });
    await audit.writer.settled();
    const ask = async (from: string, until: string) =>
      (await call('GET', `/api/audit?subjectKind=camera&subjectId=cam-9&from=${from}&until=${until}`)).json().entries
        .length;
    expect(await ask('2026-11-25T08:05:00Z', '2026-11-25T08:06:00Z')).toBe(1);
    expect(await ask('2026-11-25T08:10:01Z', '2026-11-25T09:00:00Z')).toBe(0);
    expect(await ask('2026-11-25T07:00:00Z', '2026-11-25T08:00:00Z')).toBe(0);
  });

  it('shows who may read in some halls alone what was done there', async () => {
    const all = await audit.page({ limit: 100 }, null);
    const here = await audit.page({ limit: 100 }, ['hall-a']);
    expect(all.entries.length).toBeGreaterThan(here.entries.length);
    expect(here.entries.map(({ subject }) => subject.id)).toEqual(['cam-9']);
    expect((await audit.report('2026-11', ['hall-a'])).entries).toBe(1);
    expect((await audit.page({ limit: 100 }, [])).entries).toEqual([]);
  });

  it('gives a table, a month in figures, and the state of the chain', async () => {
    const table = await call('GET', '/api/audit.csv?acts=live.watched');
    expect(table.headers['content-type']).toContain('text/csv');
    expect(table.body).toContain('live.watched,camera,cam-9,hall-a');
    const report = (await call('GET', '/api/audit/report?month=2026-11')).json();
    expect(report.people).toContainEqual(expect.objectContaining({ account: 'lin', liveHours: 1 / 6, cameras: 1 }));
    expect(report.refused).toBeGreaterThan(0);
    const chain = (await call('GET', '/api/audit/chain')).json();
    expect(chain).toMatchObject({ broken: null, writing: true });
    expect((await room.verify()).findings).toEqual([]);
  });
});
