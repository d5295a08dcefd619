/** An rtsp:// address taken apart. */
export interface RtspAddress {
  host: string;
  port: number;
  /** As it stands in requests: without credentials. */
  uri: string;
}

const DEFAULT_PORT = 554;

/** Reads an rtsp:// address; null for anything else (rtsps:// is left to the `ffmpeg` source). */
export function parseRtspAddress(text: string): RtspAddress | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.protocol !== 'rtsp:' || url.hostname === '') return null;
  url.username = '';
  url.password = '';
  url.hash = '';
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port) || DEFAULT_PORT, uri: url.href };
}

/**
 * The address of a control attribute (RFC 2326, C.1.1). Cameras mean it as a suffix even where the base has a query
 * or no slash at its end, which the rules for relative addresses would cut off. Only what may stand in a request line
 * is kept: the camera wrote it.
 */
export function controlUri(base: string, control: string | null): string {
  const clean = (control ?? '').replace(/[^\x21-\x7e]/g, '');
  if (clean === '' || clean === '*') return base;
  if (/^rtsp:\/\//i.test(clean)) return clean;
  return `${base.replace(/\/$/, '')}/${clean.replace(/^\//, '')}`;
}
