import { inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { xlsx } from '#lib/xlsx.ts';

/** A part of the package, as a spreadsheet would open it (PKWARE APPNOTE 4.3.7). */
function partOf(file: Buffer, name: string): string {
  for (let at = file.indexOf('PK\u0003\u0004'); at >= 0; at = file.indexOf('PK\u0003\u0004', at + 4)) {
    const [nameLength, extraLength] = [file.readUInt16LE(at + 26), file.readUInt16LE(at + 28)];
    if (file.toString('utf8', at + 30, at + 30 + nameLength) !== name) continue;
    const begin = at + 30 + nameLength + extraLength;
    // The length may only be told behind the data; deflated data knows its own end.
    return inflateRawSync(file.subarray(begin)).toString('utf8');
  }
  throw new Error(`the workbook has no ${name}`);
}

describe('a workbook', () => {
  const file = xlsx([
    {
      name: '排队/Queues: <all>',
      columns: [
        { title: 'When', as: 'moment' },
        { title: 'Waited', as: 'duration' },
        { title: 'Name', as: 'text' },
        { title: 'Share', as: 'share' },
      ],
      rows: [
        ['2026-11-27T09:05:00+08:00', 90, '=HYPERLINK("x") <b>&\u0007', 0.25],
        [null, null, '', null],
      ],
    },
  ]);

  it('counts times by the clock they were written for, seconds as parts of a day', async () => {
    const sheet = partOf(await file, 'xl/worksheets/sheet1.xml');
    const values = [...sheet.matchAll(/<v>([^<]*)<\/v>/g)].map(([, value]) => Number(value));
    // 2026-11-27 is day 46353 of a spreadsheet.
    expect(values).toContainEqual(expect.closeTo(46_353 + (9 * 60 + 5) / 1440, 6));
    expect(values).toContainEqual(expect.closeTo(90 / 86_400, 9));
    expect(values).toContain(0.25);
    expect(sheet).not.toContain('NaN');
  });

  it('holds text as text: no formula, no markup, nothing that XML has no place for', async () => {
    const [sheet, strings, book] = await Promise.all(
      ['xl/worksheets/sheet1.xml', 'xl/sharedStrings.xml', 'xl/workbook.xml'].map(async (name) =>
        partOf(await file, name),
      ),
    );
    expect(sheet).not.toContain('<f>');
    expect(strings!.replaceAll('&quot;', '"')).toContain('=HYPERLINK("x") &lt;b&gt;&amp;</t>');
    expect(book).toContain('排队 Queues  &lt;all&gt;');
  });
});
