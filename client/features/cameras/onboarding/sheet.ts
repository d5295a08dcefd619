/** Bytes that a list of cameras may have: a thousand rows are far less. */
export const MOST_BYTES = 512 * 1024;
export const MOST_ROWS = 500;

/** The text of a file as Excel and others write it: UTF-8 with or without a mark, UTF-16 with one, or GB18030. */
export function decodeSheet(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

export interface SheetRow {
  /** As an editor counts; a quoted cell may hold several lines. */
  line: number;
  cells: string[];
}

/** Rows of a file with separated values (RFC 4180) with commas, semicolons or tabs; empty rows and `#` rows are left out. */
export function readRows(text: string): SheetRow[] {
  const separator = separatorOf(text);
  const rows: SheetRow[] = [];
  let [line, from] = [1, 1];
  let [cell, cells, quoted]: [string, string[], boolean] = ['', [], false];
  const endRow = () => {
    cells.push(cell.trim());
    if (cells.some((each) => each !== '') && !cells[0]!.startsWith('#')) rows.push({ line: from, cells });
    [cell, cells] = ['', []];
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]!;
    if (character === '\n') line += 1;
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') cell += text[(at += 1)];
      else quoted = false;
    } else if (character === '"' && cell.trim() === '') [cell, quoted] = ['', true];
    else if (character === separator) {
      cells.push(cell.trim());
      cell = '';
    } else if (character === '\n') {
      endRow();
      from = line;
    } else if (character !== '\r') cell += character;
  }
  endRow();
  return rows;
}

/** The one that the first row has most of. */
function separatorOf(text: string): string {
  const first = text.split('\n').find((line) => line.trim() !== '' && !line.startsWith('#')) ?? '';
  const count = (separator: string) => first.split(separator).length;
  return [',', ';', '\t'].reduce((best, each) => (count(each) > count(best) ? each : best));
}
