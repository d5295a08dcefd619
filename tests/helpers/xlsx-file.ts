import { zipSync } from 'fflate';
import writeXlsxFile from 'write-excel-file/node';

/** A cell of a sheet that is made: a day is written as its number with a format of days. */
export type MadeCell = string | number | boolean | null | { day: number };

/** A zip archive of these files, packed. */
export function zipOf(files: Readonly<Record<string, string>>): Buffer {
  return Buffer.from(
    zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]))),
  );
}

/** A workbook with one sheet. */
export function xlsxOf(rows: readonly (readonly MadeCell[])[]): Promise<Buffer> {
  return writeXlsxFile(rows.map((row) => row.map(cellOf))).toBuffer();
}

function cellOf(cell: MadeCell) {
  if (cell === null) return null;
  if (typeof cell === 'object') return { value: cell.day, type: Number, format: 'yyyy/m/d h:mm' };
  return { value: cell };
}

/** The number of an instant in a sheet, by Shanghai's clock. */
export function dayOf(at: number): { day: number } {
  return { day: (at + 8 * 3600_000 - Date.UTC(1899, 11, 30)) / (24 * 3600_000) };
}
