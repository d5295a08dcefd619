import { expect, it } from 'vitest';
import { networkOperations } from '../../../devices/simulators/camera/onvif/network.ts';
import type { OnvifCamera } from '../../../devices/simulators/camera/onvif/operation.ts';
import { asNode, readSoap, textOf, writeSoap, type XmlNode } from '../../../devices/simulators/camera/onvif/soap.ts';

const operations = networkOperations({
  interfaceAddress: '10.1.2.3',
  origin: () => 'http://10.1.2.3:8001',
  streamUri: () => 'rtsp://10.1.2.3:8554/cam-01/main',
} as unknown as OnvifCamera);

const ask = async (name: string): Promise<XmlNode> => {
  const { action, body } = readSoap(writeSoap(await operations[name]!.answer({}, '')));
  expect(action).toBe(`${name}Response`);
  return body;
};

it('tells how the camera hangs on its network, as tools for setting cameras up ask', async () => {
  const { NetworkProtocols } = await ask('GetNetworkProtocols');
  expect((NetworkProtocols as XmlNode[]).map(({ Name, Port }) => [textOf(Name), textOf(Port)])).toEqual([
    ['HTTP', '8001'],
    ['RTSP', '8554'],
  ]);
  const address = asNode(asNode((await ask('GetNetworkInterfaces')).NetworkInterfaces).IPv4);
  expect(textOf(asNode(asNode(address.Config).Manual).Address)).toBe('10.1.2.3');
  expect(textOf(asNode((await ask('GetDNS')).DNSInformation).FromDHCP)).toBe('false');
  expect(textOf(asNode((await ask('GetNTP')).NTPInformation).FromDHCP)).toBe('false');
  expect(await ask('GetNetworkDefaultGateway')).toHaveProperty('NetworkGateway');
});
