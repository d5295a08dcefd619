/** Where ONVIF is found besides port 80: Hikvision and Dahua derivatives 8000 and 8080, many cheap ones 8899. */
const PORTS = [80, 8000, 8080, 8899];
/** ONVIF Core 5.3.1. */
const PATH = '/onvif/device_service';

/**
 * Where the ONVIF service of a camera may be, most likely first, out of what people know of its address: a host, a host
 * with a port, or a web address with or without a path. Null for what is no such address.
 */
export function placesOf(typed: string): string[] | null {
  const text = typed.trim();
  const isWeb = /^https?:\/\//i.test(text);
  if (!isWeb && /^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return null;
  const url = URL.parse(isWeb ? text : `http://${bracketed(text)}`);
  if (!url?.hostname || url.username !== '' || url.password !== '') return null;
  if (url.pathname === '/') url.pathname = PATH;
  url.hash = '';
  const hasPort = url.port !== '' || isWeb || /:\d+(?:\/|$)/.test(bracketed(text));
  if (hasPort) return [url.href];
  return PORTS.map((port) => {
    const place = new URL(url);
    place.port = String(port);
    return place.href;
  });
}

/** A bare IPv6 address reads like a host with many ports. */
function bracketed(text: string): string {
  return /^[0-9a-f]*:[0-9a-f:.]*:[0-9a-f:.]*$/i.test(text) ? `[${text}]` : text;
}
