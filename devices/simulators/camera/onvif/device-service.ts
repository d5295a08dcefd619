import { deviceIoOperations } from './device-io-service.ts';
import { DEVICE_PATH, FIRMWARE, MANUFACTURER, scopesOf } from './identity.ts';
import { networkOperations } from './network.ts';
import type { OnvifCamera, Operations } from './operation.ts';
import { servicesOf } from './services.ts';
import { escapeXml, namespaceOf, textOf } from './soap.ts';

const VERSION = '<tt:Major>2</tt:Major><tt:Minor>60</tt:Minor>';

/** The ONVIF device service (Core 8): who the camera is, its clock, where its services are. */
export function deviceOperations(camera: OnvifCamera): Operations {
  const { identity, now, origin } = camera;
  const services = servicesOf(camera);
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
      answer: () => {
        const inside = services.map(({ path, oldName, oldCapabilities = '' }) =>
          oldName ? `<tt:${oldName}><tt:XAddr>${url(path)}</tt:XAddr>${oldCapabilities}</tt:${oldName}>` : '',
        );
        const device =
          `<tt:Device><tt:XAddr>${url(DEVICE_PATH)}</tt:XAddr><tt:System><tt:DiscoveryResolve>false</tt:DiscoveryResolve>` +
          '<tt:DiscoveryBye>true</tt:DiscoveryBye><tt:RemoteDiscovery>false</tt:RemoteDiscovery>' +
          '<tt:SystemBackup>false</tt:SystemBackup><tt:SystemLogging>false</tt:SystemLogging>' +
          `<tt:FirmwareUpgrade>false</tt:FirmwareUpgrade><tt:SupportedVersions>${VERSION}</tt:SupportedVersions>` +
          '</tt:System></tt:Device>';
        return (
          `<tds:GetCapabilitiesResponse><tds:Capabilities>${device}${inside.join('')}</tds:Capabilities>` +
          '</tds:GetCapabilitiesResponse>'
        );
      },
    },

    GetServices: {
      beforeAuthentication: true,
      answer: (request) => {
        const withCapabilities = ['true', '1'].includes(textOf(request.IncludeCapability));
        const service = (namespace: string, path: string, capabilities: string) =>
          `<tds:Service><tds:Namespace>${namespace}</tds:Namespace><tds:XAddr>${url(path)}</tds:XAddr>` +
          (withCapabilities ? `<tds:Capabilities>${capabilities}</tds:Capabilities>` : '') +
          `<tds:Version>${VERSION}</tds:Version></tds:Service>`;
        const list = services.map(({ prefix, path, capabilities }) => service(namespaceOf(prefix), path, capabilities));
        const own = service(namespaceOf('tds'), DEVICE_PATH, deviceCapabilities(camera.signsInByDigest));
        return `<tds:GetServicesResponse>${own}${list.join('')}</tds:GetServicesResponse>`;
      },
    },

    GetServiceCapabilities: {
      beforeAuthentication: true,
      answer: () =>
        `<tds:GetServiceCapabilitiesResponse>${deviceCapabilities(camera.signsInByDigest)}</tds:GetServiceCapabilitiesResponse>`,
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

    ...networkOperations(camera),

    // The relays may be asked for here as well (Core 8.5).
    ...deviceIoOperations(camera, 'tds'),
  };
}

const deviceCapabilities = (signsInByDigest: boolean): string =>
  '<tds:Capabilities><tds:Network IPFilter="false" ZeroConfiguration="false" IPVersion6="false" DynDNS="false"/>' +
  `<tds:Security TLS1.2="false" UsernameToken="true" HttpDigest="${signsInByDigest}" MaxUsers="1"/>` +
  '<tds:System DiscoveryResolve="false" DiscoveryBye="true" RemoteDiscovery="false" SystemBackup="false"/>' +
  '</tds:Capabilities>';

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
