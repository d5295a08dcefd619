import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { discoverCameras } from '../../../devices/onvif/discover.ts';
import { envelope, OnvifResponder } from '../../helpers/onvif-responder.ts';

const responders: OnvifResponder[] = [];
afterEach(async () => {
  for (const responder of responders.splice(0)) await responder.stop();
});

const signal = new AbortController().signal;

function matchXml(endpoint: string, xAddrs: string, scopes = 'onvif://www.onvif.org/name/Front%20desk'): string {
  return envelope(
    `<ProbeMatches xmlns="http://schemas.xmlsoap.org/ws/2005/04/discovery"><ProbeMatch><EndpointReference><Address>${endpoint}</Address></EndpointReference>` +
      `<Types>dn:NetworkVideoTransmitter</Types><Scopes>${scopes}</Scopes><XAddrs>${xAddrs}</XAddrs></ProbeMatch></ProbeMatches>`,
  );
}

describe('discovery on 127.0.0.1', () => {
  it('finds each camera once, where it can be reached, whatever else answers', async () => {
    const responder = await new OnvifResponder().start();
    responders.push(responder);
    const [first, second] = [`urn:uuid:${randomUUID()}`, `urn:uuid:${randomUUID()}`];
    await responder.answerProbes(() => [
      'no XML at all',
      '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
      matchXml(first, `http://192.168.1.64/onvif/device_service ${responder.onvifUrl}`),
      matchXml(first, responder.onvifUrl),
      matchXml(second, 'http://192.168.1.64:8080/onvif/device_service'),
    ]);
    // other cameras may live on this machine
    const found = await discoverCameras({ interfaceAddress: '127.0.0.1', waitMs: 400, signal });
    expect(found.filter(({ endpoint }) => endpoint === first || endpoint === second)).toEqual([
      {
        endpoint: first,
        onvifUrl: responder.onvifUrl,
        advertisedUrl: null,
        name: 'Front desk',
        hardware: '',
        location: '',
      },
      {
        endpoint: second,
        onvifUrl: 'http://127.0.0.1:8080/onvif/device_service',
        advertisedUrl: 'http://192.168.1.64:8080/onvif/device_service',
        name: 'Front desk',
        hardware: '',
        location: '',
      },
    ]);
  });

  it('says DISCOVERY_FAILED with the addresses there are, where the address is not ours', async () => {
    await expect(discoverCameras({ interfaceAddress: '192.0.2.1', waitMs: 200, signal })).rejects.toMatchObject({
      code: 'DISCOVERY_FAILED',
      details: expect.stringContaining('127.0.0.1'),
    });
  });

  it('ends early when it is called off', async () => {
    const stopping = new AbortController();
    const searching = discoverCameras({ interfaceAddress: '127.0.0.1', waitMs: 10_000, signal: stopping.signal });
    stopping.abort();
    await expect(searching).resolves.toBeInstanceOf(Array);
  });
});
