import type { CasesAnswer } from '#contract/cases.ts';
import { openCaseCity, SMALL_HALL, type CaseCity } from '../case-city.ts';
import { quantile, type FigurePrinter } from '../figures.ts';

const suite = 'cases';
const BATCH = 5000;
const IMPORTED = 100_000;
const OPEN = 1_000_000;
/** Ticks that are measured, each of a whole batch of the clock. */
const TICKS = 20;
const OF_TICK = 200;
const ROUNDS = 40;

/** A million open cases: how fast they come in, what a tick of their clock costs, how soon a list is there. */
export async function cases(printer: FigurePrinter): Promise<void> {
  const city = await openCaseCity();
  try {
    await importing(city, printer);
    await city.cases.due.settled();
    await city.db.query('VACUUM ANALYZE');
    await city.db.query('CHECKPOINT');
    const few = await ticks(city);
    printer.say(`open cases are made up to ${OPEN / 1e6} million`);
    await multiply(city);
    const many = await ticks(city);
    printer.print({
      ...{ suite, figure: 'cases.tick_ms', value: quantile(many, 0.5), unit: 'ms' },
      reference: { name: `with ${IMPORTED / 1000}k open`, value: quantile(few, 0.5) },
      note: `median of ${TICKS} ticks of ${OF_TICK} due cases, ${OPEN / 1e6} million open`,
    });
    await lists(city, printer);
    await ranking(city, printer);
  } finally {
    await city.close();
  }
}

/** Beside what PostgreSQL takes to copy the finished rows into a table with the same indexes. */
async function importing(city: CaseCity, printer: FigurePrinter): Promise<void> {
  const bodies = Array.from({ length: IMPORTED / BATCH }, (_, batch) =>
    JSON.stringify({ cases: Array.from({ length: BATCH }, (_, i) => city.caseRow(batch * BATCH + i)) }),
  );
  const began = performance.now();
  for (const body of bodies) {
    const { taken } = await city.handOver(body);
    if (taken !== BATCH) throw new Error(`${taken} of ${BATCH} taken`);
  }
  const perSecond = IMPORTED / ((performance.now() - began) / 1000);
  const copied = await copy(city);
  printer.print({
    ...{ suite, figure: 'cases.import_per_s', value: perSecond, unit: 'cases/s', aim: 5000, atLeast: true },
    reference: { name: 'COPY of the finished rows', value: copied },
    note: `${IMPORTED / 1000}k over HTTP in batches of ${BATCH}, each with a step, one in ten with a procedure`,
  });
  const again = performance.now();
  for (const body of bodies) await city.handOver(body);
  printer.print({
    ...{ suite, figure: 'cases.resend_per_s', unit: 'cases/s' },
    value: IMPORTED / ((performance.now() - again) / 1000),
    note: 'the same once more: nothing changes',
  });
}

/** Rows per second of the server's own COPY from a file into a table of the same form, indexes and all. */
async function copy({ db }: CaseCity): Promise<number> {
  await db.query(`CREATE TABLE copied (LIKE handled_case INCLUDING ALL)`);
  const [row] = await db.query<{ folder: string }>(`SELECT current_setting('data_directory') AS folder`);
  const file = `${row!.folder}/bench.copy`;
  await db.query(`COPY handled_case TO '${file}'`);
  const began = performance.now();
  await db.query(`COPY copied FROM '${file}'`);
  const seconds = (performance.now() - began) / 1000;
  await db.query('DROP TABLE copied');
  return IMPORTED / seconds;
}

/** What is there, nine times more, each time accepted a month earlier. None of it is due, and a tenth is overdue. */
async function multiply({ db, clock }: CaseCity): Promise<void> {
  for (let n = 1; n < OPEN / IMPORTED; n += 1) {
    await db.query(
      `INSERT INTO handled_case (id, source_id, number, revision, content, item_id, item_version, department_id, region_id,
         hall_id, state, accepted_at, step, clock, promised_at, statutory_at, provisional, level, next_due_at, received_at,
         first_received_at)
       SELECT overlay(id placing substr('23456789AB', $1::int, 1) from 2 for 1), source_id, $1 || '-' || number, revision,
         content, item_id, item_version, department_id, region_id, hall_id, state, accepted_at - make_interval(months => $1), step,
         clock, promised_at + make_interval(days => CASE $1 WHEN 1 THEN -60 ELSE $1 END), statutory_at + make_interval(days => $1), provisional, level,
         greatest(next_due_at, $2::timestamptz) + make_interval(days => $1), received_at, first_received_at
       FROM handled_case WHERE number LIKE '2026-%'`,
      [n, new Date(clock.now()).toISOString()],
    );
  }
  await db.query('VACUUM ANALYZE');
  await db.query('CHECKPOINT');
}

/** Milliseconds of ticks of the clock of cases, each with a batch of cases whose next instant has come. */
async function ticks({ cases, clock, db }: CaseCity): Promise<number[]> {
  const times: number[] = [];
  for (let i = -3; i < TICKS; i += 1) {
    await db.query(
      `UPDATE handled_case SET next_due_at = $1
       WHERE id IN (SELECT id FROM handled_case WHERE number LIKE '2026-%' ORDER BY md5(number || $2) LIMIT ${OF_TICK})`,
      [new Date(clock.now()).toISOString(), String(i)],
    );
    const began = performance.now();
    const judged = await cases.due.tick();
    if (i >= 0) times.push(performance.now() - began);
    if (judged !== OF_TICK) throw new Error(`${judged} judged`);
  }
  return times;
}

/** Departments are ranked by what they finished in a month: a tenth of all cases, decided within it. */
async function ranking({ db, clock, get }: CaseCity, printer: FigurePrinter): Promise<void> {
  await db.query(
    `UPDATE handled_case SET state = 'finished', outcome = 'approved', clock = 'off', next_due_at = NULL,
       finished_at = $1::timestamptz - make_interval(mins => (revision + ascii(right(number, 1))) * 60)
     WHERE number LIKE '2026-%'`,
    [new Date(clock.now()).toISOString()],
  );
  await db.query('VACUUM ANALYZE handled_case');
  await measured(
    'ranking of departments in a month',
    () => get('/api/performance?month=2026-03&of=department'),
    printer,
  );
}

/** Each way to look at open cases, and one case, over HTTP. */
async function lists({ cases, departmentIds, fetchOk, get, itemIds }: CaseCity, printer: FigurePrinter): Promise<void> {
  const first = (await get('/api/cases?limit=200')) as CasesAnswer;
  const ids = first.cases.map(({ id }) => id);
  const pick = <T>(from: readonly T[], i: number) => from[(i * 7) % from.length]!;
  const hall = (i: number) => `hall-${(i % 9) + 1}`;
  const ways: Record<string, (i: number) => Promise<unknown>> = {
    'all, first page': () => get('/api/cases'),
    'all, a page behind': () => get(`/api/cases?after=${encodeURIComponent(first.next!)}`),
    'of a region': () => get('/api/cases?regionId=region-a'),
    'of a hall': (i) => get(`/api/cases?hallId=${hall(i)}`),
    'of a department': (i) => get(`/api/cases?departmentId=${pick(departmentIds, i)}`),
    'of a small county': () => get('/api/cases?regionId=region-b'),
    'of an item': (i) => get(`/api/cases?itemId=${pick(itemIds, i)}`),
    'of a level': (i) => get(`/api/cases?level=${pick(['warning', 'yellow'], i)}`),
    'of a level in a hall': (i) => get(`/api/cases?level=warning&hallId=${hall(i)}`),
    'by its number': (i) => get(`/api/cases?number=2026-000${(i * 997) % 100_000}`),
    'by a number that is none': (i) => get(`/api/cases?number=none-${i}`),
    'of three halls that one may see': (i) =>
      cases.list(
        { open: 'true', limit: 100 },
        {
          hallIds: [hall(i), hall(i + 1), hall(i + 2)],
          regionIds: [],
        },
      ),
    'of small halls that one may see': () =>
      cases.list(
        { open: 'true', limit: 100 },
        {
          hallIds: [SMALL_HALL, 'hall-none', 'hall-never'],
          regionIds: ['region-a', 'region-b'],
        },
      ),
    'statistics of the city, twelve months': () => get('/api/statistics?month=2026-03'),
    'statistics of a region': () => get('/api/statistics?month=2026-03&regionId=region-a'),
    'statistics of a department, by item': (i) =>
      get(`/api/statistics?month=2026-03&departmentId=${pick(departmentIds, i)}`),
    'statistics as a workbook': () => fetchOk('/api/statistics.xlsx?month=2026-03&language=en'),
    'one case with its traces': (i) => get(`/api/cases/${pick(ids, i)}`),
  };
  for (const [way, ask] of Object.entries(ways)) await measured(way, ask, printer);
}

async function measured(way: string, ask: (i: number) => Promise<unknown>, printer: FigurePrinter): Promise<void> {
  const times: number[] = [];
  for (let i = -2; i < ROUNDS; i += 1) {
    const began = performance.now();
    await ask(i + 2);
    if (i >= 0) times.push(performance.now() - began);
  }
  printer.print({
    ...{ suite, figure: way, value: quantile(times, 0.95), unit: 'ms', aim: 100 },
    note: `p95 of ${ROUNDS}, median ${quantile(times, 0.5).toFixed(1)}; ${OPEN / 1e6} million open`,
  });
}
