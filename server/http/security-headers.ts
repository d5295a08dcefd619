/**
 * What the browser may do with our pages. Everything comes from this host: no other origin may be loaded, asked or
 * frame us, so a wall works in a closed network and a smuggled-in script finds nowhere to send.
 *
 * - `style-src-attr` is open because Vue and Leaflet place things with style attributes; style elements are not.
 * - `blob:` serves the player: its worker and Media Source buffers.
 * - WebAssembly stays off: there is no `'wasm-unsafe-eval'`.
 * - `'self'` in `connect-src` covers ws: and wss: of the same host (CSP Level 3, section 6.7.2.8).
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self' blob:",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
};
