import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CardDetail, CardsAnswer } from '#contract/cards.ts';
import type { CaseDetail, CasesAnswer } from '#contract/cases.ts';
import type { Role } from '#contract/permissions.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { OwnIntake } from '../../../server/features/cases/own-intake.ts';
import { at, iso, openCaseStage, type CaseStage } from './stage.ts';

const row = { number: 'A-1', revision: 1, item: 'invoice', acceptedAt: at('03-09 09:30') };

describe('the clock of cases, and cards', () => {
  let base: TestDatabase;
  let stage: CaseStage;
  beforeAll(async () => {
    base = await openTestDatabase();
  });
  afterAll(() => base.close());
  beforeEach(async () => {
    stage = await openCaseStage(base);
  });
  afterEach(() => stage.close());

  /** Moves time to there; what is due is judged. */
  async function until(text: string): Promise<void> {
    stage.clock.advance(Date.parse(at(text)) - stage.clock.now());
    await stage.cases.due.settled();
  }
  const caseOf = async (number = 'A-1') => {
    const [open, ended] = await Promise.all(
      (['true', 'false'] as const).map((open) => stage.cases.list({ open, number, limit: 10 }, null)),
    );
    return [...open!.cases, ...ended!.cases][0]!;
  };
  const cardsOf = async (number = 'A-1') =>
    (await stage.cases.cards.list({ caseId: (await caseOf(number)).id, limit: 10 }, null)).cards.reverse();
  const words = async (number?: string) => (await cardsOf(number)).map(({ level, state }) => `${level} ${state}`);
  const act = (id: string, kind: 'acts' | 'answers' | 'revocation', body: object, role: Role) =>
    stage.send('POST', `/api/cards/${id}/${kind}`, body, role);
  const heard = () =>
    stage.receipt([{ ...row, number: 'other', item: 'invoice', acceptedAt: stage.clock.now() && iso('03-09 09:30') }]);

  it('raises levels at their instants and not before, and proposes the cards with their proof', async () => {
    await stage.receipt([row]);
    await until('03-12 17:00');
    expect(await caseOf()).toMatchObject({ level: null, nextDueAt: '2026-03-12T09:00:00.001Z' });
    await until('03-12 17:01');
    expect(await caseOf()).toMatchObject({ level: 'warning', nextDueAt: '2026-03-16T09:00:00.001Z' });
    expect(await words()).toEqual([]);
    await until('03-16 17:00');
    expect(await words()).toEqual([]);
    await until('03-16 17:01');
    expect(await words()).toEqual(['yellow proposed']);
    const card = await stage.cases.cards.detail((await cardsOf())[0]!.id);
    expect(card).toMatchObject({
      typeId: 'licence',
      typeVersion: 1,
      basis: { rung: { level: 'yellow', of: 'promised' }, endedAt: iso('03-16 17:00'), overageDays: 1 },
      history: [{ act: 'propose', by: null }],
    });
    expect(card.basis.limit.trace.map(({ because }) => because)).toEqual([
      ...['accepted', 'counted', 'counted', 'counted', 'counted', 'not-working', 'not-working', 'counted'],
    ]);
  });

  it('walks from yellow to red, over feedback and appeal to a revocation by two people', async () => {
    await stage.receipt([row]);
    await until('03-17 09:00');
    await heard();
    const [yellow] = await cardsOf();
    const issued = await act(yellow!.id, 'acts', { act: 'issue', seen: 1 }, 'supervisor');
    expect(issued.json()).toMatchObject({
      state: 'issued',
      issuedBy: 'supervisor',
      counts: true,
      feedbackDueAt: iso('03-24 17:00'),
      appealUntil: iso('03-24 17:00'),
    });
    const late = await act(yellow!.id, 'acts', { act: 'supervise', seen: 1, note: 'x' }, 'supervisor');
    expect(late.json()).toMatchObject({ error: { code: 'CONFLICT' } });
    const feedback = { act: 'feedback', note: 'cause, measure, owner' };
    expect((await act(yellow!.id, 'acts', { ...feedback, seen: 2 }, 'supervisor')).statusCode).toBe(400);
    expect((await act(yellow!.id, 'answers', { ...feedback, seen: 2 }, 'hall-manager')).statusCode).toBe(200);
    expect(
      (await act(yellow!.id, 'acts', { act: 'return', seen: 3, note: 'no measure' }, 'hall-manager')).statusCode,
    ).toBe(403);
    await act(yellow!.id, 'acts', { act: 'return', seen: 3, note: 'no measure' }, 'supervisor');
    expect(await stage.cases.cards.detail(yellow!.id)).toMatchObject({ feedback: 'returned', acts: 4 });

    // twenty days: Mon 6 April is off, Tue 7
    await until('04-07 17:01');
    expect(await words()).toEqual(['yellow issued', 'red proposed']);
    const [, red] = await cardsOf();
    await stage.cases.cards.act(red!.id, { act: 'issue', seen: 1, note: 'looked at' }, 'li');
    expect((await cardsOf()).map(({ counts }) => counts)).toEqual([false, true]);

    await stage.cases.cards.act(red!.id, { act: 'appeal', seen: 2, note: 'flood' }, 'wang');
    await stage.cases.cards.act(red!.id, { act: 'revoke', seen: 3, note: 'true' }, 'li');
    const alone = stage.cases.cards.act(red!.id, { act: 'confirm-revoke', seen: 4, note: '' }, 'li');
    await expect(alone).rejects.toMatchObject({ code: 'CARD_SECOND_PERSON' });
    const revoked = await stage.cases.cards.act(red!.id, { act: 'confirm-revoke', seen: 4, note: '' }, 'zhao');
    expect(revoked).toMatchObject({ state: 'revoked', appeal: 'upheld', counts: false });
    expect((await cardsOf()).map(({ counts }) => counts)).toEqual([true, false]);
    expect(revoked.history.map(({ act, by }) => `${act} ${by}`)).toEqual([
      ...['propose null', 'issue li', 'appeal wang', 'revoke li', 'confirm-revoke zhao'],
    ]);
  });

  it('lets one of two people act who saw the same', async () => {
    await stage.receipt([row]);
    await until('03-17 09:00');
    await heard();
    const [card] = await cardsOf();
    const both = await Promise.allSettled(
      ['li', 'zhao'].map((by) => stage.cases.cards.act(card!.id, { act: 'issue', seen: 1, note: '' }, by)),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'CONFLICT' } });
  });

  it('holds back what may be excused, says why, and takes back what later data do not bear out', async () => {
    await stage.receipt([row, { ...row, number: 'A-2' }]);
    await until('03-17 09:00');
    const [silent] = await cardsOf();
    // its system has said nothing since
    expect((await stage.cases.cards.detail(silent!.id)).exculpations).toMatchObject([{ kind: 'silent' }]);
    const hasty = stage.cases.cards.act(silent!.id, { act: 'issue', seen: 1, note: '' }, 'li');
    await expect(hasty).rejects.toMatchObject({ code: 'CARD_EXCUSED' });
    const finished = { ...row, revision: 2, finishedAt: at('03-13 10:00'), outcome: 'approved' };
    await stage.receipt([finished]);
    await stage.cases.due.settled();
    expect(await words()).toEqual(['yellow cancelled']);
    expect(await caseOf()).toMatchObject({ state: 'finished', level: 'warning', nextDueAt: null });
    // of the other it is known now that it was not finished
    const [other] = await cardsOf('A-2');
    expect((await stage.cases.cards.detail(other!.id)).exculpations).toEqual([]);
    await stage.cases.cards.addOutage({ beganAt: at('03-12 09:00'), endedAt: at('03-12 12:00'), note: 'power' }, 'li');
    expect((await stage.cases.cards.detail(other!.id)).exculpations).toMatchObject([{ kind: 'outage', note: 'power' }]);
  });

  it('judges a year of back data at once, by the end of each, and marks that it came late', async () => {
    const old = { ...row, acceptedAt: at('01-05 10:00'), outcome: 'approved' };
    await stage.receipt([
      { ...old, number: 'in-time', finishedAt: at('01-12 17:00') },
      { ...old, number: 'late', finishedAt: at('01-13 09:00') },
    ]);
    await stage.cases.due.settled();
    expect(await words('in-time')).toEqual([]);
    expect(await words('late')).toEqual(['yellow proposed']);
    const [card] = await cardsOf('late');
    const detail = await stage.cases.cards.detail(card!.id);
    expect(detail.basis.overageDays).toBe(1);
    expect(detail.exculpations.map(({ kind }) => kind)).toEqual(['late-data']);
  });

  it('supervises special procedures by their own planned end', async () => {
    const procedure = { kind: 'hearing', legalBasis: '46', plannedDays: 3, startedAt: at('03-09 09:45') };
    await stage.receipt([{ ...row, procedures: [procedure] }]);
    await until('03-12 17:01');
    const [card] = await cardsOf();
    expect(card).toMatchObject({ procedureId: 1, level: 'yellow', typeId: 'special-procedure' });
    await until('03-13 17:01');
    expect(await words()).toEqual(['yellow proposed', 'red proposed']);
    expect(await caseOf()).toMatchObject({ clock: 'stopped', level: null, nextDueAt: null });
  });

  it('counts anew when the calendar changes, and keeps where each case ended before', async () => {
    await stage.close();
    stage = await openCaseStage(base, { begins: '12-28 10:00' });
    await stage.receipt([
      { ...row, acceptedAt: at('12-28 10:00') },
      { ...row, number: 'A-2', item: 'refund', acceptedAt: at('12-28 10:00') },
    ]);
    const before = await caseOf();
    expect(before).toMatchObject({ promisedAt: '2027-01-04T09:00:00.000Z', provisional: true });
    const days = ['2027-01-01', '2027-01-04'].map((day) => ({ day, kind: 'holiday' as const }));
    await stage.calendar.addNotice({ title: '2027', coversFrom: '2027-01-01', coversUntil: '2027-12-31', days }, 'li');
    await expect.poll(async () => (await caseOf()).promisedAt).toBe('2027-01-06T09:00:00.000Z');
    expect(await stage.cases.detail(before.id)).toMatchObject({
      provisional: false,
      nextDueAt: '2026-12-31T09:00:00.001Z',
      recounts: [
        {
          promised: {
            before: { is: 'due', at: '2027-01-04T09:00:00.000Z', provisional: true },
            after: { is: 'due', at: '2027-01-06T09:00:00.000Z', provisional: false },
          },
        },
      ],
    });
    expect((await stage.cases.detail((await caseOf('A-2')).id)).recounts).toEqual([]);
  });

  it('issues by itself what a person has marked automatic, and only where nothing excuses it', async () => {
    const licence = stage.cases.registers.type('licence')!;
    const rungs = licence.rungs.map((rung) => (rung.level === 'yellow' ? { ...rung, automatic: true } : rung));
    await stage.cases.registers.putType('licence', { ...licence, rungs }, 'li');
    await stage.receipt([row]);
    const own = await stage.cases.own.accept({ itemId: 'invoice', number: 'H-1' }, () => true);
    await until('03-17 09:00');
    // its system has said nothing since
    expect(await words()).toEqual(['yellow proposed']);
    const [issued] = (await stage.cases.cards.list({ caseId: own, limit: 5 }, null)).cards;
    expect(issued).toMatchObject({ state: 'issued', issuedBy: null, counts: true, appealUntil: iso('03-24 17:00') });
    await stage.cases.registers.putType('licence', licence, 'li');
  });

  it('takes a card that a person proposes by hand, which needs a reason where nothing is late', async () => {
    await stage.receipt([row]);
    const { id: caseId } = await caseOf();
    const byHand = (level: string, role: Role = 'supervisor') =>
      stage.send('POST', '/api/cards', { caseId, level, note: 'sent away' }, role);
    expect((await byHand('warning')).statusCode).toBe(400);
    expect((await byHand('red', 'hall-manager')).statusCode).toBe(403);
    const { id, ...card } = (await byHand('red')).json() as CardDetail;
    expect(card).toMatchObject({ state: 'proposed', exculpations: [{ kind: 'not-late' }] });
    expect(card.history).toMatchObject([{ act: 'propose', by: 'supervisor', note: 'sent away' }]);
    expect((await byHand('red')).json()).toMatchObject({ error: { code: 'CONFLICT' } });
    expect((await act(id, 'acts', { act: 'issue', seen: 1 }, 'supervisor')).json()).toMatchObject({
      error: { code: 'CARD_EXCUSED' },
    });
    await act(id, 'acts', { act: 'issue', seen: 1, note: 'he was sent away thrice' }, 'supervisor');
    expect(await words()).toEqual(['red issued']);
  });

  it('tells the clock of a case that was taken in by hand when it is committed, and not before', async () => {
    const seen: Promise<{ n: number }[]>[] = [];
    const own = new OwnIntake({
      ...{ db: base.db, clock: stage.clock, halls: stage.halls },
      ...{ registers: stage.cases.registers, judging: stage.cases.judging },
      onTaken: () => void seen.push(base.db.query('SELECT count(*)::integer AS n FROM handled_case')),
    });
    const id = await own.accept({ itemId: 'invoice' }, () => true);
    await own.finish(id, 'approved');
    expect(await Promise.all(seen)).toEqual([[{ n: 1 }], [{ n: 1 }]]);
  });

  it('goes on after a restart, and knows that it was away', async () => {
    await stage.receipt([row]);
    await stage.cases.due.settled();
    await stage.cases.stop();
    stage.clock.advance(Date.parse(at('03-17 09:00')) - stage.clock.now());
    const next = stage.openCases();
    await next.start();
    await next.due.settled();
    const [card] = await cardsOf();
    expect(card).toMatchObject({ level: 'yellow', state: 'proposed' });
    expect((await next.cards.detail(card!.id)).exculpations.map(({ kind }) => kind)).toContain('outage');
    await next.stop();
  });

  it('lists cards, and tells the wall of cases by their level', async () => {
    await stage.receipt([row]);
    await until('03-17 09:00');
    expect(
      await stage.done<CardsAnswer>('GET', '/api/cards?state=proposed&level=yellow', undefined, 'supervisor'),
    ).toMatchObject({
      cards: [{ caseNumber: 'A-1', itemId: 'invoice', departmentId: 'tax' }],
      next: null,
    });
    const { cases } = await stage.done<CasesAnswer>('GET', '/api/cases?level=yellow', undefined, 'supervisor');
    expect(cases.map(({ number }) => number)).toEqual(['A-1']);
    expect(await stage.done<CaseDetail>('GET', `/api/cases/${cases[0]!.id}`, undefined, 'supervisor')).toMatchObject({
      overageDays: 1,
    });
    const { cards } = await stage.done<CardsAnswer>('GET', '/api/cards', undefined, 'supervisor');
    expect(await stage.done<CardDetail>('GET', `/api/cards/${cards[0]!.id}`, undefined, 'supervisor')).toMatchObject({
      case: { number: 'A-1' },
    });
  });
});
