import type { DiscoveredCamera } from '#contract/cameras.ts';
import { child, children, clip, readXml, textOf, type XmlElement } from './soap.ts';

export type Match = Omit<DiscoveredCamera, 'knownAs' | 'answers'>;

/** WS-Discovery (April 2005) 2.4: port and group of every probe. */
export const DISCOVERY_PORT = 3702;
export const DISCOVERY_GROUP = '239.255.255.250';

/** The question for network video transmitters (ONVIF Core 7.3.2). */
export function probeMessage(messageId: string): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"' +
    ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl">' +
    `<s:Header><a:MessageID>urn:uuid:${messageId}</a:MessageID>` +
    '<a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>' +
    '<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action></s:Header>' +
    '<s:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></s:Body></s:Envelope>'
  );
}

/** Reads ProbeMatches from one datagram; whatever is no camera, or not readable, gives no match. */
export function readMatches(datagram: string, sender: string): Match[] {
  let matches: XmlElement | undefined;
  try {
    matches = child(readXml(datagram), 'Envelope', 'Body', 'ProbeMatches');
  } catch {
    return [];
  }
  return matches ? children(matches, 'ProbeMatch').flatMap((match) => readMatch(match, sender) ?? []) : [];
}

function readMatch(match: XmlElement, sender: string): Match | null {
  const endpoint = clip(textOf(match, 'EndpointReference', 'Address'));
  const address = serviceAddress(textOf(match, 'XAddrs').split(/\s+/), sender);
  const scopes = textOf(match, 'Scopes').split(/\s+/);
  const video = textOf(match, 'Types').includes('NetworkVideoTransmitter') || scopes.some((s) => /^onvif:/i.test(s));
  if (endpoint === '' || address === null || !video) return null;
  return {
    endpoint,
    ...address,
    name: scopeValue(scopes, 'name'),
    hardware: scopeValue(scopes, 'hardware'),
    location: scopeValue(scopes, 'location'),
  };
}

/**
 * Of all addresses a camera names, the one at the address that it answered from. Where none is, its first one is moved
 * there: in ad hoc mode a camera answers for itself, so the sender is where it can be reached.
 */
function serviceAddress(addresses: string[], sender: string): Pick<Match, 'onvifUrl' | 'advertisedUrl'> | null {
  const urls = addresses.flatMap((address) => {
    const url = URL.parse(address);
    return url && /^https?:$/.test(url.protocol) ? [url] : [];
  });
  const chosen = urls.find((url) => url.hostname === sender) ?? urls[0];
  if (!chosen) return null;
  const advertisedUrl = chosen.hostname === sender ? null : clip(chosen.href);
  chosen.hostname = sender;
  return { onvifUrl: chosen.href, advertisedUrl };
}

/** Scopes look like onvif://www.onvif.org/name/Front%20desk (ONVIF Core 7.3.2.2); a camera may have several of a kind. */
function scopeValue(scopes: string[], kind: string): string {
  const values = scopes.flatMap((scope) => {
    const value = new RegExp(`^onvif://www\\.onvif\\.org/${kind}/(.+)$`, 'i').exec(scope)?.[1];
    return value === undefined ? [] : [decode(value)];
  });
  return clip(values.join(', '));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
