import { DEVICE_PATH, FIRMWARE, MANUFACTURER, MEDIA_PATH, scopesOf, type Identity } from './identity.ts';
import { escapeXml, serviceNamespaces, textOf, type XmlNode } from './soap.ts';

/** What the services know about their camera. */
export interface DeviceFacts {
  identity: Identity;
  /** `http://host:port` of this camera. */
  origin: () => string;
  interfaceAddress: string;
  /** The camera's clock, epoch ms. */
  now: () => number;
}

/** One operation of a service. Those before authentication are named by the default access policy (ONVIF Core 5.12.1.1). */
export interface Operation {
  beforeAuthentication?: boolean;
  answer: (request: XmlNode) => string;
}

const VERSION = '<tt:Major>2</tt:Major><tt:Minor>60</tt:Minor>';

/** The ONVIF device service (Core 8): who the camera is, its clock, where its services are. */
export function deviceOperations({ identity, origin, interfaceAddress, now }: DeviceFacts): Record<string, Operation> {
  const url = (path: string) => `${origin()}${path}`;
  return {
    GetSystemDateAndTime: { beforeAuthentication: true, answer: () => systemDateAndTime(now()) },

    GetDeviceInformation: {
      answer: () =>
        `<tds:GetDeviceInformationResponse><tds:Manufacturer>${MANUFACTURER}</tds:Manufacturer>` +
        `<tds:Model>${escapeXml(identity.model)}</tds:Model><tds:FirmwareVersion>${FIRMWARE}</tds:FirmwareVersion>` +
        `<tds:SerialNumber>${escapeXml(identity.serial)}</tds:SerialNumber>` +
        `<tds:HardwareId>${escapeXml(identity.hardware)}</tds:HardwareId></tds:GetDeviceInformationResponse>`,
    },

    GetCapabilities: {
      beforeAuthentication: true,
      answer: () =>
        '<tds:GetCapabilitiesResponse><tds:Capabilities>' +
        `<tt:Device><tt:XAddr>${url(DEVICE_PATH)}</tt:XAddr><tt:System><tt:DiscoveryResolve>false</tt:DiscoveryResolve>` +
        '<tt:DiscoveryBye>true</tt:DiscoveryBye><tt:RemoteDiscovery>false</tt:RemoteDiscovery>' +
        '<tt:SystemBackup>false</tt:SystemBackup><tt:SystemLogging>false</tt:SystemLogging>' +
        `<tt:FirmwareUpgrade>false</tt:FirmwareUpgrade><tt:SupportedVersions>${VERSION}</tt:SupportedVersions>` +
        '</tt:System></tt:Device>' +
        `<tt:Media><tt:XAddr>${url(MEDIA_PATH)}</tt:XAddr><tt:StreamingCapabilities>` +
        '<tt:RTPMulticast>false</tt:RTPMulticast><tt:RTP_TCP>true</tt:RTP_TCP><tt:RTP_RTSP_TCP>true</tt:RTP_RTSP_TCP>' +
        '</tt:StreamingCapabilities></tt:Media></tds:Capabilities></tds:GetCapabilitiesResponse>',
    },

    GetServices: {
      beforeAuthentication: true,
      answer: (request) => {
        const withCapabilities = ['true', '1'].includes(textOf(request.IncludeCapability));
        const service = (namespace: string, url: string, capabilities: string) =>
          `<tds:Service><tds:Namespace>${namespace}</tds:Namespace><tds:XAddr>${url}</tds:XAddr>` +
          (withCapabilities ? `<tds:Capabilities>${capabilities}</tds:Capabilities>` : '') +
          `<tds:Version>${VERSION}</tds:Version></tds:Service>`;
        const services =
          service(serviceNamespaces.tds, url(DEVICE_PATH), deviceCapabilities) +
          service(serviceNamespaces.trt, url(MEDIA_PATH), mediaCapabilities);
        return `<tds:GetServicesResponse>${services}</tds:GetServicesResponse>`;
      },
    },

    GetServiceCapabilities: {
      beforeAuthentication: true,
      answer: () => `<tds:GetServiceCapabilitiesResponse>${deviceCapabilities}</tds:GetServiceCapabilitiesResponse>`,
    },

    GetScopes: {
      answer: () => {
        const { fixed, configurable } = scopesOf(identity);
        const list = (kind: string, items: string[]) =>
          items.map(
            (item) =>
              `<tds:Scopes><tt:ScopeDef>${kind}</tt:ScopeDef><tt:ScopeItem>${escapeXml(item)}</tt:ScopeItem></tds:Scopes>`,
          );
        const scopes = [...list('Fixed', fixed), ...list('Configurable', configurable)].join('');
        return `<tds:GetScopesResponse>${scopes}</tds:GetScopesResponse>`;
      },
    },

    GetHostname: {
      beforeAuthentication: true,
      answer: () =>
        '<tds:GetHostnameResponse><tds:HostnameInformation><tt:FromDHCP>false</tt:FromDHCP>' +
        `<tt:Name>${escapeXml(identity.id)}</tt:Name></tds:HostnameInformation></tds:GetHostnameResponse>`,
    },

    GetNetworkInterfaces: {
      answer: () =>
        '<tds:GetNetworkInterfacesResponse><tds:NetworkInterfaces token="eth0"><tt:Enabled>true</tt:Enabled>' +
        '<tt:Info><tt:Name>eth0</tt:Name><tt:HwAddress>00:00:00:00:00:00</tt:HwAddress><tt:MTU>1500</tt:MTU></tt:Info>' +
        `<tt:IPv4><tt:Enabled>true</tt:Enabled><tt:Config><tt:Manual><tt:Address>${interfaceAddress}</tt:Address>` +
        '<tt:PrefixLength>8</tt:PrefixLength></tt:Manual><tt:DHCP>false</tt:DHCP></tt:Config></tt:IPv4>' +
        '</tds:NetworkInterfaces></tds:GetNetworkInterfacesResponse>',
    },
  };
}

const deviceCapabilities =
  '<tds:Capabilities><tds:Network IPFilter="false" ZeroConfiguration="false" IPVersion6="false" DynDNS="false"/>' +
  '<tds:Security TLS1.2="false" UsernameToken="true" HttpDigest="false" MaxUsers="1"/>' +
  '<tds:System DiscoveryResolve="false" DiscoveryBye="true" RemoteDiscovery="false" SystemBackup="false"/>' +
  '</tds:Capabilities>';

export const mediaCapabilities =
  '<trt:Capabilities SnapshotUri="false" Rotation="false"><trt:ProfileCapabilities MaximumNumberOfProfiles="2"/>' +
  '<trt:StreamingCapabilities RTPMulticast="false" RTP_TCP="true" RTP_RTSP_TCP="true"/></trt:Capabilities>';

function systemDateAndTime(now: number): string {
  const date = new Date(now);
  return (
    '<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType>' +
    '<tt:DaylightSavings>false</tt:DaylightSavings><tt:TimeZone><tt:TZ>CST-8</tt:TZ></tt:TimeZone>' +
    `<tt:UTCDateTime><tt:Time><tt:Hour>${date.getUTCHours()}</tt:Hour><tt:Minute>${date.getUTCMinutes()}</tt:Minute>` +
    `<tt:Second>${date.getUTCSeconds()}</tt:Second></tt:Time><tt:Date><tt:Year>${date.getUTCFullYear()}</tt:Year>` +
    `<tt:Month>${date.getUTCMonth() + 1}</tt:Month><tt:Day>${date.getUTCDate()}</tt:Day></tt:Date></tt:UTCDateTime>` +
    '</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>'
  );
}
