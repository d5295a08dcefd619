import type { IncomingHttpHeaders } from 'node:http';

const loopbackHosts = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i;

/**
 * Whether the caller sits on this machine and speaks to us directly. A proxy on this machine also has a loopback
 * address, so anything it forwards does not count; and the host must be asked for by a loopback name, so that a page
 * which points its own name at 127.0.0.1 does not count either.
 */
export function isLocalPeer(address: string, headers: IncomingHttpHeaders): boolean {
  const loopback = address === '::1' || /^(::ffff:)?127\./.test(address);
  const forwarded = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined;
  return loopback && !forwarded && loopbackHosts.test(headers.host ?? '');
}
