/** Frames of FLAC (RFC 9639) with samples as they are: nothing is compressed, so that a few lines write them. */

const BITS = 16;
/** 9.1: sync, blocks of any length; length in 16 bits, rate and depth as STREAMINFO and here; 9.2.1: verbatim subframe. */
const SYNC_VARIABLE = 0xfff9;
const LENGTH_IN_16_BITS_RATE_OF_STREAM = 0x70;
const DEPTH_16 = 0x08;
const VERBATIM = 0x02;
/** Header up to its longest number, lengths and CRCs. */
const MOST_AROUND = 2 + 2 + 7 + 2 + 1 + 2;

/** STREAMINFO (8.2) as the `dfLa` box has it: flags, its own head, and what is not known left at 0. */
export function streamInfo(sampleRate: number, channels: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 + 4 + 34);
  const view = new DataView(bytes.buffer);
  view.setUint32(4, 0x80000000 | 34);
  view.setUint16(8, 16);
  view.setUint16(10, 0xffff);
  // 20 bits of rate, 3 of channels less one, 5 of depth less one, then the upper four of how many samples: not known
  view.setUint32(18, sampleRate * 0x1000 + (channels - 1) * 0x200 + (BITS - 1) * 0x10);
  return bytes;
}

/** One frame. @param samples interleaved, at most 65,536 a channel @param position of its first sample in the stream */
export function flacFrame(samples: Int16Array, channels: number, position: number): Uint8Array<ArrayBuffer> {
  const length = samples.length / channels;
  const bytes = new Uint8Array(MOST_AROUND + channels * (1 + length * 2));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, SYNC_VARIABLE);
  view.setUint8(2, LENGTH_IN_16_BITS_RATE_OF_STREAM);
  view.setUint8(3, ((channels - 1) << 4) | DEPTH_16);
  let at = writeNumber(bytes, 4, position);
  view.setUint16(at, length - 1);
  view.setUint8(at + 2, crc(bytes, at + 2, CRC8, 0xff, 0));
  at += 3;
  for (let channel = 0; channel < channels; channel += 1) {
    view.setUint8(at, VERBATIM);
    at += 1;
    for (let i = channel; i < samples.length; i += channels, at += 2) view.setInt16(at, samples[i]!);
  }
  view.setUint16(at, crc(bytes, at, CRC16, 0xffff, 8));
  return bytes.subarray(0, at + 2);
}

/** As UTF-8 would write it, up to 36 bits (9.1.5). */
function writeNumber(bytes: Uint8Array, at: number, number: number): number {
  if (number < 0x80) {
    bytes[at] = number;
    return at + 1;
  }
  let more = 1;
  while (number >= 2 ** (more * 5 + 6) && more < 6) more += 1;
  const mark = (0xff << (7 - more)) & 0xff;
  bytes[at] = mark | Math.floor(number / 64 ** more);
  for (let i = 1; i <= more; i += 1) bytes[at + i] = 0x80 | (Math.floor(number / 64 ** (more - i)) % 64);
  return at + more + 1;
}

function tableOf(polynomial: number, bits: number): Uint16Array {
  const [top, mask] = [1 << (bits - 1), (1 << bits) - 1];
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    let rest = byte << (bits - 8);
    for (let i = 0; i < 8; i += 1) rest = (rest & top ? (rest << 1) ^ polynomial : rest << 1) & mask;
    return rest;
  });
}
const CRC8 = tableOf(0x07, 8);
const CRC16 = tableOf(0x8005, 16);

/** 9.1.8, 9.3: from nothing, highest bit first. */
function crc(bytes: Uint8Array, end: number, table: Uint16Array, mask: number, shift: number): number {
  let rest = 0;
  for (let i = 0; i < end; i += 1) rest = ((rest << 8) & mask) ^ table[((rest >> shift) ^ bytes[i]!) & 0xff]!;
  return rest;
}
