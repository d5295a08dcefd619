import { afterAll, beforeAll, expect, it } from 'vitest';
import type { z } from 'zod';
import type { ExchangeCase, ExchangeSource } from '#contract/exchange.ts';
import { caseYear, on, WORK_DAYS, type CaseYear, type Source, type TrueCase } from '../../helpers/case-year.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { openCaseStage, type CaseStage } from './stage.ts';

/** Working days: as many as it takes for each fate to come about. `DAYS=240` is the whole year. */
const DAYS = Number(process.env['DAYS'] ?? 28);
const SOURCES: readonly Source[] = ['city-system', 'counter-system', 'street-system'];
/** Excuses that may pass: such a card is looked at again. */
const PASSING = ['silent', 'stands'];

let base: TestDatabase;
let stage: CaseStage;
let year: CaseYear;
const sources = new Map<Source, ExchangeSource>();

beforeAll(async () => {
  base = await openTestDatabase();
  year = caseYear(DAYS);
  stage = await openCaseStage(base, { begins: `${WORK_DAYS[year.first]!.slice(5)} 09:00` });
  const { cards, exchange } = stage.cases;
  for (const id of SOURCES) {
    const source = { name: { zh: id, en: id }, departmentIds: ['tax'] };
    sources.set(id, await exchange.putSource(id, source));
  }
  const { from, until } = year.outage;
  const span = { beganAt: new Date(from).toISOString(), endedAt: new Date(until).toISOString() };
  await cards.addOutage({ sourceId: 'counter-system', ...span, note: 'a cut cable' }, 'li');
});
afterAll(async () => {
  await stage.close();
  await base.close();
});

const happened = new Set<string>();
const settled = new Set<string>();

/** The supervisor's evening: he issues what nothing excuses, and holds back the rest. */
async function evening(): Promise<void> {
  const { cards } = stage.cases;
  const { cards: proposed } = await cards.list({ state: 'proposed', limit: 500 }, null);
  for (const { id, caseNumber, procedureId, level } of proposed) {
    if (settled.has(id)) continue;
    const { acts, exculpations } = await cards.detail(id);
    const card = `${caseNumber}${procedureId === null ? '' : `#${procedureId}`} ${level}`;
    const why = exculpations.map(({ kind }) => kind).sort();
    if (why.length === 0) await cards.act(id, { act: 'issue', seen: acts, note: '' }, 'li');
    happened.add(why.length === 0 ? `${card}: issued` : `${card}: held ${why.join(', ')}`);
    if (why.length > 0 && !why.some((each) => PASSING.includes(each))) settled.add(id);
  }
}

it(
  'issues just the cards of those who were late, and holds back each that may be excused, saying why',
  { timeout: DAYS * 4000 },
  async () => {
    const { clock, cases } = stage;
    for (let day = year.first; day <= year.last; day += 1) {
      const now = on(day, '17:30');
      clock.advance(now - clock.now());
      for (const [id, source] of sources) {
        if (id === 'street-system' && year.silent.from <= day && day < year.silent.until) continue;
        const told = year.cases.filter((each) => each.source === id && each.firstTold <= day && each.acceptedAt <= now);
        // all of it each evening: what is known already changes nothing
        const receipt =
          told.length > 0 &&
          (await cases.exchange.take(
            source,
            told.map((each) => asOf(each, now)),
            EMPTY,
          ));
        expect(receipt && receipt.refused).toEqual(receipt && []);
      }
      await cases.due.settled();
      await evening();
    }
    expect([...happened].sort()).toEqual(year.cases.flatMap(({ truth }) => truth).sort());
  },
);

it('knows in the end how late each was, and that it was excused stays in sight', async () => {
  const { cards } = await stage.cases.cards.list({ state: 'cancelled', limit: 500 }, null);
  const silent = cards.filter(({ caseNumber }) => caseNumber.startsWith('silent-in-time'));
  expect(silent.map(({ level }) => level)).toEqual(['yellow', 'yellow']);
});

const EMPTY = Buffer.alloc(0);

/** What its system knows of it by then; each thing that happens is a revision. */
function asOf({ number, item, acceptedAt, finishedAt, pauses }: TrueCase, now: number): z.input<typeof ExchangeCase> {
  const iso = (at: number) => new Date(at).toISOString();
  const begun = pauses.filter(({ from }) => from <= now);
  const times = [acceptedAt, finishedAt, ...pauses.flatMap(({ from, until }) => [from, until])];
  return {
    ...{ number, item, acceptedAt: iso(acceptedAt), revision: times.filter((at) => at <= now).length },
    procedures: begun.map(({ from, until, plannedDays }) => ({
      ...{ kind: 'correction', legalBasis: 'law', plannedDays, startedAt: iso(from) },
      endedAt: until <= now ? iso(until) : null,
    })),
    ...(finishedAt <= now && { finishedAt: iso(finishedAt), outcome: 'approved' }),
  };
}
