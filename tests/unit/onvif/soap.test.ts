import { describe, expect, it } from 'vitest';
import { attributeOf, child, children, escapeXml, readSoap, readXml, textOf } from '../../../devices/onvif/soap.ts';

const soap12 = (body: string) =>
  `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>${body}</s:Body></s:Envelope>`;

describe('XML of a camera', () => {
  it('keeps every value a string, whatever it looks like', () => {
    const xml = readXml(
      '<a:R xmlns:a="u"><a:N token="007">00123456789012345678</a:N><a:N token="true">1e5</a:N><a:E/></a:R>',
    );
    const all = children(child(xml, 'R')!, 'N');
    expect(all.map((n) => [attributeOf(n, 'token'), textOf(n)])).toEqual([
      ['007', '00123456789012345678'],
      ['true', '1e5'],
    ]);
    expect(textOf(xml, 'R', 'E')).toBe('');
    expect(textOf(xml, 'R', 'Missing', 'Deeper')).toBe('');
  });

  it('knows no names that the language brings along', () => {
    const xml = readXml('<a/>');
    expect(child(xml, 'constructor')).toBeUndefined();
    expect(children(xml, 'toString')).toEqual([]);
  });

  it('reads back what was escaped', () => {
    const text = `<a b="c">&amp;'😀`;
    expect(textOf(readXml(`<a>${escapeXml(text)}</a>`), 'a')).toBe(text);
  });

  it('refuses a DTD', () => {
    expect(() => readXml('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')).toThrow(/DOCTYPE/);
  });
});

describe('a SOAP answer', () => {
  it.each([
    [
      'ter:NotAuthorized deep below',
      '<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>ter:InvalidArgs</s:Value><s:Subcode><s:Value>ter:NotAuthorized</s:Value></s:Subcode></s:Subcode></s:Code></s:Fault>',
    ],
    [
      'SOAP 1.1',
      '<s:Fault><faultcode>wsse:FailedAuthentication</faultcode><faultstring>Bad token</faultstring></s:Fault>',
    ],
    ['words alone', '<s:Fault><s:Reason><s:Text>Sender not authorized</s:Text></s:Reason></s:Fault>'],
  ])('tells a refusal by %s', (_how, fault) => {
    expect(readSoap(soap12(fault))).toMatchObject({ kind: 'fault', about: 'rights' });
  });

  it('keeps the words of another fault', () => {
    const fault =
      '<s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason><s:Text xml:lang="en">Out of  memory</s:Text></s:Reason></s:Fault>';
    expect(readSoap(soap12(fault))).toEqual({ kind: 'fault', about: 'other', words: 'Out of memory' });
    expect(readSoap(soap12('<s:Fault/>'))).toMatchObject({ kind: 'fault', about: 'other' });
  });

  it.each(['', 'hello', '<html><title>Router</title><p>', '<a/>', '\u0000', '<s:Envelope/>'])(
    'takes %j for no SOAP',
    (text) => {
      expect(readSoap(text).kind).toBe('not-soap');
    },
  );

  it('shortens what a camera says', () => {
    const answer = readSoap(soap12(`<s:Fault><s:Reason><s:Text>${'long '.repeat(1000)}</s:Text></s:Reason></s:Fault>`));
    expect(answer.kind === 'fault' && answer.words.length).toBe(300);
  });
});
