import type { CameraServiceInfo } from '#contract/cameras.ts';
import { child, children, clip, textOf, type XmlElement } from './soap.ts';

/** A camera has a dozen services; more are noise. */
const SERVICE_LIMIT = 40;

/** Reads GetServicesResponse (ONVIF Core 8.1.2): `media` of ver20 is Media2, services of makers are left out. */
export function readServices(response: XmlElement): CameraServiceInfo[] {
  const services = children(response, 'Service').flatMap((service) => {
    const [, version, word] = /onvif\.org\/(ver\d+)\/(\w+)/i.exec(textOf(service, 'Namespace')) ?? [];
    const address = textOf(service, 'XAddr');
    if (word === undefined || address === '') return [];
    const name = word.toLowerCase();
    return [{ name: version === 'ver20' && name === 'media' ? 'media2' : name, address: clip(address) }];
  });
  return services.slice(0, SERVICE_LIMIT);
}

/** Reads GetCapabilitiesResponse, the older way to say the same (ONVIF Core 8.1.1). */
export function readCapabilities(response: XmlElement): CameraServiceInfo[] {
  const capabilities = child(response, 'Capabilities');
  if (!capabilities) return [];
  const extension = child(capabilities, 'Extension') ?? {};
  return [...Object.entries(capabilities), ...Object.entries(extension)].slice(0, SERVICE_LIMIT).flatMap(([name]) => {
    const address = textOf(capabilities, name, 'XAddr') || textOf(extension, name, 'XAddr');
    return address === '' ? [] : [{ name: name.toLowerCase(), address: clip(address) }];
  });
}

/**
 * Where a service is reached, given where the device was: many cameras name a host that leads nowhere, because they
 * once lived there or sit behind a router. Its port counts only where the host is right.
 */
export function serviceUrl(written: string, device: URL): URL {
  const reached = new URL(device);
  reached.username = '';
  reached.password = '';
  const named = URL.parse(written, device.href);
  if (!named || !/^https?:$/.test(named.protocol)) return reached;
  if (named.hostname === device.hostname && named.protocol === device.protocol) reached.port = named.port;
  reached.pathname = named.pathname;
  reached.search = named.search;
  reached.hash = '';
  return reached;
}
