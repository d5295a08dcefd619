import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FigureEvents, Performance, PointAppeal } from '#contract/performance.ts';
import { Rights } from '#lib/rights.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { performanceRoutes } from '../../../server/features/performance/routes.ts';
import { PerformanceService } from '../../../server/features/performance/service.ts';
import { at, openCaseStage, type CaseStage } from '../cases/stage.ts';

describe('performance', () => {
  let base: TestDatabase;
  let stage: CaseStage;
  beforeAll(async () => {
    base = await openTestDatabase();
    stage = await openCaseStage(base, {
      more: (app, { cases, clock, db }) =>
        performanceRoutes(app, { performance: new PerformanceService({ db, clock, departments: cases.registers }) }),
    });
  });
  afterAll(async () => {
    await stage.close();
    await base.close();
  });

  const read = (of = 'department', month = '2026-03') =>
    stage.done<Performance>('GET', `/api/performance?month=${month}&of=${of}`);
  const scores = async (of?: string) =>
    (await read(of)).scores.map(({ subjectId, score, rank }) => [subjectId, score, rank]);
  const events = async (figure: string, subjectId = 'tax', of = 'department') =>
    (
      await stage.done<FigureEvents>(
        'GET',
        `/api/performance/events?month=2026-03&of=${of}&subjectId=${encodeURIComponent(subjectId)}&figure=${figure}`,
      )
    ).events.map(({ is, value, words }) => [is, value, words]);
  const refused = async (method: 'PUT' | 'POST', url: string, body: object) => {
    const answer = await stage.send(method, url, body);
    return (answer.json() as { error: { code: string } }).error.code;
  };

  it('takes the points of a card while it counts, and gives them back when it is revoked', async () => {
    await stage.receipt([{ number: 'A-1', revision: 1, item: 'invoice', acceptedAt: at('03-09 09:30') }]);
    await stage.receipt([
      {
        ...{ number: 'A-2', revision: 1, item: 'invoice', acceptedAt: at('03-09 09:30') },
        ...{ finishedAt: at('03-09 10:00'), outcome: '1' },
      },
    ]);
    stage.clock.advance(Date.parse(at('03-17 09:00')) - stage.clock.now());
    await stage.cases.due.settled();
    expect(await scores()).toEqual([['tax', 100, 1]]);
    const [card] = (await stage.cases.cards.list({ limit: 10 }, null)).cards;
    await stage.cases.cards.act(card!.id, { act: 'issue', seen: 1, note: 'looked at' }, 'li');
    expect(await scores()).toEqual([['tax', 98, 1]]);
    expect(await events('cardPoints')).toEqual([['card', 2, 'A-1']]);
    expect(await events('finished')).toEqual([['case', 1, 'A-2']]);
    await stage.cases.cards.act(card!.id, { act: 'revoke', seen: 2, note: 'flood' }, 'li');
    await stage.cases.cards.act(card!.id, { act: 'confirm-revoke', seen: 3, note: '' }, 'wang');
    expect(await scores()).toEqual([['tax', 100, 1]]);
    expect(await events('cardPoints')).toEqual([]);
  });

  it('sums what was told of windows and persons by their days, with alerts, reviews and complaints', async () => {
    const day = at('03-10 00:00');
    await base.db.query(
      `INSERT INTO figure_ticket (hall_id, period, from_at, queue_id, window_id, staff, issued, called, waited, wait_sec, wait_max,
         on_target, started, completed, served, service_sec, skipped, cancelled, rated, bad, unrated, waiting_sec)
       SELECT 'hall-a', 'day', $1::timestamptz + d * interval '1 day', 'soc', w, s, 0, 9, 9, 0, 0, 9, 9, 9, 9, 5400, 0, 0, 4, bad, 0, 0
       FROM (VALUES (0, 'w01', 'u1', 1), (1, 'w01', 'u1', 1), (0, 'w02', 'u2', 0), (0, '', '', 0), (40, 'w02', 'u2', 4)) AS t (d, w, s, bad)`,
      [day],
    );
    await base.db.query(
      `INSERT INTO matter (id, kind, number, state, title, text, region_id, hall_id, window_id, department_id, reply_days, acts,
         made_at, escalations, verdict, closed_at)
       VALUES ('m1', 'review', 'r', 'genuine', '01 ★', '', 'region-a', 'hall-a', 'w01', NULL, 0, 1, $1, 1, NULL, NULL),
         ('m2', 'complaint', 'c', 'closed', 'Sent away', '', 'region-a', 'hall-a', NULL, 'tax', 0, 1, $1, 0, 'partly', $1),
         ('m3', 'order', 'o', 'issued', 'Queues', '', 'region-a', NULL, NULL, 'land', 0, 1, $1, 2, NULL, NULL)`,
      [day],
    );
    expect(await scores('window')).toEqual([
      ['hall-a/w02', 100, 1],
      ['hall-a/w01', 95, 2],
    ]);
    // the two windows did the same work; of two departments with cases there is one
    expect((await read('window')).scores.map(({ mix, normalised }) => [mix, normalised])).toEqual([
      [{ difficulty: 1, load: 0.67 }, 100],
      [{ difficulty: 1, load: 1.33 }, 96.24],
    ]);
    expect(await events('bad', 'hall-a/w01', 'window')).toEqual([
      ['day', 1, ''],
      ['day', 1, ''],
    ]);
    expect(await events('uncorrectedReviews', 'hall-a/w01', 'window')).toEqual([['matter', 1, '01 ★']]);
    expect(await scores('person')).toEqual([
      ['hall-a/u2', 100, 1],
      ['hall-a/u1', 75, 2],
    ]);
    expect(await scores()).toEqual([
      ['land', 99, 1],
      ['tax', 97.5, 2],
    ]);
  });

  it('tries a formula before it is kept, refuses one that is none, and scores by the latest', async () => {
    const tried = await stage.done<{ scores: { score: number | null }[] }>('POST', '/api/performance/try', {
      ...{ month: '2026-03', of: 'department', formula: 'finished / late' },
    });
    expect(tried.scores.map(({ score }) => score)).toEqual([null, null]);
    expect((await read()).indicator.version).toBe(1);
    const set = (formula: string) => ['PUT', '/api/performance/indicators/department', { formula }] as const;
    expect(await refused(...set('salary * 2'))).toBe('REQUEST_INVALID');
    await stage.done(...set('100 - 10 * lateOrders + bonus'));
    const adjustment = {
      month: '2026-03',
      of: 'department',
      subjectId: 'land',
      points: 3,
      reason: 'a letter of thanks',
    };
    await stage.done('POST', '/api/performance/adjustments', adjustment);
    expect(await scores()).toEqual([
      ['tax', 100, 1],
      ['land', 93, 2],
    ]);
    expect(await events('bonus', 'land')).toEqual([['adjustment', 3, 'a letter of thanks']]);
  });

  it('hears an appeal against points once, by somebody else, and publishes nothing before', async () => {
    const asked = { month: '2026-03', of: 'department', subjectId: 'tax', figure: 'cardPoints', reason: 'a flood' };
    const appeal = await stage.done<PointAppeal>('POST', '/api/performance/appeals', asked, 'hall-manager');
    expect(appeal).toMatchObject({ state: 'lodged', hallId: 'hall-a', madeBy: 'hall-manager' });
    expect(await refused('POST', '/api/performance/appeals', { ...asked, figure: 'served' })).toBe('REQUEST_INVALID');
    const decision = `/api/performance/appeals/${appeal.id}/decision`;
    expect((await stage.send('POST', decision, { points: 2, answer: 'true' }, 'hall-manager')).statusCode).toBe(403);
    const before = (await scores()).find(([subject]) => subject === 'tax')![1] as number;
    await stage.done('POST', decision, { points: 2, answer: 'it was true' });
    expect((await scores()).find(([subject]) => subject === 'tax')![1]).toBe(before + 2);
    expect(await events('bonus')).toEqual([['adjustment', 2, 'it was true']]);
    expect(await refused('POST', decision, { points: 2, answer: 'again' })).toBe('CONFLICT');
    const own = await stage.done<PointAppeal>('POST', '/api/performance/appeals', asked);
    expect(await refused('POST', `/api/performance/appeals/${own.id}/decision`, { points: 1, answer: 'x' })).toBe(
      'MATTER_SAME_PERSON',
    );
    const { appeals } = await stage.done<{ appeals: PointAppeal[] }>(
      'GET',
      '/api/performance/appeals?month=2026-03&of=department',
    );
    expect(appeals.map(({ state }) => state)).toEqual(['lodged', 'upheld']);
  });

  it('publishes a month when it is over, once, and what comes later changes nothing in it', async () => {
    const publish = () => refused('POST', '/api/performance/publish', { month: '2026-03' });
    expect(await publish()).toBe('PERFORMANCE_MONTH_OPEN');
    stage.clock.advance(Date.parse(at('04-01 00:00')) - stage.clock.now());
    // sessions have ended meanwhile
    stage.test.forget();
    expect(await publish()).toBe('PERFORMANCE_APPEALS_OPEN');
    await base.db.query(`UPDATE performance_appeal SET state = 'rejected'`);
    await stage.done('POST', '/api/performance/publish', { month: '2026-03' });
    const before = await read();
    expect(before).toMatchObject({ publishedBy: 'administrator', indicator: { version: 2 } });
    await stage.done('PUT', '/api/performance/indicators/department', { formula: '1' });
    await base.db.query(`UPDATE matter SET escalations = 0`);
    expect(await read()).toEqual(before);
    expect(await publish()).toBe('PERFORMANCE_PUBLISHED');
    const late = { month: '2026-03', of: 'department', subjectId: 'land', points: 3, reason: 'late' };
    expect(await refused('POST', '/api/performance/adjustments', late)).toBe('PERFORMANCE_PUBLISHED');
    await expect(base.db.query('UPDATE performance_score SET score = 110')).rejects.toThrow('stands as it was');
  });

  const rightsIn = (hallId: string) => {
    const reach = { everything: false, hallIds: new Set([hallId]), regionIds: new Set<string>() };
    return new Rights(new Map([['case.view', reach]]));
  };

  it('shows a hall to whoever has it, with the rank among all', async () => {
    const service = new PerformanceService({ db: base.db, clock: stage.clock, departments: stage.cases.registers });
    const cut = await service.of('2026-03', 'department', rightsIn('hall-a'));
    expect(cut.scores.map(({ subjectId, rank }) => [subjectId, rank])).toEqual([['tax', 1]]);
    expect((await service.of('2026-03', 'window', rightsIn('hall-b'))).scores).toEqual([]);
  });
});
