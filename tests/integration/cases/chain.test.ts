import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CardDetail, CardNotice, CardsAnswer } from '#contract/cards.ts';
import type { CaseDetail, CasesAnswer } from '#contract/cases.ts';
import type { Performance } from '#contract/performance.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { openMatterStage, type MatterStage } from '../matters/stage.ts';
import { at, iso } from './stage.ts';

/** From a late case to a corrected rank, as people do it: over HTTP, each with the rights of his place. */
let base: TestDatabase;
let stage: MatterStage;
let caseId = '';

beforeAll(async () => {
  base = await openTestDatabase();
  stage = await openMatterStage(base);
  const days = { typeId: 'licence', counting: 'day', promised: 5, statutory: 10 } as const;
  const item = { ...days, name: { zh: '许可', en: 'Permit' }, validFrom: at('01-01 00:00') };
  for (const county of ['north', 'south'])
    await stage.cases.registers.putItem(`permit-${county}`, { ...item, departmentId: `tax-${county}` }, null);
});
afterAll(async () => {
  await stage.close();
  await base.close();
});

const get = <T>(who: string, url: string) => stage.ask<T>(who, 'GET', url);
const post = <T>(who: string, url: string, body: object) => stage.ask<T>(who, 'POST', url, body);
const cards = async (who: string, query = '') => (await get<CardsAnswer>(who, `/api/cards?${query}`)).cards;
const latest = async () => (await cards('north'))[0]!;
/** Acts on what is there now; gives the card as it is then, or the code of the refusal. */
async function act(who: string, id: string, path: 'acts' | 'answers' | 'revocation', name: string) {
  const { acts: seen } = await get<CardDetail>('mayor', `/api/cards/${id}`);
  return post<CardDetail | string>(who, `/api/cards/${id}/${path}`, { act: name, seen, note: 'words' });
}
const ranks = async (who: string) => {
  const { scores } = await get<Performance>(who, '/api/performance?month=2026-03&of=department');
  return scores.map(({ subjectId, score, rank }) => [subjectId, score, rank]);
};
/** Who was told of a card, and when he read it. */
const notices = async (id: string) => {
  await stage.cardNotices.settled();
  const all = await get<CardNotice[]>('north', `/api/cards/${id}/notices`);
  return all.map(({ what, username, readAt }) => [what, username, readAt]);
};
const levels = async (who: string) => {
  const { cases } = await get<CasesAnswer>(who, '/api/cases');
  return cases.map(({ number, level }) => [number, level]);
};

it('warns before the promise, in the county of the case and in the city above it', async () => {
  caseId = (await post<CaseDetail>('north', '/api/cases', { number: 'N-1', itemId: 'permit-north' })).id;
  for (const county of ['north', 'south']) {
    const { id } = await post<CaseDetail>(county, '/api/cases', { itemId: `permit-${county}` });
    await post(county, `/api/cases/${id}/finish`, { outcome: 'approved' });
  }
  await stage.until('03-12 17:01');
  expect([await levels('north'), await levels('mayor'), await levels('south')]).toEqual([
    ...[[['N-1', 'warning']], [['N-1', 'warning']]],
    [],
  ]);
  expect(await get('south', `/api/cases/${caseId}`)).toBe('NOT_FOUND');
  expect(await cards('mayor')).toEqual([]);
});

it('shows yellow to whoever may issue it, and takes a feedback back and forth', async () => {
  await stage.until('03-16 17:01');
  expect(await stage.inbox('north')).toEqual(['issue N-1']);
  expect([await stage.inbox('south'), await cards('south')]).toEqual([[], []]);
  const yellow = await latest();
  expect(yellow).toMatchObject({ level: 'yellow', state: 'proposed', caseNumber: 'N-1' });
  expect(await act('south', yellow.id, 'acts', 'issue')).toBe('NOT_FOUND');
  expect(await act('north', yellow.id, 'acts', 'issue')).toMatchObject({ state: 'issued', counts: true });
  // who answers for it is told, and nobody else; that he has read it stands with the card
  expect(await notices(yellow.id)).toEqual([['issued', 'north-hall', null]]);
  expect(stage.told).toEqual(['issued N-1 ']);
  expect(await stage.inbox('north-hall')).toEqual(['feedback N-1', 'read N-1']);
  expect((await stage.send('north-hall', 'POST', `/api/cards/${yellow.id}/notices/read`)).statusCode).toBe(204);
  expect((await stage.send('south', 'POST', `/api/cards/${yellow.id}/notices/read`)).statusCode).toBe(404);
  expect(await notices(yellow.id)).toEqual([['issued', 'north-hall', iso('03-16 17:01')]]);
  expect(await stage.inbox('north-hall')).toEqual(['feedback N-1']);
  expect(await act('north-hall', yellow.id, 'answers', 'feedback')).toMatchObject({ feedback: 'given' });
  expect(await act('north', yellow.id, 'acts', 'return')).toMatchObject({ feedback: 'returned' });
  expect(await stage.inbox('north-hall')).toEqual(['feedback N-1']);
  expect(await ranks('mayor')).toEqual([
    ['tax-south', 100, 1],
    ['tax-north', 98, 2],
  ]);
});

it('goes on to red, which alone counts, and is appealed against up to the city', async () => {
  await stage.until('03-23 17:01');
  const red = await latest();
  expect(red).toMatchObject({ level: 'red', state: 'proposed' });
  const grave = stage.cases.registers.levels().find(({ id }) => id === 'red')!;
  const to = [{ outputId: 'duty-sms', recipients: ['13900000001'] }];
  await stage.cases.registers.putLevel({ ...grave, telling: { above: true, to } });
  await act('north', red.id, 'acts', 'issue');
  // the office above hears of it as well
  expect((await notices(red.id)).map(([what, who]) => `${what} ${who}`)).toEqual([
    ...['issued deputy', 'issued mayor', 'issued north-hall'],
  ]);
  expect(stage.told.at(-1)).toBe('issued N-1 duty-sms');
  expect(await ranks('north')).toEqual([['tax-north', 95, 2]]);
  expect(await act('north-hall', red.id, 'answers', 'appeal')).toMatchObject({ appeal: 'lodged' });
  expect(await act('north-hall', red.id, 'acts', 'reject-appeal')).toBe('FORBIDDEN');
  expect(await stage.inbox('north')).toContain('reject-appeal N-1');
  expect(await act('north', red.id, 'acts', 'reject-appeal')).toMatchObject({ appeal: 'rejected', above: false });
  expect(await act('north-hall', red.id, 'answers', 'escalate-appeal')).toMatchObject({ appeal: 'escalated' });
  expect(await stage.inbox('north')).not.toContain('reject-appeal N-1');
  expect(await stage.inbox('mayor')).toContain('reject-appeal N-1');
  // the county has no say in it any more
  expect(await act('north', red.id, 'revocation', 'revoke')).toBe('CARD_ACT_REFUSED');
});

it('is revoked by two persons of the city, stays in sight, and the ranking is corrected', async () => {
  const red = await latest();
  await act('mayor', red.id, 'revocation', 'revoke');
  expect(await act('mayor', red.id, 'revocation', 'confirm-revoke')).toBe('CARD_SECOND_PERSON');
  expect(await stage.inbox('deputy')).toContain('confirm-revoke N-1');
  expect(await act('deputy', red.id, 'revocation', 'confirm-revoke')).toMatchObject({
    ...{ state: 'revoked', appeal: 'upheld', counts: false },
  });
  expect((await notices(red.id)).filter(([what]) => what === 'revoked').map(([, who]) => who)).toEqual([
    ...['deputy', 'mayor', 'north-hall'],
  ]);
  // the yellow one below it counts again
  const [yellow] = await cards('north', 'level=yellow');
  expect(yellow).toMatchObject({ state: 'issued', counts: true });
  expect(await ranks('mayor')).toEqual([
    ['tax-south', 100, 1],
    ['tax-north', 98, 2],
  ]);
  await act('north', yellow!.id, 'revocation', 'revoke');
  await act('north-deputy', yellow!.id, 'revocation', 'confirm-revoke');
  expect(await ranks('mayor')).toEqual([
    ['tax-north', 100, 1],
    ['tax-south', 100, 1],
  ]);
  expect((await cards('mayor', 'state=revoked')).map(({ level }) => level)).toEqual(['red', 'yellow']);
});

it('leaves a department that works in no hall to whoever has its region whole', async () => {
  const { registers } = stage.cases;
  const name = { zh: '规划', en: 'Planning' };
  await registers.putDepartment({ id: 'plan-north', name, regionId: 'north' });
  const days = {
    typeId: 'licence',
    counting: 'day',
    promised: 1,
    statutory: 10,
    validFrom: at('01-01 00:00'),
  } as const;
  await registers.putItem('plan', { ...days, name, departmentId: 'plan-north' }, null);
  expect(await post('south', '/api/cases', { itemId: 'plan' })).toBe('CASE_ACT_REFUSED');
  const { id } = await post<CaseDetail>('north', '/api/cases', { number: 'P-1', itemId: 'plan' });
  await stage.until('03-25 00:01');
  const [card] = await cards('north', 'departmentId=plan-north');
  const issued = await act('north', card!.id, 'acts', 'issue');
  expect(issued).toMatchObject({ level: 'yellow', state: 'issued', hallId: null });
  const shown = (who: string) =>
    Promise.all([
      levels(who).then((rows) => rows.some(([number]) => number === 'P-1')),
      cards(who, 'state=issued').then((rows) => rows.some(({ caseNumber }) => caseNumber === 'P-1')),
      get(who, `/api/cases/${id}`).then((found) => found !== 'NOT_FOUND'),
      get(who, `/api/cards/${card!.id}`).then((found) => found !== 'NOT_FOUND'),
      ranks(who).then((rows) => rows.some(([department]) => department === 'plan-north')),
    ]);
  for (const who of ['north', 'mayor']) expect(await shown(who)).toEqual([true, true, true, true, true]);
  for (const who of ['south', 'north-hall']) expect(await shown(who)).toEqual([false, false, false, false, false]);
  const month = '/api/performance/events?month=2026-03&of=department&subjectId=plan-north&figure=cardPoints';
  expect(await get('south', month)).toBe('NOT_FOUND');
  expect(await get('north', month)).toMatchObject({ events: [{ is: 'card', id: card!.id }] });
});
