import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CaseDetail, CasesAnswer } from '#contract/cases.ts';
import type { ExchangeReceipt } from '#contract/exchange.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { at, iso, openCaseStage, type CaseStage } from './stage.ts';

const good = {
  number: 'A-1',
  revision: 1,
  item: 'SW-001',
  acceptedAt: at('03-06 10:00'),
  window: 'w01',
  ticket: 't-1',
};

let base: TestDatabase;
beforeAll(async () => {
  base = await openTestDatabase();
});
afterAll(() => base.close());

describe('the exchange of cases', () => {
  let stage: CaseStage;
  beforeAll(async () => {
    stage = await openCaseStage(base);
  });
  afterAll(() => stage.close());

  const stored = async (number: string) => {
    const { cases } = await stage.done<CasesAnswer>('GET', `/api/cases?number=${number}`);
    const { cases: ended } = await stage.done<CasesAnswer>('GET', `/api/cases?open=false&number=${number}`);
    return [...cases, ...ended].find((row) => row.number === number);
  };
  const detail = async (number: string) => stage.done<CaseDetail>('GET', `/api/cases/${(await stored(number))!.id}`);

  it('takes what is signed by the key of its source, and nothing else', async () => {
    const wrong = await stage.handOver([good], 'another key');
    expect(wrong.statusCode).toBe(401);
    expect(wrong.json()).toMatchObject({ error: { code: 'EXCHANGE_KEY_WRONG' } });
    const receipt = await stage.receipt([good]);
    expect(receipt).toMatchObject({ rows: 1, taken: 1, unchanged: 0, refused: [], sourceId: 'tax-system' });
    // Friday: Mon 9, Tue 10, Wed 11, Thu 12, Fri 13
    expect(await stored('A-1')).toMatchObject({
      itemId: 'invoice',
      departmentId: 'tax',
      hallId: 'hall-a',
      windowId: 'w01',
      ticketId: 't-1',
      state: 'accepted',
      clock: 'running',
      promisedAt: iso('03-13 17:00'),
      provisional: false,
      level: null,
      nextDueAt: new Date(Date.parse(at('03-11 17:00')) + 1).toISOString(),
    });
  });

  it('changes nothing when the same is sent again, takes a higher revision, and refuses an older or another one', async () => {
    expect(await stage.receipt([good])).toMatchObject({ taken: 0, unchanged: 1, refused: [] });
    const second = {
      ...good,
      revision: 3,
      steps: [{ step: 'review', at: at('03-06 11:00') }],
      procedures: [{ kind: 'BZ', legalBasis: '许可法 32', plannedDays: 5, startedAt: at('03-06 14:00') }],
    };
    expect(await stage.receipt([second])).toMatchObject({ taken: 1 });
    expect(await detail('A-1')).toMatchObject({
      state: 'correction',
      clock: 'stopped',
      promisedAt: null,
      step: 'review',
      procedures: [{ id: 1, kind: 'correction', endedAt: null }],
      promised: { is: 'stopped', at: iso('03-06 14:00') },
    });
    const again = await stage.receipt([{ ...good, revision: 2 }]);
    expect(again.refused).toEqual([{ row: 0, number: 'A-1', why: 'revision-older', detail: 'revision 3 is known' }]);
    expect((await stage.receipt([{ ...second, ticket: 't-2' }])).refused[0]).toMatchObject({ why: 'revision-differs' });
    const ended = { ...second.procedures[0], endedAt: at('03-09 10:00') };
    await stage.receipt([{ ...second, revision: 4, procedures: [ended] }]);
    // 3 h on Friday and 1 h on Monday are a part of a day, which is given whole
    expect(await detail('A-1')).toMatchObject({ state: 'accepted', clock: 'running', promisedAt: iso('03-16 17:00') });
  });

  it('names every row that it cannot take and why, and takes the others', async () => {
    const row = (number: string, more: object) => ({
      number,
      revision: 1,
      item: 'invoice',
      acceptedAt: at('03-06 10:00'),
      ...more,
    });
    const rows = [
      row('B-0', {}),
      'no case',
      { number: 'B-2', revision: 0, item: 'invoice' },
      row('B-3', { item: 'SW-999' }),
      row('B-4', { item: 'plot' }),
      row('B-5', { finishedAt: at('03-05 10:00'), outcome: '1' }),
      row('B-6', { finishedAt: at('03-07 10:00') }),
      row('B-7', { finishedAt: at('03-07 10:00'), outcome: '77' }),
      row('B-8', { acceptedAt: null, finishedAt: at('03-07 10:00'), outcome: '1' }),
      row('B-9', { acceptedAt: at('03-10 10:00') }),
      row('B-10', { hall: 'hall-x' }),
      row('B-11', { steps: [{ step: 'nowhere', at: at('03-06 11:00') }] }),
      row('B-12', { procedures: [{ kind: 'XX', legalBasis: 'x', plannedDays: 1, startedAt: at('03-06 11:00') }] }),
      row('B-0', {}),
      row('B-14', { finishedAt: at('03-07 10:00'), outcome: '9' }),
    ];
    const receipt = await stage.receipt(rows);
    expect(receipt).toMatchObject({ rows: 15, taken: 2, unchanged: 0 });
    expect(receipt.refused.map(({ row, why }) => `${row} ${why}`)).toEqual([
      '1 shape',
      '2 shape',
      '3 item-unknown',
      '4 item-of-others',
      '5 before-acceptance',
      '6 outcome-missing',
      '7 code-unknown',
      '8 not-accepted',
      '9 in-the-future',
      '10 hall-unknown',
      '11 code-unknown',
      '12 code-unknown',
      '13 number-twice',
    ]);
    expect(await stored('B-14')).toMatchObject({ state: 'finished', outcome: 'withdrawn', clock: 'off' });
    const twice = await stage.receipt(rows);
    expect(twice).toMatchObject({ taken: 0, unchanged: 2 });
    const receipts = await stage.done<ExchangeReceipt[]>('GET', '/api/exchange/sources/tax-system/receipts?limit=2');
    expect(receipts.map(({ id }) => id)).toEqual([twice.id, receipt.id]);
  });

  it('keeps the version of the item that was in force at acceptance', async () => {
    await stage.done('PUT', '/api/service-items/invoice', {
      ...{ counting: 'day', typeId: 'licence', departmentId: 'tax', name: { zh: 'x', en: 'x' } },
      ...{ promised: 3, statutory: 20, validFrom: at('03-09 09:00') },
    });
    await stage.receipt([
      { ...good, number: 'C-1' },
      { ...good, number: 'C-2', acceptedAt: at('03-09 09:30') },
    ]);
    expect(await stored('C-1')).toMatchObject({ itemVersion: 1, promisedAt: iso('03-13 17:00') });
    expect(await stored('C-2')).toMatchObject({ itemVersion: 2, promisedAt: iso('03-12 17:00') });
  });

  it('takes no case of a department that is closed, but those accepted before', async () => {
    await stage.done('PUT', '/api/departments/tax', {
      ...{ id: 'tax', name: { zh: 'x', en: 'x' }, regionId: 'region-a', hallId: 'hall-a' },
      closedAt: at('03-09 00:00'),
    });
    const receipt = await stage.receipt([
      { ...good, number: 'D-1' },
      { ...good, number: 'D-2', acceptedAt: at('03-09 09:30') },
    ]);
    expect(receipt).toMatchObject({ taken: 1, refused: [{ number: 'D-2', why: 'department-closed' }] });
    const department = { id: 'tax', name: { zh: 'x', en: 'x' }, regionId: 'region-a', hallId: 'hall-a' };
    await stage.done('PUT', '/api/departments/tax', department);
  });

  it('pages through open cases, the next to end first', async () => {
    const ends: (string | null)[] = [];
    let after = '';
    do {
      const page = await stage.done<CasesAnswer>(
        'GET',
        `/api/cases?limit=2${after && `&after=${encodeURIComponent(after)}`}`,
      );
      ends.push(...page.cases.map(({ promisedAt }) => promisedAt));
      after = page.next ?? '';
    } while (after);
    expect(ends.length).toBeGreaterThan(3);
    expect(ends).toEqual([...ends].sort());
    expect((await stage.send('GET', '/api/cases?after=x')).statusCode).toBe(400);
  });

  it('says that a source has fallen silent, until it is heard again', async () => {
    stage.clock.advance(25 * 3600_000);
    await stage.cases.exchange.listen();
    expect(stage.problems.get('exchange:tax-system')).toMatchObject({ code: 'EXCHANGE_SILENT' });
    await stage.receipt([good]);
    expect(stage.problems.get('exchange:tax-system')).toBeUndefined();
  });

  it('is described with the form of its rows', () => {
    const spec = stage.test.app.swagger() as { paths: Record<string, { post: { requestBody: object } }> };
    const body = JSON.stringify(spec.paths['/api/exchange/cases']!.post.requestBody);
    for (const field of ['acceptedAt', 'procedures', 'legalBasis', 'plannedDays']) expect(body).toContain(field);
  });
});

describe('intake by hand', () => {
  let stage: CaseStage;
  beforeAll(async () => {
    stage = await openCaseStage(base);
  });
  afterAll(() => stage.close());

  const act = (id: string, name: string, payload: object = {}) =>
    stage.send('POST', `/api/cases/${id}/${name}`, payload, 'supervisor');

  it('accepts, steps, stops and finishes a case; refuses what cannot happen to it', async () => {
    const made = await stage.done<CaseDetail>(
      'POST',
      '/api/cases',
      { itemId: 'invoice', ticketId: 't-9' },
      'supervisor',
    );
    expect(made).toMatchObject({ sourceId: null, state: 'accepted', promisedAt: iso('03-16 17:00'), ticketId: 't-9' });
    stage.clock.advance(3600_000);
    expect((await act(made.id, 'step', { step: 'review' })).json()).toMatchObject({ step: 'review', revision: 2 });
    const procedure = { kind: 'hearing', legalBasis: '许可法 46', plannedDays: 10 };
    expect((await act(made.id, 'procedures', procedure)).json()).toMatchObject({
      state: 'suspended',
      clock: 'stopped',
    });
    const early = await act(made.id, 'finish', { outcome: 'approved' });
    expect(early.json()).toMatchObject({ error: { code: 'CASE_ACT_REFUSED' } });
    stage.clock.advance(6 * 3600_000);
    expect((await act(made.id, 'procedures/end', { procedure: 1 })).json()).toMatchObject({
      state: 'accepted',
      promisedAt: iso('03-16 17:00'),
    });
    expect((await act(made.id, 'procedures/end', { procedure: 1 })).statusCode).toBe(409);
    expect((await act(made.id, 'finish', { outcome: 'denied' })).json()).toMatchObject({
      state: 'finished',
      clock: 'off',
    });
    expect((await act(made.id, 'step', { step: 'review' })).statusCode).toBe(409);
  });

  it('leaves the cases of approval systems to them, and asks for the right to manage cases', async () => {
    await stage.receipt([{ ...good, acceptedAt: at('03-09 09:30') }]);
    const { cases } = await stage.done<CasesAnswer>('GET', '/api/cases');
    expect((await act(cases.find(({ number }) => number === 'A-1')!.id, 'void')).statusCode).toBe(403);
    expect((await stage.send('POST', '/api/cases', { itemId: 'invoice' }, 'hall-manager')).statusCode).toBe(403);
    const accepted = await stage.send('POST', '/api/cases', { itemId: 'refund', number: 'N-1' });
    expect(accepted.json()).toMatchObject({ number: 'N-1' });
    const twice = await stage.send('POST', '/api/cases', { itemId: 'invoice', number: 'N-1' });
    expect(twice.statusCode).toBe(409);
  });
});
