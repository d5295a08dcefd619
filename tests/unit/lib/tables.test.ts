import { describe, expect, it } from 'vitest';
import { rowsOfCsv, textOf } from '#lib/csv-read.ts';
import { rowsOfXlsx, XlsxError, type XlsxCell } from '#lib/xlsx-read.ts';
import { readZip, ZipError } from '#lib/zip-read.ts';
import { dayOf, xlsxOf, zipOf } from '../../helpers/xlsx-file.ts';

async function rowsOf(bytes: Buffer): Promise<XlsxCell[][]> {
  const rows: XlsxCell[][] = [];
  for await (const row of rowsOfXlsx(bytes)) rows.push(row);
  return rows;
}
const sheetOf = (sheet: string, more: Record<string, string> = {}) =>
  zipOf({
    'xl/workbook.xml': '<workbook><sheets><sheet r:id="r1"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels': '<Relationship Target="/xl/s.xml" Id="r1"/>',
    'xl/s.xml': sheet,
    ...more,
  });

describe('a workbook', () => {
  it('is read cell by cell, with days as they stand there and rows where they are', async () => {
    const ten = Date.parse('2026-03-09T10:00:07+08:00');
    const made = [['编号', 'a & <b>'], [], ['x', 7.5, null, true, dayOf(ten)]];
    expect(await rowsOf(xlsxOf(made))).toEqual([
      ['编号', 'a & <b>'],
      [],
      ['x', 7.5, null, true, '2026-03-09T10:00:07'],
    ]);
  });

  it('is read as other programs write it', async () => {
    const sheet = `<x:worksheet xmlns:x="m"><x:sheetData>
      <x:row r="2"><x:c t="inlineStr"><x:is><x:t>own</x:t></x:is></x:c><x:c r="D2" t="str"><x:f>A1&amp;"b"</x:f><x:v>of a formula</x:v></x:c>
        <x:c t="e"><x:v>#REF!</x:v></x:c></x:row>
      <x:row><x:c t="s"><x:v>0</x:v></x:c><x:c s="1"><x:v>46090</x:v></x:c><x:c s="2"><x:v>12</x:v></x:c></x:row>
    </x:sheetData></x:worksheet>`;
    const rows = await rowsOf(
      sheetOf(sheet, {
        'xl/sharedStrings.xml':
          '<sst><si><r><t>two</t></r><r><t> runs&#10;_x0041_</t></r><rPh><t>read so</t></rPh></si></sst>',
        'xl/styles.xml': `<numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m"/><numFmt numFmtId="165" formatCode="[Red]0&quot; days&quot;"/></numFmts>
          <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs>`,
      }),
    );
    expect(rows).toEqual([[], ['own', null, null, 'of a formula', null], ['two runs\nA', '2026-03-09T00:00:00', 12]]);
  });

  it('is refused where it is none, cut off, or unpacks without end', async () => {
    const whole = xlsxOf([['x'.repeat(100)]]);
    await expect(rowsOf(Buffer.from('number,item'))).rejects.toThrow(XlsxError);
    await expect(rowsOf(whole.subarray(0, -30))).rejects.toThrow('no zip archive');
    await expect(rowsOf(whole.subarray(200))).rejects.toThrow(XlsxError);
    await expect(rowsOf(zipOf({ 'a.xml': 'b' }))).rejects.toThrow('no workbook with a sheet');
    const bomb = zipOf({ 'a.xml': 'a'.repeat(1_000_000) });
    expect(bomb.length).toBeLessThan(2000);
    expect(() => readZip(bomb, () => true, 999_999)).toThrow(new ZipError('too large'));
    expect(readZip(bomb, () => true, 1_000_000).get('a.xml')).toHaveLength(1_000_000);
    expect(readZip(bomb, () => false, 1).size).toBe(0);
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
