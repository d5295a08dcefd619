import { TextDecoder } from 'node:util';

const SNIFF_BYTES = 200;

/**
 * An answer's bytes as text. Cameras say one encoding and write another, or none: a byte-order mark goes before the
 * prolog, the prolog before the content type, and what is not UTF-8 is read as what it says it is, or as Latin-1.
 */
export function decodeText(bytes: Buffer, contentType: string): string {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff;
  if (utf16) return new TextDecoder(utf16 === true ? 'utf-16be' : utf16).decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const prolog = /encoding\s*=\s*["']([\w.:-]{1,40})["']/.exec(bytes.toString('latin1', 0, SNIFF_BYTES))?.[1];
    return decoderOf(prolog ?? /charset="?([\w.:-]{1,40})/i.exec(contentType)?.[1]).decode(bytes);
  }
}

function decoderOf(label = 'latin1'): TextDecoder {
  try {
    // whoever says UTF-8 here is mistaken
    return new TextDecoder(/^utf-?8$/i.test(label) ? 'latin1' : label);
  } catch {
    return new TextDecoder('latin1');
  }
}

/**
 * Mends what cameras get wrong and parsers do not forgive: a mark or space before the prolog, addresses with a bare
 * `&`, control characters (XML 1.0, 2.2), and whatever follows the first envelope, such as a second one.
 */
export function tidy(xml: string): string {
  const text = xml.replace(/^\ufeff/, '').replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '');
  const end = /<\/(?:[\w.-]{1,40}:)?Envelope\s*>/.exec(text);
  const first = end ? text.slice(0, end.index + end[0].length) : text;
  return first.trim().replace(/&(?!#?\w{1,10};)/g, '&amp;');
}
