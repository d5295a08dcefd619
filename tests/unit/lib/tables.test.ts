import { describe, expect, it } from 'vitest';
import { rowsOfCsv, textOf } from '#lib/csv-read.ts';
import { rowsOfXlsx, XlsxError } from '#lib/xlsx-read.ts';
import { dayOf, xlsxOf, zipOf } from '../../helpers/xlsx-file.ts';

const TYPES = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const sheetOf = (sheet: string, more: Record<string, string> = {}) =>
  zipOf({
    'xl/workbook.xml': '<workbook xmlns:r="r"><sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels': `<Relationships><Relationship Type="${TYPES}/worksheet" Target="/xl/s.xml" Id="r1"/></Relationships>`,
    'xl/s.xml': sheet,
    ...more,
  });

describe('a workbook', () => {
  it('is read cell by cell, with days as they stand there and rows where they are', async () => {
    const ten = Date.parse('2026-03-09T10:00:07+08:00');
    const made = [['编号', ' a & <b>'], [], ['x', 7.5, null, true, dayOf(ten)]];
    expect(await rowsOfXlsx(await xlsxOf(made))).toEqual([
      ['编号', ' a & <b>', null, null, null],
      [null, null, null, null, null],
      ['x', 7.5, null, true, '2026-03-09T10:00:07'],
    ]);
  });

  it('is read as other programs write it', async () => {
    const sheet = `<x:worksheet xmlns:x="m"><x:sheetData>
      <x:row r="2"><x:c r="A2" t="inlineStr"><x:is><x:t>own</x:t></x:is></x:c><x:c r="D2" t="str"><x:f>A1&amp;"b"</x:f><x:v>of a formula</x:v></x:c>
        <x:c r="E2" t="e"><x:v>#REF!</x:v></x:c></x:row>
      <x:row><x:c r="A3" t="s"><x:v>0</x:v></x:c><x:c r="B3" s="1"><x:v>46090</x:v></x:c><x:c r="C3" s="2"><x:v>12</x:v></x:c>
        <x:c r="D3" s="1"><x:v>1e20</x:v></x:c><x:c r="E3" t="d"><x:v>2026-03-09T10:00:00</x:v></x:c></x:row>
    </x:sheetData></x:worksheet>`;
    const rows = await rowsOfXlsx(
      sheetOf(sheet, {
        'xl/sharedStrings.xml':
          '<sst><si><r><t>two</t></r><r><t> runs&#10;_x0041_</t></r><rPh><t>read so</t></rPh></si></sst>',
        'xl/styles.xml': `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m"/><numFmt numFmtId="165" formatCode="[Red]0&quot; days&quot;"/></numFmts>
          <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>`,
      }),
    );
    expect(rows).toEqual([
      [null, null, null, null, null],
      ['own', null, null, 'of a formula', null],
      ['two runs\nA', '2026-03-09T00:00:00', 12, null, '2026-03-09T10:00:00'],
    ]);
  });

  it('is read where its cells and rows say no address', async () => {
    const sheet = `<worksheet><sheetData><row><c t="str"><v>number</v></c><c r="C1" t="str"><v>item</v></c><c t='str'><v>last</v></c></row>
      <row r="3"><c><v>7</v></c><c/><c><v>8</v></c></row><row><c><v>9</v></c></row></sheetData></worksheet>`;
    expect(await rowsOfXlsx(sheetOf(sheet))).toEqual([
      ['number', null, 'item', 'last'],
      [null, null, null, null],
      [7, null, 8, null],
      [9, null, null, null],
    ]);
  });

  it('is refused where it is none or cut off', async () => {
    const whole = await xlsxOf([['x'.repeat(100)]]);
    await expect(rowsOfXlsx(Buffer.from('number,item'))).rejects.toThrow(XlsxError);
    await expect(rowsOfXlsx(whole.subarray(0, -30))).rejects.toThrow('no workbook: invalid zip data');
    await expect(rowsOfXlsx(whole.subarray(200))).rejects.toThrow(XlsxError);
    await expect(rowsOfXlsx(zipOf({ 'a.xml': 'b' }))).rejects.toThrow(XlsxError);
    await expect(rowsOfXlsx(sheetOf('<worksheet><sheetData>'))).rejects.toThrow(XlsxError);
  });

  it('is refused where it unpacks without end, or claims more cells than there is memory for', async () => {
    const limits = { maxBytes: 1_000_000, maxHeapMb: 32, maxMs: 60_000 };
    const bomb = zipOf({ 'a.xml': 'a'.repeat(1_000_001) });
    expect(bomb.length).toBeLessThan(2000);
    await expect(rowsOfXlsx(bomb, { limits })).rejects.toThrow(new XlsxError('no workbook: too large'));
    const liar = sheetOf('<worksheet><sheetData><row/></sheetData></worksheet>');
    expect(await rowsOfXlsx(liar, { limits })).toEqual([[]]);
    liar.writeUInt32LE(30, liar.lastIndexOf('PK\u0001\u0002') + 24);
    await expect(rowsOfXlsx(liar, { limits })).rejects.toThrow(XlsxError);
    for (const last of ['XFD1048576', 'ZZZZZZZ1']) {
      const vast = sheetOf(`<worksheet><sheetData><row><c r="${last}"><v>1</v></c></row></sheetData></worksheet>`);
      await expect(rowsOfXlsx(vast, { limits })).rejects.toThrow(new XlsxError('no workbook: too large'));
    }
    const calledOff = { limits, signal: AbortSignal.abort() };
    await expect(rowsOfXlsx(liar, calledOff)).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    await expect(rowsOfXlsx(liar, { limits: { ...limits, maxMs: 1 } })).rejects.toThrow(
      new XlsxError('no workbook: too large'),
    );
  });
});

describe('a table of text', () => {
  it.each([
    [
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a;b\r\n"1;2";"say ""no"""\r\n',
      [
        ['a', 'b'],
        ['1;2', 'say "no"'],
      ],
    ],
    [
      'a\tb\n"two\nlines"\t',
      [
        ['a', 'b'],
        ['two\nlines', ''],
      ],
    ],
    ['', []],
  ])('%j is read', (text, rows) => expect(rowsOfCsv(text)).toEqual(rows));

  it('is read in the two ways in which offices write', () => {
    expect(textOf(Buffer.from('\ufeff编号'))).toBe('编号');
    expect(textOf(Buffer.from([0xb1, 0xe0, 0xba, 0xc5]))).toBe('编号');
  });
});
