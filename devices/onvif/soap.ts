import { XMLParser } from 'fast-xml-parser';
import { messageOf } from '#lib/app-error.ts';

/** An element: its children by local name, attributes under `@name`, text beside them under `#text`. */
// eslint-disable-next-line @typescript-eslint/consistent-indexed-object-style -- a Record cannot name itself
export interface XmlElement {
  [name: string]: (XmlElement | string)[] | string;
}

/** What an answer turned out to be. `words` are the camera's own, for people. */
export type SoapAnswer =
  | { kind: 'body'; body: XmlElement }
  | { kind: 'fault'; about: 'rights' | 'missing function' | 'other'; words: string }
  | { kind: 'not-soap'; words: string };

/** Names and messages beyond this are noise or malice. */
const WORDS_LIMIT = 300;

/**
 * Values stay strings: serials and tokens that look like numbers ("007", 18 digits) are names. Prefixes go, because
 * every maker chooses others. Nesting is limited by the parser (100); a DTD, the way to entity bombs, never reaches it.
 */
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: true,
  htmlEntities: true,
  isArray: (_name, _path, _leaf, isAttribute) => !isAttribute,
});

/** Subcodes of "the sender may not do this": ONVIF Core 5.9.2 and WS-Security 1.1, chapter 12. */
const UNAUTHORIZED = new Set([
  'NotAuthorized',
  'FailedAuthentication',
  'FailedCheck',
  'InvalidSecurity',
  'InvalidSecurityToken',
]);

const UNAUTHORIZED_WORDS = /not ?authori[sz]ed|unauthori[sz]ed|auth(?:entication|ori[sz]ation|ority) fail/i;

/** Subcodes of "I have no such thing": ONVIF Core 5.11.2, PTZ 5 and Imaging 5. */
const UNSUPPORTED = new Set([
  'ActionNotSupported',
  'OptionalActionNotImplemented',
  'NoSuchService',
  'PTZNotSupported',
  'NoPTZProfile',
  'NoImagingForSource',
  'NoHomePosition',
]);

/** Reads any XML of a camera; throws on what is not well-formed or carries a DTD (SOAP 1.2, chapter 5, forbids it). */
export function readXml(text: string): XmlElement {
  if (/<!DOCTYPE/i.test(text)) throw new Error('the answer carries a DOCTYPE');
  return parser.parse(text, true) as XmlElement;
}

/** Tells a SOAP body from a fault and from whatever else answers on port 80; never throws. */
export function readSoap(text: string): SoapAnswer {
  let body: XmlElement | undefined;
  try {
    body = child(readXml(text), 'Envelope', 'Body');
  } catch (error) {
    return { kind: 'not-soap', words: titleOf(text) ?? clip(messageOf(error)) };
  }
  if (!body) return { kind: 'not-soap', words: titleOf(text) ?? 'XML, but no SOAP envelope' };
  const fault = child(body, 'Fault');
  if (!fault) return { kind: 'body', body };
  // SOAP 1.2 nests subcodes, SOAP 1.1 has one faultcode
  const names = [localName(textOf(fault, 'faultcode'))];
  for (let at = child(fault, 'Code'); at; at = child(at, 'Subcode')) names.push(localName(textOf(at, 'Value')));
  const reason = textOf(fault, 'Reason', 'Text') || textOf(fault, 'faultstring');
  const detail = textOf(fault, 'Detail', 'Text');
  return {
    kind: 'fault',
    about: aboutOf(names, reason),
    words: clip(
      [reason || names.filter(Boolean).join(' '), detail].filter(Boolean).join(': ') || 'a SOAP fault without a reason',
    ),
  };
}

function aboutOf(names: string[], reason: string): 'rights' | 'missing function' | 'other' {
  // some cameras give no code at all and say it in the reason only
  if (names.some((name) => UNAUTHORIZED.has(name)) || UNAUTHORIZED_WORDS.test(reason)) return 'rights';
  return names.some((name) => UNSUPPORTED.has(name)) ? 'missing function' : 'other';
}

/** The first element under the path, or undefined. */
export function child(element: XmlElement, ...path: string[]): XmlElement | undefined {
  let at: XmlElement | undefined = element;
  for (const name of path) at = at && children(at, name)[0];
  return at;
}

/** All elements of this name; an element of text alone counts as one with `#text`. */
export function children(element: XmlElement, name: string): XmlElement[] {
  const found = Object.hasOwn(element, name) ? element[name] : undefined;
  if (!Array.isArray(found)) return [];
  return found.map((entry) => (typeof entry === 'string' ? { '#text': entry } : entry));
}

/** The text at the end of the path as it was written, trimmed; empty where there is none. */
export function textOf(element: XmlElement, ...path: string[]): string {
  const text = child(element, ...path)?.['#text'];
  return typeof text === 'string' ? text : '';
}

export function attributeOf(element: XmlElement, name: string): string {
  const value = element[`@${name}`];
  return typeof value === 'string' ? value : '';
}

/** For people: one line of reasonable length. */
export function clip(words: string): string {
  const line = words.replace(/\s+/g, ' ').trim();
  return line.length > WORDS_LIMIT ? `${line.slice(0, WORDS_LIMIT - 1)}…` : line;
}

/** Text as content of an element or attribute; characters that XML has no place for are left out. */
export function escapeXml(text: string): string {
  const written = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');
  return written.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function localName(name: string): string {
  return name.slice(name.lastIndexOf(':') + 1);
}

function titleOf(html: string): string | undefined {
  const title = /<title[^>]{0,200}>([^<]{1,1000})</i.exec(html)?.[1];
  return title === undefined ? undefined : clip(title);
}
