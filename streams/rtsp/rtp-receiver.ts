import type { Clock } from '#lib/clock.ts';
import type { StreamCodec } from '../access-unit.ts';
import type { PictureBuilder } from '../codec/picture-builder.ts';
import { Timeline } from '../codec/timeline.ts';
import { PayloadReader } from './payload.ts';
import type { WallClock } from './wall-clock.ts';

const FIXED_HEADER_BYTES = 12;

export interface RtpReceiverOptions {
  codec: StreamCodec;
  payloadType: number;
  clockRate: number;
  builder: PictureBuilder;
  wallClock: WallClock;
  clock: Clock;
}

/**
 * Reads the RTP packets of one track (RFC 3550, 5.1), tells where pictures end, and notices what is missing. Packets come
 * in order (TCP), so every gap in the sequence numbers is a loss. Works in place: no object is made for a packet.
 */
export class RtpReceiver {
  readonly #payloadType: number;
  readonly #builder: PictureBuilder;
  readonly #payload: PayloadReader;
  readonly #timeline: Timeline;
  readonly #wallClock: WallClock;
  readonly #clock: Clock;

  #source: number | null = null;
  #sequence = 0;
  /** Of the unit in work, and of the one last ended by a marker. */
  #timestamp = 0;
  #markedTimestamp: number | null = null;
  /** Some cameras set the marker on every slice; then pictures end where the timestamp changes. */
  #markersTrusted = true;

  constructor({ codec, payloadType, clockRate, builder, wallClock, clock }: RtpReceiverOptions) {
    this.#payloadType = payloadType;
    this.#builder = builder;
    this.#payload = new PayloadReader(codec, builder);
    this.#timeline = new Timeline(clockRate);
    this.#wallClock = wallClock;
    this.#clock = clock;
  }

  /** One packet in `bytes[start, end)`; packets that are malformed or of another payload type are passed over. */
  packet(bytes: Buffer, start: number, end: number): void {
    if (end - start < FIXED_HEADER_BYTES || bytes[start]! >> 6 !== 2) return;
    if ((bytes[start + 1]! & 127) !== this.#payloadType) return;
    const payloadStart = headerEnd(bytes, start, end);
    const payloadEnd = bytes[start]! & 0x20 ? end - bytes[end - 1]! : end;
    const sequence = bytes.readUInt16BE(start + 2);
    if (!this.#follows(sequence, bytes.readUInt32BE(start + 8))) return;
    if (payloadEnd <= payloadStart) return;

    const timestamp = bytes.readUInt32BE(start + 4);
    if (timestamp !== this.#timestamp && (this.#builder.hasPicture || this.#payload.inFragment)) this.#complete();
    this.#timestamp = timestamp;
    if (!this.#payload.read(bytes, payloadStart, payloadEnd)) return this.#lose();
    if (bytes[start + 1]! & 0x80) this.#mark();
  }

  /** False for a packet that came twice. */
  #follows(sequence: number, source: number): boolean {
    if (source === this.#source) {
      if (sequence === this.#sequence) return false;
      if (sequence !== ((this.#sequence + 1) & 0xffff)) this.#lose();
    } else if (this.#source !== null) {
      this.#lose();
    }
    this.#source = source;
    this.#sequence = sequence;
    return true;
  }

  #mark(): void {
    if (!this.#builder.hasPicture) return;
    if (this.#markedTimestamp === this.#timestamp && !this.#builder.beginsWithFirstSlice) {
      this.#markersTrusted = false;
      return this.#lose();
    }
    this.#markedTimestamp = this.#timestamp;
    if (this.#markersTrusted) this.#complete();
  }

  #complete(): void {
    if (this.#payload.inFragment) return this.#lose();
    this.#builder.complete({
      pts: this.#timeline.pts(this.#timestamp, this.#clock.monotonic()),
      wallclock: this.#wallClock.at(this.#timestamp),
      receivedAt: this.#clock.now(),
    });
  }

  #lose(): void {
    this.#payload.forget();
    this.#builder.lose();
  }
}

function headerEnd(bytes: Buffer, start: number, end: number): number {
  const fixed = start + FIXED_HEADER_BYTES + 4 * (bytes[start]! & 15);
  if (!(bytes[start]! & 0x10)) return fixed;
  return fixed + 4 > end ? end : fixed + 4 + 4 * bytes.readUInt16BE(fixed + 2);
}
