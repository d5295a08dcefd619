import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CaseDetail } from '#contract/cases.ts';
import type { ServiceItem, SubjectType, SubjectTypeInput } from '#contract/registers.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { at, openCaseStage, type CaseStage } from './stage.ts';

/** What is supervised is data: an administrator makes up a type, and cases go by it. */
let base: TestDatabase;
let stage: CaseStage;
const name = (en: string) => ({ zh: en, en });

beforeAll(async () => {
  base = await openTestDatabase();
  stage = await openCaseStage(base);
});
afterAll(async () => {
  await stage.close();
  await base.close();
});
const refused = async (body: object) =>
  (await stage.send('POST', '/api/cases', body)).json() as { error: { details: string } };

it('ships types with their steps, limits and forms', async () => {
  const types = await stage.done<SubjectType[]>('GET', '/api/subject-types');
  const enforcement = types.find(({ id }) => id === 'enforcement')!;
  expect(enforcement.steps.map(({ id }) => id)).toEqual([
    ...['filing', 'investigation', 'review', 'notice', 'decision', 'service', 'execution', 'close'],
  ]);
  expect(enforcement.form.find(({ id }) => id === 'act')!.options).toHaveLength(5);
  expect(types.map(({ id }) => id)).toEqual(
    expect.arrayContaining([
      'licence',
      'online-pre-acceptance',
      'special-procedure',
      'consultation',
      'complaint',
      'tender',
    ]),
  );
});

it('takes a type that nobody thought of, and judges its cases by its own rungs', async () => {
  const type: SubjectTypeInput = {
    name: name('Heating complaint'),
    rungs: [{ level: 'red', of: 'promised', afterDays: 1 }],
    steps: [{ id: 'visit', name: name('Visit') }],
    limits: { counting: 'day', promised: 1, statutory: 1 },
    form: [{ id: 'street', name: name('Street'), kind: 'text', required: true }],
  };
  expect(await stage.done<SubjectType>('PUT', '/api/subject-types/heating', type)).toMatchObject({ version: 1 });
  const item = { departmentId: 'tax', typeId: 'heating', name: name('Heating'), ...type.limits };
  expect(await stage.done<ServiceItem>('PUT', '/api/service-items/heating', item)).toMatchObject({ steps: type.steps });
  expect((await refused({ itemId: 'heating' })).error.details).toBe('form: street: is needed');
  const one = await stage.done<CaseDetail>('POST', '/api/cases', { itemId: 'heating', form: { street: 'Elm' } });
  expect(one).toMatchObject({ form: { street: 'Elm' }, fields: [{ id: 'street' }] });
  const stepped = await stage.done<CaseDetail>('POST', `/api/cases/${one.id}/step`, { step: 'visit' });
  expect(stepped).toMatchObject({ step: 'visit', form: { street: 'Elm' } });
  stage.clock.advance(Date.parse(at('03-11 17:01')) - stage.clock.now());
  await stage.cases.due.settled();
  stage.test.forget();
  expect(await stage.done('GET', `/api/cards?caseId=${one.id}`)).toMatchObject({
    cards: [{ level: 'red', state: 'proposed', typeId: 'heating', typeVersion: 1 }],
  });
});

it('has a ladder that is data: a level between others, by which cards count', async () => {
  const orange = { id: 'orange', name: name('Orange'), rank: 3, card: true, points: 3, colour: 'yellow' };
  expect((await stage.send('PUT', '/api/card-levels/orange', orange)).json()).toMatchObject({
    error: { code: 'REQUEST_INVALID', details: [{ path: 'rank', message: 'is that of red' }] },
  });
  const red = { id: 'red', name: { zh: '红牌', en: 'Red card' }, rank: 4, card: true, points: 5, colour: 'red' };
  await stage.done('PUT', '/api/card-levels/red', red);
  await stage.done('PUT', '/api/card-levels/orange', orange);
  const levels = await stage.done<{ id: string }[]>('GET', '/api/card-levels');
  expect(levels.map(({ id }) => id)).toEqual(['warning', 'yellow', 'orange', 'red']);
});

it('holds acts of law enforcement to the certificates of its officers, whoever hands them over', async () => {
  const officer = {
    certificate: 'A-0001',
    name: '李伟',
    departmentId: 'tax',
    validFrom: '2026-01-01',
    validUntil: '2026-12-31',
  };
  await stage.done('PUT', '/api/officers/A-0001', officer);
  await stage.done('PUT', '/api/officers/A-0002', { ...officer, certificate: 'A-0002', validUntil: '2026-02-28' });
  await stage.done('PUT', '/api/officers/A-0003', { ...officer, certificate: 'A-0003' });
  const limits = { counting: 'day', promised: 45, statutory: 60 };
  const item = {
    departmentId: 'tax',
    typeId: 'enforcement',
    name: name('Fine'),
    validFrom: at('01-01 00:00'),
    ...limits,
  };
  await stage.done('PUT', '/api/service-items/fine', item);
  const row = { number: 'F-1', revision: 1, item: 'fine', acceptedAt: at('03-09 09:30') };
  const act = { id: 'fine-01', name: name('Late filing'), kind: 'penalty', departmentId: 'tax', legalBasis: 'art. 62' };
  await stage.done('PUT', '/api/enforcement-acts/fine-01', act);
  const party = { code: '91110000MA0000001X', kind: 'organisation', name: '某公司', departmentId: 'tax' };
  await stage.done('PUT', `/api/parties/${party.code}`, party);
  const person = { ...party, code: '110101199003070012', kind: 'person' };
  expect((await stage.send('PUT', `/api/parties/${person.code}`, person)).statusCode).toBe(400);
  const form = { act: 'penalty', 'officer-1': 'A-0001', 'officer-2': 'A-0002' };
  const receipt = await stage.receipt([
    { ...row, form },
    {
      ...row,
      number: 'F-2',
      form: { ...form, 'officer-2': 'A-0003', 'listed-act': 'fine-01', 'party-code': party.code },
    },
    { ...row, number: 'F-3', form: { ...form, 'officer-2': 'A-0001' } },
    { ...row, number: 'F-4', form: { ...form, 'officer-2': 'A-0003', 'party-code': 'none' } },
  ]);
  expect(receipt).toMatchObject({
    taken: 1,
    refused: [
      { row: 0, why: 'form', detail: expect.stringContaining('2026-02-28') },
      { row: 2, why: 'form', detail: 'officer-2: is the certificate of officer-1 again' },
      { row: 3, why: 'form', detail: 'party-code: is no party in the register of the department' },
    ],
  });
});
