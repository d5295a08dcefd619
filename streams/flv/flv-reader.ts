import type { StreamCodec } from '../access-unit.ts';
import { Framer, GARBAGE, UNKNOWN_LENGTH } from '../framer.ts';

const HEADER_BYTES = 13; // with the size of the tag before the first one
const TAG_HEADER_BYTES = 11;
const PREVIOUS_SIZE_BYTES = 4;
const MAX_TAG_BYTES = 10 * 1024 * 1024;
const AUDIO_TAG = 8;
const VIDEO_TAG = 9;
const AVC = 7;
const AAC = 10;
/** Enhanced RTMP (version 1, 2023): the highest bit of the first byte announces a packet type and a FourCC. */
const ENHANCED = 0x80;
const HEVC = 'hvc1';

export interface FlvListener {
  /** The AVCDecoderConfigurationRecord, or the HEVCDecoderConfigurationRecord. */
  config(record: Buffer, codec: StreamCodec): void;
  /** NAL units with their lengths in `bytes[start, end)`, reused when the call is over; `pts` in ms, 32 bits. */
  picture(bytes: Buffer, start: number, end: number, pts: number): void;
  /** Video of another codec. */
  otherCodec(): void;
  /** The AudioSpecificConfig of AAC; sound of other codecs is passed over. */
  soundConfig?(description: Buffer): void;
  /** One frame of AAC, as `picture`. */
  sound?(bytes: Buffer, start: number, end: number, pts: number): void;
}

/** Reads FLV (Video File Format Specification 10.1, annex E) with H.264, or H.265 as enhanced RTMP has it, and AAC. */
export class FlvReader {
  readonly #listener: FlvListener;
  readonly #framer: Framer;
  #begun = false;

  constructor(listener: FlvListener) {
    this.#listener = listener;
    this.#framer = new Framer({
      measure: (bytes, start, end) => this.#measure(bytes, start, end),
      take: (bytes, start, end) => this.#take(bytes, start, end),
    });
  }

  /** Takes the next bytes; false when they are not FLV, and from then on. */
  push(chunk: Buffer): boolean {
    return this.#framer.push(chunk);
  }

  #measure(bytes: Buffer, start: number, end: number): number {
    if (!this.#begun) {
      if (end - start < HEADER_BYTES) return UNKNOWN_LENGTH;
      return bytes.toString('latin1', start, start + 3) === 'FLV' ? HEADER_BYTES : GARBAGE;
    }
    if (end - start < TAG_HEADER_BYTES) return UNKNOWN_LENGTH;
    const size = bytes.readUIntBE(start + 1, 3);
    return size > MAX_TAG_BYTES ? GARBAGE : TAG_HEADER_BYTES + size + PREVIOUS_SIZE_BYTES;
  }

  #take(bytes: Buffer, start: number, end: number): void {
    if (!this.#begun) {
      this.#begun = true;
      return;
    }
    const dataStart = start + TAG_HEADER_BYTES;
    const dataEnd = end - PREVIOUS_SIZE_BYTES;
    const decodeTime = bytes.readUIntBE(start + 4, 3) + bytes[start + 7]! * 2 ** 24;
    const type = bytes[start]! & 31;
    if (type === AUDIO_TAG) return this.#sound(bytes, dataStart, dataEnd, decodeTime);
    if (type !== VIDEO_TAG || dataEnd - dataStart < 5) return;
    if ((bytes[dataStart]! & ENHANCED) !== 0) return this.#enhanced(bytes, dataStart, dataEnd, decodeTime);
    if ((bytes[dataStart]! & 0x0f) !== AVC) return this.#listener.otherCodec();
    const packetType = bytes[dataStart + 1];
    if (packetType === 0) this.#listener.config(Buffer.from(bytes.subarray(dataStart + 5, dataEnd)), 'h264');
    if (packetType !== 1) return;
    const pts = (decodeTime + bytes.readIntBE(dataStart + 2, 3)) >>> 0;
    this.#listener.picture(bytes, dataStart + 5, dataEnd, pts);
  }

  #sound(bytes: Buffer, start: number, end: number, decodeTime: number): void {
    if (end - start < 3 || bytes[start]! >> 4 !== AAC) return;
    if (bytes[start + 1] === 0) this.#listener.soundConfig?.(Buffer.from(bytes.subarray(start + 2, end)));
    else this.#listener.sound?.(bytes, start + 2, end, decodeTime);
  }

  #enhanced(bytes: Buffer, start: number, end: number, decodeTime: number): void {
    if (bytes.toString('latin1', start + 1, start + 5) !== HEVC) return this.#listener.otherCodec();
    const data = start + 5;
    const [sequenceStart, codedFrames, codedFramesX] = [0, 1, 3];
    const packetType = bytes[start]! & 0x0f;
    if (packetType === sequenceStart) this.#listener.config(Buffer.from(bytes.subarray(data, end)), 'h265');
    // Without a composition time where that is 0.
    if (packetType === codedFramesX) this.#listener.picture(bytes, data, end, decodeTime);
    if (packetType !== codedFrames || end - data < 3) return;
    this.#listener.picture(bytes, data + 3, end, (decodeTime + bytes.readIntBE(data, 3)) >>> 0);
  }
}
