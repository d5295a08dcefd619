import type { PLAN_IMAGE_TYPES } from '#contract/places.ts';

export interface ImageHeader {
  type: (typeof PLAN_IMAGE_TYPES)[number];
  /** Pixels. */
  width: number;
  height: number;
}

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** More pixels than this are no floor plan, but something to make a browser run out of memory with. */
const MOST_PIXELS = 100e6;

/** What a picture says of itself in its first bytes, whatever it was called; null where it is no PNG or JPEG that can be shown. */
export function imageHeader(bytes: Buffer): ImageHeader | null {
  const header = pngHeader(bytes) ?? jpegHeader(bytes);
  if (!header || header.width === 0 || header.height === 0) return null;
  return header.width * header.height <= MOST_PIXELS ? header : null;
}

/** PNG (W3C), 11.2.2: the IHDR chunk comes first. */
function pngHeader(bytes: Buffer): ImageHeader | null {
  if (bytes.length < 33 || !bytes.subarray(0, 8).equals(PNG_SIGNATURE)) return null;
  if (bytes.toString('latin1', 12, 16) !== 'IHDR') return null;
  return { type: 'image/png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** JPEG (ITU-T T.81), B.1: segments with their length until a start of frame (SOF0 to SOF15 without DHT, JPG and DAC). */
function jpegHeader(bytes: Buffer): ImageHeader | null {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return null;
  for (let at = 2; at + 9 <= bytes.length;) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1]!;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { type: 'image/jpeg', height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    // 0xff may fill up space before a marker
    at += marker === 0xff ? 1 : 2 + bytes.readUInt16BE(at + 2);
  }
  return null;
}
