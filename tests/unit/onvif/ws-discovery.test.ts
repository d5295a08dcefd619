import { describe, expect, it } from 'vitest';
import { probeMessage, readMatches } from '../../../devices/onvif/ws-discovery.ts';
import { child, readXml, textOf } from '../../../devices/onvif/soap.ts';

interface Parts {
  endpoint?: string;
  types?: string;
  scopes?: string;
  xAddrs?: string;
}
const match = ({
  endpoint = 'urn:uuid:1',
  types = 'dn:NetworkVideoTransmitter tds:Device',
  scopes = '',
  xAddrs = 'http://10.0.0.7/onvif/device_service',
}: Parts = {}) =>
  `<d:ProbeMatch><a:EndpointReference><a:Address>${endpoint}</a:Address></a:EndpointReference><d:Types>${types}</d:Types>` +
  `<d:Scopes>${scopes}</d:Scopes><d:XAddrs>${xAddrs}</d:XAddrs></d:ProbeMatch>`;
const envelope = (...matches: string[]) =>
  `<s:Envelope xmlns:s="s" xmlns:d="d" xmlns:a="a"><s:Body><d:ProbeMatches>${matches.join('')}</d:ProbeMatches></s:Body></s:Envelope>`;
const read = (...matches: string[]) => readMatches(envelope(...matches), '10.0.0.7');

describe('an answer to a probe', () => {
  it('tells name, hardware and location, decoded', () => {
    const scopes = [
      'onvif://www.onvif.org/type/video_encoder',
      'onvif://www.onvif.org/name/%E4%B8%83%E5%8F%B7%20window',
      'onvif://www.onvif.org/hardware/DS-2CD2143G0-I',
      'onvif://www.onvif.org/location/country/china',
      'onvif://www.onvif.org/location/city/hangzhou',
      'onvif://www.onvif.org/name/50%',
    ].join('\n ');
    expect(read(match({ scopes }))).toEqual([
      {
        endpoint: 'urn:uuid:1',
        onvifUrl: 'http://10.0.0.7/onvif/device_service',
        advertisedUrl: null,
        name: '七号 window, 50%',
        hardware: 'DS-2CD2143G0-I',
        location: 'country/china, city/hangzhou',
      },
    ]);
  });

  it('may hold several cameras', () => {
    expect(read(match({ endpoint: 'a' }), match({ endpoint: 'b' })).map(({ endpoint }) => endpoint)).toEqual([
      'a',
      'b',
    ]);
  });

  it.each([
    [
      'the address that answered',
      'http://[fe80::1]/onvif http://192.168.1.64/x http://10.0.0.7:81/y',
      'http://10.0.0.7:81/y',
    ],
    [
      'its first address, moved to where it answered from',
      'http://192.168.1.64:8080/x http://172.16.0.1/y',
      'http://10.0.0.7:8080/x',
    ],
    ['what can be read', 'nonsense ftp://10.0.0.7/ https://10.0.0.7/onvif', 'https://10.0.0.7/onvif'],
  ])('gives %s', (_what, xAddrs, onvifUrl) => {
    expect(read(match({ xAddrs }))[0]?.onvifUrl).toBe(onvifUrl);
  });

  it.each([
    ['without an address', match({ xAddrs: '' })],
    ['without a name', match({ endpoint: '' })],
    ['from a printer', match({ types: 'wsdp:Device', scopes: 'ldap:///ou=print' })],
  ])('is passed over %s', (_what, xml) => {
    expect(read(xml)).toEqual([]);
  });

  it.each(['', 'garbage', '<a>', '<s:Envelope/>', '\u0000\u0001', '<!DOCTYPE a><a/>'])(
    'is passed over when it is %j',
    (text) => {
      expect(readMatches(text, '10.0.0.7')).toEqual([]);
    },
  );
});

it('asks with a message that is XML and carries its id', () => {
  const probe = child(readXml(probeMessage('0b1c')), 'Envelope')!;
  expect(textOf(probe, 'Header', 'MessageID')).toBe('urn:uuid:0b1c');
  expect(textOf(probe, 'Body', 'Probe', 'Types')).toBe('dn:NetworkVideoTransmitter');
});
