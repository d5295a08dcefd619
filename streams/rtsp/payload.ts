import type { StreamCodec } from '../access-unit.ts';
import type { PictureBuilder } from '../codec/picture-builder.ts';

/** Where the two payload formats differ: types and how a fragment carries the header of its NAL unit. */
interface Layout {
  headerBytes: 1 | 2;
  lastSingleType: number;
  aggregationType: number;
  fragmentationType: number;
  type(firstByte: number): number;
  /** First byte of the NAL unit a fragmentation unit was cut from. */
  fragmented(firstByte: number, fragmentHeader: number): number;
}

/** RFC 6184, 5.6 to 5.8: single NAL unit, STAP-A and FU-A; that is packetisation modes 0 and 1. */
const h264: Layout = {
  headerBytes: 1,
  lastSingleType: 23,
  aggregationType: 24,
  fragmentationType: 28,
  type: (firstByte) => firstByte & 31,
  fragmented: (firstByte, fragmentHeader) => (firstByte & 0xe0) | (fragmentHeader & 31),
};

/** RFC 7798, 4.4.1 to 4.4.3, without decoding order numbers. */
const h265: Layout = {
  headerBytes: 2,
  lastSingleType: 47,
  aggregationType: 48,
  fragmentationType: 49,
  type: (firstByte) => (firstByte >> 1) & 63,
  fragmented: (firstByte, fragmentHeader) => (firstByte & 0x81) | ((fragmentHeader & 63) << 1),
};

const FRAGMENT_START = 0x80;
const FRAGMENT_END = 0x40;

/** Takes NAL units out of RTP payloads and gives them to the picture builder, without keeping the packet's bytes. */
export class PayloadReader {
  readonly #builder: PictureBuilder;
  readonly #layout: Layout;
  #inFragment = false;

  constructor(codec: StreamCodec, builder: PictureBuilder) {
    this.#builder = builder;
    this.#layout = codec === 'h264' ? h264 : h265;
  }

  /** Whether a NAL unit has begun and its end has not come. */
  get inFragment(): boolean {
    return this.#inFragment;
  }

  /** False where the payload is not what it claims to be, or does not follow the one before. */
  read(bytes: Buffer, start: number, end: number): boolean {
    const { headerBytes, lastSingleType, aggregationType, fragmentationType } = this.#layout;
    if (end - start <= headerBytes) return false;
    const type = this.#layout.type(bytes[start]!);
    if (type === fragmentationType) return this.#fragment(bytes, start, end);
    if (this.#inFragment) return false;
    if (type === aggregationType) return this.#aggregate(bytes, start + headerBytes, end);
    if (type > lastSingleType) return true; // private and unknown types carry no picture
    this.#builder.nal(bytes, start, end);
    return true;
  }

  /** After a loss. */
  forget(): void {
    this.#inFragment = false;
  }

  #aggregate(bytes: Buffer, start: number, end: number): boolean {
    let at = start;
    while (end - at > 2) {
      const length = bytes.readUInt16BE(at);
      at += 2;
      if (length === 0 || length > end - at) return false;
      this.#builder.nal(bytes, at, at + length);
      at += length;
    }
    return at === end;
  }

  #fragment(bytes: Buffer, start: number, end: number): boolean {
    const { headerBytes } = this.#layout;
    const header = bytes[start + headerBytes]!;
    const starts = (header & FRAGMENT_START) !== 0;
    if (starts === this.#inFragment) return false;
    if (starts) {
      this.#builder.openNal();
      this.#builder.appendByte(this.#layout.fragmented(bytes[start]!, header));
      if (headerBytes === 2) this.#builder.appendByte(bytes[start + 1]!);
    }
    this.#builder.append(bytes, start + headerBytes + 1, end);
    this.#inFragment = (header & FRAGMENT_END) === 0;
    if (!this.#inFragment) this.#builder.closeNal();
    return true;
  }
}
