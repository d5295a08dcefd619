import { describe, expect, it } from 'vitest';
import { readCapabilities, readServices, serviceUrl } from '../../../devices/onvif/services.ts';
import { secondsOf } from '../../../devices/onvif/relays.ts';
import { child, readXml } from '../../../devices/onvif/soap.ts';

const element = (xml: string) => child(readXml(`<R>${xml}</R>`), 'R')!;

describe('services of a camera', () => {
  const service = (namespace: string, address = 'http://10.0.0.1/x') =>
    `<Service><Namespace>${namespace}</Namespace><XAddr>${address}</XAddr></Service>`;

  it('are named by their namespace; those of makers are left out', () => {
    const xml =
      service('http://www.onvif.org/ver10/media/wsdl') +
      service('http://www.onvif.org/ver20/media/wsdl') +
      service('http://www.onvif.org/ver10/deviceIO/wsdl') +
      service('http://www.axis.com/vapix/ws/event1') +
      service('http://www.onvif.org/ver20/ptz/wsdl', '');
    expect(readServices(element(xml)).map(({ name }) => name)).toEqual(['media', 'media2', 'deviceio']);
    expect(readServices(element(service('http://www.onvif.org/ver20/ptz/wsdl').repeat(1000)))).toHaveLength(40);
  });

  it('are read from capabilities as well', () => {
    const xml =
      '<Capabilities><Media><XAddr>http://a/m</XAddr></Media><PTZ/><Extension><DeviceIO><XAddr>http://a/d</XAddr></DeviceIO></Extension></Capabilities>';
    expect(readCapabilities(element(xml))).toEqual([
      { name: 'media', address: 'http://a/m' },
      { name: 'deviceio', address: 'http://a/d' },
    ]);
  });
});

describe('where a service is reached', () => {
  it.each([
    ['http://192.168.1.64/onvif/ptz?x=1', 'http://10.0.0.5/onvif/device', 'http://10.0.0.5/onvif/ptz?x=1'],
    ['http://192.168.1.64:81/onvif/ptz', 'http://10.0.0.5:8080/onvif/device', 'http://10.0.0.5:8080/onvif/ptz'],
    ['http://10.0.0.5:81/onvif/ptz', 'http://10.0.0.5/onvif/device', 'http://10.0.0.5:81/onvif/ptz'],
    ['http://10.0.0.5/onvif/ptz', 'https://10.0.0.5:444/onvif/device', 'https://10.0.0.5:444/onvif/ptz'],
    ['/onvif/ptz', 'http://[::1]:80/onvif/device', 'http://[::1]/onvif/ptz'],
    ['http://u:p@10.0.0.5/ptz', 'http://a:b@10.0.0.5/onvif/device', 'http://10.0.0.5/ptz'],
    ['file:///etc/passwd', 'http://10.0.0.5/onvif/device', 'http://10.0.0.5/onvif/device'],
  ])('%s of a camera at %s is at %s', (written, device, reached) => {
    expect(serviceUrl(written, new URL(device)).href).toBe(reached);
  });
});

it.each([
  ['PT1S', 1],
  ['PT1M0.5S', 60.5],
  ['PT2H', 7200],
  ['PT', null],
  ['P1D', null],
  ['', null],
  ['5', null],
])('the duration %j has %j seconds', (text, seconds) => {
  expect(secondsOf(text)).toBe(seconds);
});
