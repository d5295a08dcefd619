/** The parts of npm onvif that it uses itself but gives no types for. */
declare module 'onvif/lib/utils.js' {
  /** Calls back with the body as the library's own methods expect it; numbers and dates are not yet made of strings. */
  export function parseSOAPString(
    xml: string,
    callback: (error: Error | null, data: unknown, xml: string, statusCode: number) => void,
    statusCode: number,
  ): void;
  /** The Digest challenges (RFC 7616) among raw headers. */
  export function getDigestHeaders(rawHeaders: string[]): string[];
}
