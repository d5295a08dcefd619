import { EXCHANGE_FIELDS, type ExchangeField } from '#contract/exchange.ts';
import { rowsOfCsv, textOf } from '#lib/csv-read.ts';
import { rowsOfXlsx, XlsxError, type XlsxCell } from '#lib/xlsx-read.ts';

/** Cases as a file has them, before anybody looked at them. */
export interface FiledCase {
  /** Of a table the number of its row, as people see it; of JSON the place from 0. */
  row: number;
  given: unknown;
}

export interface FiledCases {
  cases: FiledCase[];
  /** Columns that mean nothing here. */
  ignored: string[];
}

/** A file that cannot be read as a whole, and why. */
export class FileUnreadable extends Error {}

/** Titles of columns as offices write them. */
const TITLES: Readonly<Record<ExchangeField, readonly string[]>> = {
  number: ['办件编号', '编号', 'case number'],
  revision: ['修订', '版本'],
  item: ['事项编码', '事项', 'item code'],
  hall: ['大厅'],
  window: ['窗口'],
  ticket: ['排队号'],
  acceptedAt: ['受理时间', 'accepted'],
  refusedAt: ['不予受理时间', 'refused'],
  returnedAt: ['退回时间', 'returned'],
  voidedAt: ['作废时间', 'voided'],
  finishedAt: ['办结时间', 'finished'],
  outcome: ['办理结果', '结果'],
};
const TIMES: readonly ExchangeField[] = ['acceptedAt', 'refusedAt', 'returnedAt', 'voidedAt', 'finishedAt'];
/** Times without a zone are those of the nation's one clock. */
const ZONE = '+08:00';
const LOCAL = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;

/**
 * Reads a file of cases by the ending of its name: JSON as it is sent over HTTP, CSV, XLSX.
 * @param columns titles of this source and what they are here
 * @throws FileUnreadable
 */
export async function casesIn(
  name: string,
  bytes: Buffer,
  columns: Readonly<Record<string, ExchangeField>>,
  signal: AbortSignal,
): Promise<FiledCases> {
  if (name.endsWith('.json')) return ofJson(bytes);
  if (name.endsWith('.csv')) return ofTable(rowsOfCsv(textOf(bytes)), columns);
  try {
    return ofTable(await rowsOfXlsx(bytes, { signal }), columns);
  } catch (cause) {
    if (cause instanceof XlsxError) throw new FileUnreadable(cause.message, { cause });
    throw cause;
  }
}

function ofJson(bytes: Buffer): FiledCases {
  let read: unknown;
  try {
    read = JSON.parse(textOf(bytes));
  } catch (cause) {
    throw new FileUnreadable('not JSON', { cause });
  }
  const cases = Array.isArray(read) ? read : (read as { cases?: unknown } | null)?.cases;
  if (!Array.isArray(cases)) throw new FileUnreadable('no list of cases');
  return { cases: cases.map((given: unknown, row) => ({ row, given })), ignored: [] };
}

function ofTable(rows: readonly (readonly XlsxCell[])[], columns: Readonly<Record<string, ExchangeField>>): FiledCases {
  const first = rows.findIndex((row) => row.some(hasText));
  if (first < 0) throw new FileUnreadable('empty');
  const titles = rows[first]!.map((cell) => String(cell ?? '').trim());
  const fields = titles.map((title) => fieldOf(title, columns));
  for (const needed of ['number', 'item'] as const)
    if (!fields.includes(needed)) throw new FileUnreadable(`no column ${needed}`);
  const cases = rows.flatMap((row, i) =>
    i > first && row.some(hasText) ? [{ row: i + 1, given: caseOf(row, fields) }] : [],
  );
  return { cases, ignored: titles.filter((title, i) => title !== '' && !fields[i]) };
}

function fieldOf(title: string, columns: Readonly<Record<string, ExchangeField>>): ExchangeField | undefined {
  const own = Object.hasOwn(columns, title) ? columns[title] : undefined;
  const lower = title.toLowerCase();
  return own ?? EXCHANGE_FIELDS.find((field) => field.toLowerCase() === lower || TITLES[field].includes(lower));
}

function caseOf(row: readonly XlsxCell[], fields: readonly (ExchangeField | undefined)[]): object {
  // a list that is handed over once knows no revisions
  const given: Partial<Record<ExchangeField, unknown>> = { revision: 1 };
  for (const [i, field] of fields.entries()) {
    const cell = row[i];
    if (!field || !hasText(cell)) continue;
    const text = String(cell).trim();
    given[field] = field === 'revision' ? Number(text) : TIMES.includes(field) ? instantOf(text) : text;
  }
  return given;
}

function hasText(cell: XlsxCell | undefined): boolean {
  return cell !== null && cell !== undefined && String(cell).trim() !== '';
}

/** `2026/3/9 9:30` as an instant; what is written otherwise is looked at as it is. */
function instantOf(text: string): string {
  const found = LOCAL.exec(text);
  if (!found) return text;
  const [year, ...rest] = found.slice(1).map((part = '0') => part.padStart(2, '0'));
  const [month, day, hour, minute, second] = rest;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}${ZONE}`;
}
