import type { Clock } from '#lib/clock.ts';
import type { StreamCodec } from '../access-unit.ts';
import type { PictureBuilder } from '../codec/picture-builder.ts';
import { Timeline } from '../codec/timeline.ts';
import { PayloadReader } from './payload.ts';
import { isMarked, payloadEnd, payloadStart, payloadTypeOf, sequenceOf, timestampOf } from './rtp-packet.ts';
import type { WallClock } from './wall-clock.ts';

export interface RtpReceiverOptions {
  codec: StreamCodec;
  payloadType: number;
  clockRate: number;
  builder: PictureBuilder;
  wallClock: WallClock;
  clock: Clock;
}

/**
 * Reads the RTP packets of one source (RFC 3550, 5.1), tells where pictures end, and notices what is missing. Packets come
 * in order, so every gap in the sequence numbers is a loss. Works in place: no object is made for a packet.
 */
export class RtpReceiver {
  readonly #payloadType: number;
  readonly #builder: PictureBuilder;
  readonly #payload: PayloadReader;
  readonly #timeline: Timeline;
  readonly #wallClock: WallClock;
  readonly #clock: Clock;

  #sequence: number | null = null;
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

  /** One packet in `bytes[start, end)`. Those of another payload type count in the sequence and are passed over. */
  packet(bytes: Buffer, start: number, end: number): void {
    if (!this.#follows(sequenceOf(bytes, start))) return;
    if (payloadTypeOf(bytes, start) !== this.#payloadType) return;
    const from = payloadStart(bytes, start, end);
    const to = payloadEnd(bytes, start, end);
    if (to <= from) return;

    const timestamp = timestampOf(bytes, start);
    if (timestamp !== this.#timestamp && (this.#builder.hasPicture || this.#payload.inFragment)) this.#complete();
    this.#timestamp = timestamp;
    if (!this.#payload.read(bytes, from, to)) return this.#lose();
    if (isMarked(bytes, start)) this.#mark();
  }

  /** Another source goes on from here. */
  restart(): void {
    this.#sequence = null;
    this.#lose();
  }

  /** False for a packet that came twice. */
  #follows(sequence: number): boolean {
    if (sequence === this.#sequence) return false;
    if (this.#sequence !== null && sequence !== ((this.#sequence + 1) & 0xffff)) this.#lose();
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
      clockOffsetMs: this.#wallClock.offsetMs,
      receivedAt: this.#clock.now(),
    });
  }

  #lose(): void {
    this.#payload.forget();
    this.#builder.lose();
  }
}
