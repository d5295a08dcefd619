import { describe, expect, it } from 'vitest';
import { readSoap, textOf } from '../../../devices/onvif/soap.ts';
import { decodeText, tidy } from '../../../devices/onvif/xml-text.ts';

const soap = (inside: string) => `<s:Envelope><s:Body><A>${inside}</A></s:Body></s:Envelope>`;
const wordOf = (bytes: Buffer, contentType = '') => {
  const answer = readSoap(tidy(decodeText(bytes, contentType)));
  return answer.kind === 'body' ? textOf(answer.body, 'A') : answer.kind;
};

describe('bytes of an answer', () => {
  it.each([
    ['UTF-8 said to be Latin-1', Buffer.from(soap('厅'), 'utf8'), 'text/xml; charset=iso-8859-1', '厅'],
    ['Latin-1 said to be UTF-8', Buffer.from(soap('Halle Süd'), 'latin1'), 'text/xml; charset=utf-8', 'Halle Süd'],
    [
      'Latin-1 by its prolog',
      Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>${soap('Süd')}`, 'latin1'),
      '',
      'Süd',
    ],
    [
      'GB 18030 by its prolog',
      Buffer.concat([
        Buffer.from('<?xml version="1.0" encoding="gb2312"?><s:Envelope><s:Body><A>'),
        Buffer.from([0xb4, 0xf3, 0xcc, 0xfc]),
        Buffer.from('</A></s:Body></s:Envelope>'),
      ]),
      '',
      '大厅',
    ],
    ['UTF-16', Buffer.from(`\ufeff${soap('厅')}`, 'utf16le'), '', '厅'],
    ['a byte-order mark', Buffer.from(`\ufeff${soap('x')}`, 'utf8'), '', 'x'],
    ['an encoding nobody knows', Buffer.from(`<?xml encoding="klingon"?>${soap('ü')}`, 'latin1'), '', 'ü'],
  ])('are read: %s', (_what, bytes, contentType, word) => {
    expect(wordOf(bytes, contentType)).toBe(word);
  });
});

describe('XML that is not quite right', () => {
  it.each([
    ['two roots', soap('x') + soap('y')],
    ['noise after the end', `${soap('x')}\0\0<html>`],
    ['control characters', soap('\u0001x\u001f')],
    [
      'prefixes that nobody declared',
      '<SOAP-ENV:Envelope><SOAP-ENV:Body><odd:A>x</odd:A></SOAP-ENV:Body></SOAP-ENV:Envelope>',
    ],
    ['no prefixes', '<Envelope><Body><A>x</A></Body></Envelope>'],
    ['space before the prolog', `\r\n <?xml version="1.0"?>${soap('x')}`],
  ])('is read all the same: %s', (_what, text) => {
    expect(wordOf(Buffer.from(text))).toBe('x');
  });

  it('takes time in proportion to its length', () => {
    const spent = (length: number) => {
      const before = process.threadCpuUsage();
      for (const unit of ['&', '</', '<a b="', ' ']) readSoap(tidy(unit.repeat(length / unit.length)));
      return process.threadCpuUsage(before).user;
    };
    spent(100_000);
    const short = spent(100_000);
    // eight times the length: what grows with its square takes sixty-four times as long
    expect(spent(800_000)).toBeLessThan(short * 24 + 50_000);
  });
});
