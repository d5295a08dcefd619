import type { Clock } from '#lib/clock.ts';
import type { SoundUnit } from '../access-unit.ts';
import { Timeline } from '../codec/timeline.ts';
import { payloadEnd, payloadStart, payloadTypeOf, sequenceOf, timestampOf } from './rtp-packet.ts';
import type { SoundTrack } from './sound-track.ts';
import type { Synchroniser } from './synchroniser.ts';
import type { WallClock } from './wall-clock.ts';

/** RFC 3640, 3.2.1: 16 bits that say how many bits of headers follow, then 16 for each access unit. */
const LENGTH_BYTES = 2;
const HEADER_BYTES = 2;

export interface SoundReaderOptions {
  track: SoundTrack;
  wallClock: WallClock;
  synchroniser: Synchroniser;
  clock: Clock;
  take: (unit: SoundUnit) => void;
}

/** Takes frames of sound out of RTP packets that come in order. What is broken or lost is left out: sound mends itself. */
export class SoundReader {
  readonly #options: SoundReaderOptions;
  readonly #timeline: Timeline;
  #sequence: number | null = null;
  /** A frame that comes in pieces, how much of it is there, and whether the next packet continues it. */
  #frame: Buffer | null = null;
  #filled = 0;

  constructor(options: SoundReaderOptions) {
    this.#options = options;
    this.#timeline = new Timeline(options.track.clockRate);
  }

  packet(bytes: Buffer, start: number, end: number): void {
    const sequence = sequenceOf(bytes, start);
    if (this.#sequence !== null && sequence !== ((this.#sequence + 1) & 0xffff)) this.lose();
    this.#sequence = sequence;
    const { payloadType, frameSamples } = this.#options.track;
    const from = payloadStart(bytes, start, end);
    const to = payloadEnd(bytes, start, end);
    if (payloadTypeOf(bytes, start) !== payloadType || to <= from) return;
    const timestamp = timestampOf(bytes, start);
    if (frameSamples === null) this.#give(timestamp, bytes.subarray(from, to));
    else this.#frames(bytes, from, to, timestamp, frameSamples);
  }

  lose(): void {
    this.#frame = null;
  }

  #frames(bytes: Buffer, start: number, end: number, timestamp: number, frameSamples: number): void {
    if (end - start < LENGTH_BYTES + HEADER_BYTES) return this.lose();
    const count = bytes.readUInt16BE(start) / 8 / HEADER_BYTES;
    let at = start + LENGTH_BYTES + HEADER_BYTES * count;
    if (!Number.isInteger(count) || count < 1 || at > end) return this.lose();
    for (let i = 0; i < count; i += 1) {
      const size = bytes.readUInt16BE(start + LENGTH_BYTES + HEADER_BYTES * i) >> 3;
      if (count === 1 && (size > end - at || this.#frame)) return this.#piece(bytes, at, end, size, timestamp);
      if (size === 0 || size > end - at) return this.lose();
      this.#frame = null;
      const { clockRate, format } = this.#options.track;
      const later = Math.round((i * frameSamples * clockRate) / format.sampleRate);
      this.#give((timestamp + later) >>> 0, bytes.subarray(at, at + size));
      at += size;
    }
  }

  /** A frame larger than a packet: each of its packets says the size of the whole (RFC 3640, 3.1). */
  #piece(bytes: Buffer, start: number, end: number, size: number, timestamp: number): void {
    if (this.#frame?.length !== size) {
      this.#frame = null;
      if (size === 0) return;
      if (size <= end - start) return this.#give(timestamp, bytes.subarray(start, start + size));
      this.#frame = Buffer.allocUnsafe(size);
      this.#filled = 0;
    }
    if (end - start > size - this.#filled) return this.lose();
    this.#filled += bytes.copy(this.#frame, this.#filled, start, end);
    if (this.#filled < size) return;
    const frame = this.#frame;
    this.#frame = null;
    this.#give(timestamp, frame);
  }

  #give(timestamp: number, data: Buffer): void {
    const { wallClock, synchroniser, clock, take } = this.#options;
    const arrival = clock.monotonic();
    const wallclock = wallClock.at(timestamp);
    const pts = synchroniser.place(this.#timeline.pts(timestamp, arrival), wallclock, arrival);
    if (pts !== null) take({ track: 'sound', pts, wallclock, receivedAt: clock.now(), data });
  }
}
