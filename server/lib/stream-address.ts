/** A stream address without credentials, and the credentials that stood in it. */
export interface StreamAddress {
  /** rtsp:// or rtsps://, otherwise exactly as it was written. */
  address: string;
  host: string;
  username: string;
  password: string;
}

/**
 * Read with a pattern and not with `URL`, which rewrites paths: cameras compare theirs letter by letter. The user part
 * reaches to the last @ before the path, because people type passwords as they are.
 */
const PATTERN = /^(rtsps?:\/\/)(?:([^\s/?#]*)@)?(\[[0-9a-f:.]+\]|[^\s/?#:@[\]]+)((?::\d{1,5})?(?:[/?#]\S*)?)$/i;

/** Takes an address apart, or gives null where it is no RTSP address (RFC 7826, 4.2). */
export function parseStreamAddress(text: string): StreamAddress | null {
  const [, scheme, user, host, rest] = PATTERN.exec(text.trim()) ?? [];
  if (scheme === undefined || host === undefined) return null;
  const colon = user?.indexOf(':') ?? -1;
  return {
    address: `${scheme.toLowerCase()}${host}${rest ?? ''}`,
    host: host.toLowerCase(),
    username: decode(colon < 0 ? (user ?? '') : user!.slice(0, colon)),
    password: decode(colon < 0 ? '' : user!.slice(colon + 1)),
  };
}

/** The same address on another host; port and path stay. `host` as in a URL: IPv6 in brackets. */
export function onHost(stream: StreamAddress, host: string): string {
  if (stream.host === host.toLowerCase()) return stream.address;
  return stream.address.replace(/^(rtsps?:\/\/)(\[[^\]]*\]|[^/?#:]+)/, (_all, scheme: string) => scheme + host);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
