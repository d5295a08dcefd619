import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FileReceipt } from '#contract/exchange.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { dayOf, xlsxOf, type MadeCell } from '../../helpers/xlsx-file.ts';
import { at, openCaseStage, type CaseStage } from './stage.ts';

const ROWS = 10_000;
const TITLES = ['案号', 'item', '受理时间', '办结时间', '办理结果', '备注'];
const accepted = Date.parse(at('03-06 09:00'));

/** Every 97th row is broken, in one of these ways after the other. */
const broken: { why: string; break: (row: MadeCell[], before: MadeCell) => MadeCell[] }[] = [
  { why: 'shape', break: ([, ...rest]) => [null, ...rest] },
  { why: 'item-unknown', break: ([number, , ...rest]) => [number!, 'SW-999', ...rest] },
  { why: 'shape', break: ([number, item, , ...rest]) => [number!, item!, 'yesterday', ...rest] },
  { why: 'before-acceptance', break: ([number, item, from]) => [number!, item!, from!, dayOf(accepted - 60_000), '1'] },
  { why: 'outcome-missing', break: ([number, item, from]) => [number!, item!, from!, dayOf(accepted + 60_000)] },
  { why: 'in-the-future', break: ([number, item]) => [number!, item!, dayOf(accepted + 30 * 24 * 3600_000)] },
  { why: 'number-twice', break: ([, ...rest], before) => [before, ...rest] },
  { why: 'item-of-others', break: ([number, , ...rest]) => [number!, 'plot', ...rest] },
];

async function brokenTable() {
  const refused: { row: number; why: string }[] = [];
  const rows: MadeCell[][] = [TITLES];
  for (let n = 0; n < ROWS; n += 1) {
    const row: MadeCell[] = [`B-${String(n).padStart(5, '0')}`, 'SW-001', dayOf(accepted + (n % 3600) * 1000)];
    const fault = n % 97 === 96 ? broken[refused.length % broken.length]! : null;
    if (fault) refused.push({ row: n + 2, why: fault.why });
    rows.push(fault ? fault.break(row, rows.at(-1)![0]!) : row);
  }
  return { bytes: await xlsxOf(rows), refused };
}

describe('the watched folder', () => {
  let base: TestDatabase;
  let stage: CaseStage;
  let folder: string;
  const own = (...names: string[]) => path.join(folder, 'tax-system', ...names);

  beforeAll(async () => {
    base = await openTestDatabase();
    folder = await mkdtemp(path.join(tmpdir(), 'hallwatch-exchange-'));
    stage = await openCaseStage(base, { exchangeFolder: folder });
    await stage.cases.exchange.putSource('tax-system', {
      name: { zh: '税务', en: 'Tax' },
      departmentIds: ['tax'],
      codes: { items: { 'SW-001': 'invoice' }, outcomes: { '1': 'approved' }, columns: { 案号: 'number' } },
    });
  });
  afterAll(async () => {
    await stage.close();
    await base.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Puts a file there, and gives its receipt. */
  async function put(name: string, bytes: Buffer | string): Promise<FileReceipt & { into: string }> {
    await stage.cases.files.look();
    await writeFile(own(name), bytes);
    for (let look = 0; look < 2; look += 1) await stage.cases.files.look();
    for (const into of ['taken', 'refused']) {
      const found = (await readdir(own(into)).catch(() => [])).filter((each) => each.endsWith(`${name}.receipt.json`));
      const last = found.toSorted().at(-1);
      if (last) return { into, ...FileReceipt.parse(JSON.parse(await readFile(own(into, last), 'utf8'))) };
    }
    throw new Error(`no receipt of ${name}`);
  }
  const count = async () => (await base.db.query<{ n: number }>('SELECT count(*) AS n FROM handled_case'))[0]!.n;

  it('names every bad row of a broken table of ten thousand, takes the good ones, and once', async () => {
    const { bytes, refused } = await brokenTable();
    const first = await put('march.xlsx', bytes);
    expect(first).toMatchObject({ into: 'taken', rows: ROWS, unchanged: 0, ignored: ['备注'], error: null });
    expect(first.refused.map(({ row, why }) => ({ row, why }))).toEqual(refused);
    expect(refused.length).toBe(103);
    expect(first.taken).toBe(ROWS - refused.length);
    expect(await count()).toBe(first.taken);

    stage.clock.advance(1000);
    const second = await put('again.xlsx', bytes);
    expect(second).toMatchObject({ taken: 0, unchanged: first.taken });
    expect(second.refused).toEqual(first.refused);
    expect(await count()).toBe(first.taken);
    expect((await stage.cases.exchange.sources())[0]!.heardAt).toBe(new Date(stage.clock.now()).toISOString());
  });

  it('reads tables of text and the JSON of the exchange, with local times and with zones', async () => {
    const table =
      'number;item;acceptedAt;finishedAt;outcome\nC-1;SW-001;2026/3/6 9:30;2026-03-09T01:00:00Z;1\nC-2;SW-001;x;;\n';
    expect(await put('list.csv', table)).toMatchObject({
      taken: 1,
      refused: [{ row: 3, number: 'C-2', why: 'shape' }],
    });
    const [row] = (await stage.cases.list({ open: 'false', number: 'C-1', limit: 1 }, null)).cases;
    expect(row).toMatchObject({ acceptedAt: '2026-03-06T01:30:00.000Z', finishedAt: '2026-03-09T01:00:00.000Z' });
    const cases = [{ number: 'D-1', revision: 1, item: 'SW-001', acceptedAt: at('03-06 09:00') }];
    expect(await put('batch.json', JSON.stringify({ cases }))).toMatchObject({ taken: 1, refused: [] });
  });

  it('lays aside what cannot be read, and says why', async () => {
    expect(await put('broken.xlsx', 'no workbook')).toMatchObject({
      into: 'refused',
      error: 'no workbook: invalid zip data',
    });
    expect(await put('other.csv', 'name,age\nx,7\n')).toMatchObject({ into: 'refused', error: 'no column number' });
    expect((await readdir(own())).toSorted()).toEqual(['refused', 'taken']);
  });

  it('waits until a file has stopped growing, and leaves alone what is no table', async () => {
    await writeFile(own('slow.csv'), 'number,item\n');
    await writeFile(own('.hidden.csv'), 'number,item\n');
    await stage.cases.files.look();
    await writeFile(own('slow.csv'), 'number,item,acceptedAt\nE-1,SW-001,2026-03-06 09:00\n');
    await utimes(own('slow.csv'), 1, 1);
    await stage.cases.files.look();
    expect(await readdir(own())).toContain('slow.csv');
    await stage.cases.files.look();
    expect((await readdir(own())).toSorted()).toEqual(['.hidden.csv', 'refused', 'taken']);
    expect((await stage.cases.list({ open: 'true', number: 'E-1', limit: 1 }, null)).cases).toHaveLength(1);
  });
});
