export type Cell = string | number | null;

/** Excel takes a file for UTF-8 only with this at its head. */
const BOM = '\uFEFF';

/** RFC 4180 with a byte order mark; what a spreadsheet would take for a formula becomes plain text. */
export function csv(rows: readonly (readonly Cell[])[]): string {
  return BOM + rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

function cell(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
