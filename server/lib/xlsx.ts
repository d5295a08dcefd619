import writeXlsxFile, { type CellObject } from 'write-excel-file/node';
import type { Cell } from './csv.ts';

/**
 * How the values of a column are shown. `share`: a fraction as per cent. `duration`: seconds as hours, minutes and seconds.
 * `moment`: an ISO date and time, shown by the clock it was written for, whatever zone the spreadsheet is in.
 */
export type ColumnFormat = 'text' | 'count' | 'decimal' | 'share' | 'duration' | 'moment';

export interface Column {
  title: string;
  as: ColumnFormat;
  /** Characters. */
  width?: number;
}

export interface Sheet {
  name: string;
  columns: readonly Column[];
  rows: readonly (readonly Cell[])[];
}

const formats: Record<Exclude<ColumnFormat, 'text'>, string> = {
  count: '#,##0',
  decimal: '#,##0.00',
  share: '0.0%',
  duration: '[h]:mm:ss',
  moment: 'yyyy-mm-dd hh:mm',
};
const widths: Record<ColumnFormat, number> = {
  ...{ text: 18, count: 12, decimal: 12, share: 12, duration: 12, moment: 17 },
};
const SECONDS_OF_DAY = 86_400;
/** Day 0 of a spreadsheet (1899-12-30) in days before that of Unix. */
const DAYS_BEFORE_1970 = 25_569;

/** A workbook (ECMA-376) with a head row in each sheet that stays in sight. Nothing in it is a formula. */
export function xlsx(sheets: readonly Sheet[]): Promise<Buffer> {
  return writeXlsxFile(
    sheets.map(({ name, columns, rows }) => ({
      sheet: sheetName(name),
      columns: columns.map(({ as, width }) => ({ width: width ?? widths[as] })),
      stickyRowsCount: 1,
      data: [
        columns.map(({ title }): CellObject => ({
          ...{ value: title, type: String, fontWeight: 'bold', wrap: true, alignVertical: 'center' },
        })),
        ...rows.map((row) => row.map((value, i) => cell(value, columns[i]?.as ?? 'text'))),
      ],
    })),
  ).toBuffer();
}

function cell(value: Cell, as: ColumnFormat): CellObject | null {
  if (value === null || value === '') return null;
  const number = as === 'moment' ? serialOf(String(value)) : Number(value);
  if (as === 'text' || Number.isNaN(number)) return { value: printable(String(value)), type: String };
  return { value: as === 'duration' ? number / SECONDS_OF_DAY : number, type: Number, format: formats[as] };
}

/** What a clock on the wall showed, as a spreadsheet counts it: days; NaN for what is no date. */
function serialOf(text: string): number {
  const wall = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?/.exec(text)?.[0];
  return Date.parse(`${wall}Z`) / 1000 / SECONDS_OF_DAY + DAYS_BEFORE_1970;
}

/** XML 1.0 has no place for these, and a device may have sent them in a name. */
const printable = (text: string) => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');

/** What a sheet may be called. */
const sheetName = (name: string) =>
  printable(name)
    .replace(/[[\]:*?/\\]/g, ' ')
    .slice(0, 31);
