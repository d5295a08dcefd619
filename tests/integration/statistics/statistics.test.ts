import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Statistics } from '#contract/statistics.ts';
import { rowsOfXlsx } from '#lib/xlsx-read.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { at } from '../cases/stage.ts';
import { openMatterStage, type MatterStage } from '../matters/stage.ts';

/** Cases of two counties over four months, and what each level is shown of them. */
let base: TestDatabase;
let stage: MatterStage;
const permit = {
  typeId: 'licence',
  counting: 'day',
  promised: 5,
  statutory: 10,
  validFrom: at('01-01 00:00'),
} as const;

beforeAll(async () => {
  base = await openTestDatabase();
  stage = await openMatterStage(base);
  const { exchange, registers } = stage.cases;
  for (const county of ['north', 'south'])
    await registers.putItem(
      `permit-${county}`,
      { ...permit, name: { zh: county, en: county }, departmentId: `tax-${county}` },
      null,
    );
  const departmentIds = ['tax-north', 'tax-south'];
  const source = await exchange.putSource('city', { name: { zh: '市', en: 'City' }, departmentIds });
  await stage.until('06-15 10:00');
  // in June the north has far more than usual; in May nothing is out of the way
  const volumes: Record<string, [number, number]> = {
    '02': [20, 10],
    '03': [22, 11],
    '04': [18, 9],
    '05': [21, 10],
    '06': [80, 4],
  };
  const rows = Object.entries(volumes).flatMap(([month, ofCounties]) =>
    ofCounties.flatMap((count, c) =>
      Array.from({ length: count }, (_, n) => {
        const county = c === 0 ? 'north' : 'south';
        const isOpen = month === '06' || n === 0;
        return {
          ...{
            number: `${county}-${month}-${n}`,
            revision: 1,
            item: `permit-${county}`,
            acceptedAt: at(`${month}-08 10:00`),
          },
          // the second of each is finished late
          ...(!isOpen && { finishedAt: at(`${month}-${n === 1 ? 28 : '09'} 10:00`), outcome: 'approved' }),
        };
      }),
    ),
  );
  expect(await exchange.take(source, rows, Buffer.alloc(0))).toMatchObject({ refused: [] });
  await stage.cases.due.settled();
  const [card] = (await stage.cases.cards.list({ level: 'red', limit: 500 }, null)).cards.filter(
    ({ caseNumber }) => caseNumber === 'north-05-0',
  );
  await stage.cases.cards.act(card!.id, { act: 'issue', seen: 1, note: 'looked at' }, 'li');
  await stage.ask('north-hall', 'POST', '/api/voices', {
    kind: 'complaint',
    hallId: 'hall-north',
    title: 't',
    text: 't',
  });
});
afterAll(async () => {
  await stage.close();
  await base.close();
});

const read = (who: string, query: string) => stage.ask<Statistics>(who, 'GET', `/api/statistics?${query}`);
const accepted = ({ rows }: Statistics) => rows.map(({ of, id, figures }) => `${of} ${id} ${figures.accepted}`);

it('sets counties beside each other for the city above them, and goes down to departments and items', async () => {
  const all = await read('mayor', 'month=2026-05');
  expect([accepted(all), all.total.figures.accepted]).toEqual([['region city 31'], 31]);
  const city = await read('mayor', 'month=2026-05&regionId=city');
  expect(accepted(city)).toEqual(['region north 21', 'region south 10']);
  expect(city.rows[0]).toMatchObject({
    figures: { finished: 20, late: 1 },
    before: { accepted: 18 },
    usual: 20,
    abnormal: null,
  });
  const north = await read('mayor', 'month=2026-05&regionId=north');
  expect([north.path.map(({ id }) => id), accepted(north)]).toEqual([['city', 'north'], ['department tax-north 21']]);
  const department = await read('mayor', 'month=2026-05&departmentId=tax-north');
  expect(accepted(department)).toEqual(['item permit-north 21']);
  expect(department.months.map(({ figures }) => figures.accepted)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 20, 22, 18, 21]);
});

it('shows a county its own, and no more', async () => {
  expect((await read('north', 'month=2026-05')).total.figures.accepted).toBe(21);
  expect(accepted(await read('north', 'month=2026-05&regionId=city'))).toEqual(['region north 21']);
  expect([
    await read('north', 'month=2026-05&regionId=south'),
    await read('north', 'month=2026-05&departmentId=tax-south'),
  ]).toEqual([...['NOT_FOUND', 'NOT_FOUND']]);
});

it('counts what is open and overdue now, cards by the month of their issue, and judges a month when it is over', async () => {
  const june = await read('mayor', 'month=2026-06&regionId=city');
  const [north, south] = june.rows;
  // of each month one is open and long overdue; those of June are promised for the 15th, 17:00
  expect(north).toMatchObject({
    figures: { accepted: 80, open: 84, overdue: 4, red: 1, complaints: 1 },
    abnormal: null,
  });
  expect(south).toMatchObject({ figures: { accepted: 4, red: 0, complaints: 0 } });
  // in the course of the day, and on the next one
  for (const later of ['06-15 17:01', '06-16 00:01']) {
    await stage.until(later);
    expect((await read('mayor', 'month=2026-06')).total.figures).toMatchObject({ open: 92, overdue: 92 });
  }
  await stage.until('07-01 09:00');
  expect((await read('mayor', 'month=2026-06&regionId=city')).rows.map(({ abnormal }) => abnormal)).toEqual([
    'high',
    null,
  ]);
});

it('is a workbook as well, in the language of whoever asks', async () => {
  const answer = await stage.send('mayor', 'GET', '/api/statistics.xlsx?month=2026-06&regionId=city&language=en');
  const rows = await rowsOfXlsx(answer.rawPayload);
  expect(rows.map(([name, count]) => [name, count])).toEqual([
    ['Name', 'Accepted'],
    ['north', 80],
    ['south', 4],
    ['Total', 84],
  ]);
  expect(rows[1]!.at(-1)).toBe('high');
});
