import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** An element that was read: its children by local name, attributes under `@name`, its text under `#text`. */
export type XmlNode = { [name: string]: XmlNode | XmlNode[] | string | undefined };

/** A SOAP 1.2 request: the one element of its body, and its header. */
export interface SoapRequest {
  action: string;
  body: XmlNode;
  header: XmlNode;
}

/** A fault as ONVIF Core 5.11.2 writes it: who is at fault, and the codes below that. */
export class SoapFault extends Error {
  readonly code: 'Sender' | 'Receiver';
  readonly subcodes: readonly string[];

  constructor(code: 'Sender' | 'Receiver', subcodes: readonly string[], reason: string) {
    super(reason);
    this.name = 'SoapFault';
    this.code = code;
    this.subcodes = subcodes;
  }
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  // Serials, tokens and nonces of digits are texts.
  parseTagValue: false,
  parseAttributeValue: false,
});

/** @throws SoapFault ter:WellFormed where it is not a SOAP envelope with one element in its body. */
export function readSoap(text: string): SoapRequest {
  if (XMLValidator.validate(text) === true) {
    const envelope = asNode((parser.parse(text) as XmlNode).Envelope);
    const [action, body] = Object.entries(asNode(envelope.Body)).find(([name]) => !/^[@#]/.test(name)) ?? [];
    if (action !== undefined) return { action, body: asNode(body), header: asNode(envelope.Header) };
  }
  throw new SoapFault('Sender', ['ter:WellFormed'], 'Not a SOAP request');
}

/** The only or first child of this name as an element; without one, an empty element. */
export function asNode(value: XmlNode[string]): XmlNode {
  const first = Array.isArray(value) ? value[0] : value;
  return typeof first === 'object' ? first : first === undefined ? {} : { '#text': first };
}

/** The text of an element or attribute. */
export function textOf(value: XmlNode[string]): string {
  const text = typeof value === 'string' ? value : asNode(value)['#text'];
  return typeof text === 'string' ? text.trim() : '';
}

/** The texts of all children of this name. */
export function textsOf(value: XmlNode[string]): string[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map(textOf);
}

const NAMESPACES = {
  env: 'http://www.w3.org/2003/05/soap-envelope',
  wsa: 'http://schemas.xmlsoap.org/ws/2004/08/addressing',
  d: 'http://schemas.xmlsoap.org/ws/2005/04/discovery',
  dn: 'http://www.onvif.org/ver10/network/wsdl',
  tds: 'http://www.onvif.org/ver10/device/wsdl',
  trt: 'http://www.onvif.org/ver10/media/wsdl',
  tr2: 'http://www.onvif.org/ver20/media/wsdl',
  tptz: 'http://www.onvif.org/ver20/ptz/wsdl',
  timg: 'http://www.onvif.org/ver20/imaging/wsdl',
  tmd: 'http://www.onvif.org/ver10/deviceIO/wsdl',
  tev: 'http://www.onvif.org/ver10/events/wsdl',
  wsnt: 'http://docs.oasis-open.org/wsn/b-2',
  wstop: 'http://docs.oasis-open.org/wsn/t-1',
  wsa5: 'http://www.w3.org/2005/08/addressing',
  tns1: 'http://www.onvif.org/ver10/topics',
  tt: 'http://www.onvif.org/ver10/schema',
  ter: 'http://www.onvif.org/ver10/error',
} as const;

/** Namespaces by their prefix; every answer declares all of them. */
export const namespaceOf = (prefix: keyof typeof NAMESPACES): string => NAMESPACES[prefix];

export function writeSoap(body: string, header = ''): string {
  const declarations = Object.entries(NAMESPACES).map(([prefix, uri]) => `xmlns:${prefix}="${uri}"`);
  const head = header && `<env:Header>${header}</env:Header>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<env:Envelope ${declarations.join(' ')}>${head}<env:Body>${body}</env:Body></env:Envelope>`;
}

export function writeFault(fault: SoapFault): string {
  const subcode = fault.subcodes.reduceRight(
    (inner, code) => `<env:Subcode><env:Value>${code}</env:Value>${inner}</env:Subcode>`,
    '',
  );
  return writeSoap(
    `<env:Fault><env:Code><env:Value>env:${fault.code}</env:Value>${subcode}</env:Code>` +
      `<env:Reason><env:Text xml:lang="en">${escapeXml(fault.message)}</env:Text></env:Reason></env:Fault>`,
  );
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => escapes[character]!);
}
