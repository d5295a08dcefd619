import type { OnvifCamera, Operations } from './operation.ts';

/** The part of the device service that tells how the camera hangs on its network (Core 8.2): one fixed address, no gateway. */
export function networkOperations({ interfaceAddress, origin, streamUri }: OnvifCamera): Operations {
  const byHand = (name: string) => `<tds:${name}Information><tt:FromDHCP>false</tt:FromDHCP></tds:${name}Information>`;
  const protocol = (name: string, port: string) =>
    `<tds:NetworkProtocols><tt:Name>${name}</tt:Name><tt:Enabled>true</tt:Enabled><tt:Port>${port}</tt:Port></tds:NetworkProtocols>`;
  return {
    GetNetworkInterfaces: {
      answer: () =>
        '<tds:GetNetworkInterfacesResponse><tds:NetworkInterfaces token="eth0"><tt:Enabled>true</tt:Enabled>' +
        '<tt:Info><tt:Name>eth0</tt:Name><tt:HwAddress>00:00:00:00:00:00</tt:HwAddress><tt:MTU>1500</tt:MTU></tt:Info>' +
        `<tt:IPv4><tt:Enabled>true</tt:Enabled><tt:Config><tt:Manual><tt:Address>${interfaceAddress}</tt:Address>` +
        '<tt:PrefixLength>8</tt:PrefixLength></tt:Manual><tt:DHCP>false</tt:DHCP></tt:Config></tt:IPv4>' +
        '</tds:NetworkInterfaces></tds:GetNetworkInterfacesResponse>',
    },
    GetNetworkProtocols: {
      answer: () =>
        `<tds:GetNetworkProtocolsResponse>${protocol('HTTP', new URL(origin()).port)}` +
        `${protocol('RTSP', new URL(streamUri('main')).port)}</tds:GetNetworkProtocolsResponse>`,
    },
    GetNetworkDefaultGateway: {
      answer: () =>
        '<tds:GetNetworkDefaultGatewayResponse><tds:NetworkGateway/></tds:GetNetworkDefaultGatewayResponse>',
    },
    GetDNS: { answer: () => `<tds:GetDNSResponse>${byHand('DNS')}</tds:GetDNSResponse>` },
    GetNTP: { answer: () => `<tds:GetNTPResponse>${byHand('NTP')}</tds:GetNTPResponse>` },
  };
}
