import { expect, it } from 'vitest';
import { withAddresses } from '#lib/xlsx-addresses.ts';

it.each([
  ['<row><c><v>1</v></c><c/></row>', '<row><c r="A1"><v>1</v></c><c r="B1"/></row>'],
  [
    '<row r="9"><c r="Z9"/><c s="1"/></row><row><c/></row>',
    '<row r="9"><c r="Z9"/><c r="AA9" s="1"/></row><row><c r="A10"/></row>',
  ],
  [
    '<row r="2"><c r="AZ2"/><c/><c r="ZZ2"/><c/></row>',
    '<row r="2"><c r="AZ2"/><c r="BA2"/><c r="ZZ2"/><c r="AAA2"/></row>',
  ],
  ["<x:row r = '4'><x:c t='s'/></x:row>", "<x:row r = '4'><x:c r=\"A4\" t='s'/></x:row>"],
])('gives cells their address: %s', (sheet, addressed) => {
  expect(withAddresses(sheet)).toBe(addressed);
});

it('leaves other elements alone', () => {
  const sheet = '<cols><col min="1"/></cols><conditionalFormatting/><rowBreaks count="1"/><is><r><t>c</t></r></is>';
  expect(withAddresses(sheet)).toBe(sheet);
});
