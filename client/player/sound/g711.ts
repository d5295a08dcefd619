/** G.711 (ITU-T, 1988): one byte a sample, companded; a table of 256 says it all. */
export type G711 = 'ulaw' | 'alaw';

/** µ-law as in RTP's PCMU: bits inverted; sign, three bits of exponent, four of mantissa; 14 bits, here as 16. */
function fromUlaw(byte: number): number {
  const bits = ~byte & 0xff;
  const size = ((((bits & 0x0f) << 3) + 0x84) << ((bits >> 4) & 7)) - 0x84;
  return bits & 0x80 ? -size : size;
}

/** A-law as in RTP's PCMA: every other bit inverted; the sign bit is set for positive samples. */
function fromAlaw(byte: number): number {
  const bits = byte ^ 0x55;
  const exponent = (bits >> 4) & 7;
  const mantissa = ((bits & 0x0f) << 4) + 8;
  const size = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
  return bits & 0x80 ? size : -size;
}

const tableOf = (decode: (byte: number) => number) => Int16Array.from({ length: 256 }, (_, i) => decode(i));
const tables: Record<G711, Int16Array> = { ulaw: tableOf(fromUlaw), alaw: tableOf(fromAlaw) };

/** Samples of 16 bits. */
export function g711Samples(law: G711, bytes: Uint8Array): Int16Array<ArrayBuffer> {
  const table = tables[law];
  const samples = new Int16Array(bytes.length);
  for (let i = 0; i < bytes.length; i += 1) samples[i] = table[bytes[i]!]!;
  return samples;
}

/** Samples in -1..1. */
export function decodeG711(law: G711, bytes: Uint8Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(g711Samples(law, bytes), (sample) => sample / 32_768);
}
