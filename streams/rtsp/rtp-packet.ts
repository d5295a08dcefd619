/** The fixed part of the header (RFC 3550, 5.1). */
export const RTP_HEADER_BYTES = 12;

const PADDING = 0x20;
const EXTENSION = 0x10;
const CONTRIBUTORS = 15;
const MARKER = 0x80;

export const payloadTypeOf = (bytes: Buffer, start: number): number => bytes[start + 1]! & 127;
export const isMarked = (bytes: Buffer, start: number): boolean => (bytes[start + 1]! & MARKER) !== 0;
export const sequenceOf = (bytes: Buffer, start: number): number => bytes.readUInt16BE(start + 2);
export const timestampOf = (bytes: Buffer, start: number): number => bytes.readUInt32BE(start + 4);
export const sourceOf = (bytes: Buffer, start: number): number => bytes.readUInt32BE(start + 8);

/** Behind contributing sources and header extension; may lie behind the end of a broken packet. */
export function payloadStart(bytes: Buffer, start: number, end: number): number {
  const fixed = start + RTP_HEADER_BYTES + 4 * (bytes[start]! & CONTRIBUTORS);
  if (!(bytes[start]! & EXTENSION)) return fixed;
  return fixed + 4 > end ? end : fixed + 4 + 4 * bytes.readUInt16BE(fixed + 2);
}

/** Before the padding. */
export function payloadEnd(bytes: Buffer, start: number, end: number): number {
  return bytes[start]! & PADDING ? end - bytes[end - 1]! : end;
}
