import { setImmediate } from 'node:timers/promises';
import { readZip, ZipError } from './zip-read.ts';

/** A file that is no workbook. */
export class XlsxError extends Error {}

/** A day by its number has no zone: it is given as it stands there, `2026-03-09T10:00:00`. */
export type XlsxCell = string | number | boolean | null;

/** What a workbook may unpack to. */
const MAX_BYTES = 256 * 1024 * 1024;
/** So many rows, then others have their turn. */
const ROWS_AT_ONCE = 500;
const MAX_COLUMNS = 1000;
/** Formats that are dates without saying how (ECMA-376, 18.8.30). */
const DATE_FORMATS = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
] as const;
const DAY_MS = 24 * 3600_000;
/** Day 0, so that day 60 is the leap day of 1900 that never was: days before March 1900 are one off, as in Excel. */
const EPOCH_1900 = Date.UTC(1899, 11, 30);
const EPOCH_1904 = Date.UTC(1904, 0, 1);

/**
 * The rows of the first sheet of a workbook (ECMA-376), cell by cell; rows that are empty come as empty ones, so that the
 * n-th is row n of the sheet. Values are those that were computed last; formulas are not.
 * Throws XlsxError for what is no workbook.
 */
export async function* rowsOfXlsx(bytes: Buffer): AsyncGenerator<XlsxCell[]> {
  const { sheet, strings, isDate, epoch } = bookOf(bytes);
  const row = /<(?:\w+:)?row\b([^>]*?)(?:\/>|>(.*?)<\/(?:\w+:)?row>)/gs;
  let next = 1;
  for (const [, attributes = '', cells = ''] of sheet.matchAll(row)) {
    const number = Number(attributeOf(attributes, 'r') ?? next);
    for (; next < number; next += 1) yield [];
    yield cellsOf(cells, { strings, isDate, epoch });
    next = number + 1;
    if (number % ROWS_AT_ONCE === 0) await setImmediate();
  }
}

interface Book {
  sheet: string;
  strings: readonly string[];
  /** By the number of its style. */
  isDate: readonly boolean[];
  epoch: number;
}

function bookOf(bytes: Buffer): Book {
  const files = unzip(bytes);
  const text = (name: string) => files.get(name)?.toString('utf8') ?? '';
  const book = text('xl/workbook.xml');
  const id = attributeOf(/<(?:\w+:)?sheet\b([^>]*)/.exec(book)?.[1] ?? '', 'r:id');
  const relations = [...text('xl/_rels/workbook.xml.rels').matchAll(/<(?:\w+:)?Relationship\b([^>]*)/g)];
  const relation = relations.find(([, attributes]) => attributeOf(attributes!, 'Id') === id)?.[1];
  const target = relation && attributeOf(relation, 'Target');
  const sheet = target && files.get(target.startsWith('/') ? target.slice(1) : `xl/${target}`);
  if (!sheet) throw new XlsxError('no workbook with a sheet');
  return {
    sheet: sheet.toString('utf8'),
    strings: [...text('xl/sharedStrings.xml').matchAll(/<(?:\w+:)?si>(.*?)<\/(?:\w+:)?si>/gs)].map(([, si]) =>
      textIn(si!),
    ),
    isDate: datesIn(text('xl/styles.xml')),
    epoch: /date1904="(1|true)"/.test(book) ? EPOCH_1904 : EPOCH_1900,
  };
}

function unzip(bytes: Buffer): Map<string, Buffer> {
  try {
    return readZip(bytes, (name) => /\.(xml|rels)$/.test(name), MAX_BYTES);
  } catch (cause) {
    if (cause instanceof ZipError) throw new XlsxError(cause.message, { cause });
    throw cause;
  }
}

function datesIn(styles: string): boolean[] {
  const own = new Map(
    [...styles.matchAll(/<(?:\w+:)?numFmt\b([^>]*)/g)].map(([, attributes]) => [
      Number(attributeOf(attributes!, 'numFmtId')),
      attributeOf(attributes!, 'formatCode') ?? '',
    ]),
  );
  // colours and words stand in brackets and quotes
  const says = (code: string) => /[dmyhs]/i.test(code.replaceAll(/"[^"]*"|\[[^\]]*\]|\\./g, ''));
  const cells = /<(?:\w+:)?cellXfs\b.*?<\/(?:\w+:)?cellXfs>/s.exec(styles)?.[0] ?? '';
  return [...cells.matchAll(/<(?:\w+:)?xf\b([^>]*)/g)].map(([, attributes]) => {
    const format = Number(attributeOf(attributes!, 'numFmtId') ?? 0);
    const code = own.get(format);
    return code === undefined ? DATE_FORMATS.some(([from, to]) => from <= format && format <= to) : says(code);
  });
}

function cellsOf(row: string, book: Omit<Book, 'sheet'>): XlsxCell[] {
  const cells: XlsxCell[] = [];
  for (const [, attributes = '', content = ''] of row.matchAll(/<(?:\w+:)?c\b([^>]*?)(?:\/>|>(.*?)<\/(?:\w+:)?c>)/gs)) {
    const at = columnOf(attributeOf(attributes, 'r')) ?? cells.length;
    if (at >= MAX_COLUMNS) continue;
    while (cells.length < at) cells.push(null);
    cells[at] = cellOf(attributes, content, book);
  }
  return cells;
}

function cellOf(attributes: string, content: string, { strings, isDate, epoch }: Omit<Book, 'sheet'>): XlsxCell {
  const type = attributeOf(attributes, 't') ?? 'n';
  if (type === 'inlineStr') return textIn(content);
  const value = /<(?:\w+:)?v\b[^>]*>(.*?)<\/(?:\w+:)?v>/s.exec(content)?.[1];
  if (value === undefined || type === 'e') return null;
  if (type === 's') return strings[Number(value)] ?? null;
  if (type === 'b') return value === '1';
  if (type !== 'n') return unescaped(value);
  const number = Number(value);
  if (!isDate[Number(attributeOf(attributes, 's') ?? 0)]) return number;
  // to the second: fractions of days are not exact
  return new Date(epoch + Math.round((number * DAY_MS) / 1000) * 1000).toISOString().slice(0, 19);
}

/** `B7` is 1. */
function columnOf(reference: string | undefined): number | undefined {
  const letters = reference && /^[A-Z]{1,3}/.exec(reference)?.[0];
  return letters ? [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1 : undefined;
}

/** Without the phonetic reading that may stand beside it. */
function textIn(xml: string): string {
  const read = xml.replaceAll(/<(?:\w+:)?rPh\b.*?<\/(?:\w+:)?rPh>/gs, '');
  return [...read.matchAll(/<(?:\w+:)?t\b[^>]*>(.*?)<\/(?:\w+:)?t>/gs)].map(([, text]) => unescaped(text!)).join('');
}

function attributeOf(attributes: string, name: string): string | undefined {
  const found = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(attributes)?.[1];
  return found === undefined ? undefined : unescaped(found);
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescaped(text: string): string {
  if (!text.includes('&') && !text.includes('_x')) return text;
  return text
    .replaceAll(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) =>
      name
        ? (ENTITIES[name] ?? whole)
        : String.fromCodePoint(Math.min(0x10ffff, hex ? parseInt(hex, 16) : Number(decimal))),
    )
    .replaceAll(/_x([0-9A-F]{4})_/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
