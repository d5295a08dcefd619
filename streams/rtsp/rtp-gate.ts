import type { Clock } from '#lib/clock.ts';
import { ReceiverStatistics } from './receiver-statistics.ts';
import { payloadTypeOf, RTP_HEADER_BYTES, sequenceOf, sourceOf, timestampOf } from './rtp-packet.ts';

export interface RtpGateOptions {
  payloadType: number;
  clockRate: number;
  clock: Clock;
  /** One packet of the source in `bytes[start, end)`, in the order of arrival. */
  deliver: (bytes: Buffer, start: number, end: number) => void;
  /** What follows comes from another source and continues nothing. */
  switched: () => void;
}

/**
 * Lets in what belongs to the track: RTP by its header, of one synchronisation source. A camera that restarts behind a
 * relay goes on as another source without notice; that one is believed when two packets of it follow each other, with
 * none of the old one between them (the probation of RFC 3550, A.1), so that a stray packet ends nothing.
 */
export class RtpGate {
  readonly #options: RtpGateOptions;
  readonly statistics: ReceiverStatistics;
  #source: number | null = null;
  #candidate: { source: number; sequence: number; packet: Buffer } | null = null;

  constructor(options: RtpGateOptions) {
    this.#options = options;
    this.statistics = new ReceiverStatistics(options.clockRate, options.clock);
  }

  /** Whose packets pass; null before the first. */
  get source(): number | null {
    return this.#source;
  }

  packet(bytes: Buffer, start: number, end: number): void {
    if (end - start < RTP_HEADER_BYTES || bytes[start]! >> 6 !== 2) return;
    const source = sourceOf(bytes, start);
    if (source === this.#source) {
      this.#candidate = null;
      this.#pass(bytes, start, end);
      return;
    }
    // Of packets that are not ours, those of our source still pass: they take part in its sequence numbers.
    if (payloadTypeOf(bytes, start) !== this.#options.payloadType) return;
    const sequence = sequenceOf(bytes, start);
    if (this.#source === null) {
      this.#begin(source, sequence);
    } else {
      const candidate = this.#candidate;
      this.#candidate = { source, sequence, packet: Buffer.from(bytes.subarray(start, end)) };
      if (candidate?.source !== source || ((candidate.sequence + 1) & 0xffff) !== sequence) return;
      this.#begin(source, candidate.sequence);
      this.#options.switched();
      this.#pass(candidate.packet, 0, candidate.packet.length);
    }
    this.#pass(bytes, start, end);
  }

  #begin(source: number, sequence: number): void {
    this.#source = source;
    this.#candidate = null;
    this.statistics.begin(sequence);
  }

  #pass(bytes: Buffer, start: number, end: number): void {
    this.statistics.packet(sequenceOf(bytes, start), timestampOf(bytes, start));
    this.#options.deliver(bytes, start, end);
  }
}
