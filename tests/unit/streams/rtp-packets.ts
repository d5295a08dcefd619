export const SPS = Buffer.from('6742c016da0280bfe5c044000003000400000300783c58ba80', 'hex');
export const PPS = Buffer.from('68ce0fc8', 'hex');

export interface PacketOptions {
  sequence: number;
  timestamp: number;
  marker?: boolean;
  payloadType?: number;
  source?: number;
  /** Padding bytes at the end, contributing sources and extension words in the header. */
  padding?: number;
  contributors?: number;
  extensionWords?: number;
}

/** An RTP packet (RFC 3550, 5.1). */
export function rtp(payload: Uint8Array, options: PacketOptions): Buffer {
  const { sequence, timestamp, marker = false, payloadType = 96, source = 7 } = options;
  const { padding = 0, contributors = 0, extensionWords } = options;
  const head = Buffer.alloc(12 + 4 * contributors + (extensionWords === undefined ? 0 : 4 + 4 * extensionWords));
  head[0] = 0x80 | (padding > 0 ? 0x20 : 0) | (extensionWords === undefined ? 0 : 0x10) | contributors;
  head[1] = (marker ? 0x80 : 0) | payloadType;
  head.writeUInt16BE(sequence & 0xffff, 2);
  head.writeUInt32BE(timestamp >>> 0, 4);
  head.writeUInt32BE(source, 8);
  if (extensionWords !== undefined) head.writeUInt16BE(extensionWords, 12 + 4 * contributors + 2);
  const tail = Buffer.alloc(padding);
  if (padding > 0) tail[padding - 1] = padding;
  return Buffer.concat([head, payload, tail]);
}

/** A slice of an H.264 picture; `first` where it covers the first block. */
export function slice(key: boolean, body: number[], first = true): Buffer {
  return Buffer.from([key ? 0x65 : 0x41, first ? 0x88 : 0x08, ...body]);
}

/** STAP-A (RFC 6184, 5.7.1). */
export function stapA(...nals: Buffer[]): Buffer {
  return Buffer.concat([
    Buffer.from([0x78]),
    ...nals.flatMap((nal) => [Buffer.from([nal.length >> 8, nal.length & 255]), nal]),
  ]);
}

/** FU-A (5.8): the NAL unit in pieces of so many bytes. */
export function fuA(nal: Buffer, pieceBytes: number): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 1; at < nal.length; at += pieceBytes) {
    const start = at === 1 ? 0x80 : 0;
    const end = at + pieceBytes >= nal.length ? 0x40 : 0;
    const header = Buffer.from([(nal[0]! & 0xe0) | 28, start | end | (nal[0]! & 31)]);
    pieces.push(Buffer.concat([header, nal.subarray(at, at + pieceBytes)]));
  }
  return pieces;
}
