import { crc32, deflateRawSync } from 'node:zlib';

/** A cell of a sheet that is made: a day is written as its number with a format of days. */
export type MadeCell = string | number | boolean | null | { day: number };

/** A zip archive of these files, packed, with its directory. */
export function zipOf(files: Readonly<Record<string, string>>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, text] of Object.entries(files)) {
    const bytes = Buffer.from(text);
    const packed = deflateRawSync(bytes);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from('PK\u0001\u0002\u0014\u0000'), common, tail, Buffer.from(name)]));
    parts.push(local);
    at += local.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, entries, end]);
}

/** A workbook with one sheet, texts shared, as spreadsheets write it. */
export function xlsxOf(rows: readonly (readonly MadeCell[])[]): Buffer {
  const shared = new Map<string, number>();
  const cellOf = (cell: MadeCell, reference: string) => {
    if (cell === null) return '';
    if (typeof cell === 'number') return `<c r="${reference}"><v>${cell}</v></c>`;
    if (typeof cell === 'boolean') return `<c r="${reference}" t="b"><v>${Number(cell)}</v></c>`;
    if (typeof cell === 'object') return `<c r="${reference}" s="1"><v>${cell.day}</v></c>`;
    const at = shared.get(cell) ?? shared.size;
    shared.set(cell, at);
    return `<c r="${reference}" t="s"><v>${at}</v></c>`;
  };
  const sheet = rows.map((row, i) => {
    const cells = row.map((cell, column) => cellOf(cell, `${letters(column)}${i + 1}`));
    return row.length === 0 ? '' : `<row r="${i + 1}" spans="1:9">${cells.join('')}</row>`;
  });
  const texts = [...shared.keys()].map((text) => `<si><t xml:space="preserve">${escaped(text)}</t></si>`);
  return zipOf({
    'xl/workbook.xml': `<workbook xmlns:r="r"><sheets><sheet name="Cases" sheetId="1" r:id="rId7"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships><Relationship Id="rId7" Type="sheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    'xl/styles.xml': `<styleSheet><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>`,
    'xl/sharedStrings.xml': `<sst>${texts.join('')}</sst>`,
    'xl/worksheets/sheet1.xml': `<?xml version="1.0"?>\n<worksheet><sheetData>${sheet.join('')}</sheetData></worksheet>`,
  });
}

function letters(column: number): string {
  return column < 26 ? String.fromCharCode(65 + column) : letters(Math.floor(column / 26) - 1) + letters(column % 26);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The number of an instant in a sheet, by Shanghai's clock. */
export function dayOf(at: number): { day: number } {
  return { day: (at + 8 * 3600_000 - Date.UTC(1899, 11, 30)) / (24 * 3600_000) };
}
