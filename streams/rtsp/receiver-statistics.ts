import type { Clock } from '#lib/clock.ts';

/** RFC 3550, A.1: what a sequence number may leap forward or fall back without being a new beginning. */
const MAX_DROPOUT = 3000;
const MAX_MISORDER = 100;
const SEQUENCES = 65_536;
/** A transit time that changes by more is the camera's clock being set, not jitter. */
const CLOCK_JUMP_SEC = 10;

/** What a receiver report says of a source (RFC 3550, 6.4.1), and what we make of it. */
export interface ReceptionReport {
  /** Since the report before. */
  expected: number;
  lost: number;
  /** In 1/256 of what was expected. */
  fractionLost: number;
  cumulativeLost: number;
  highestSequence: number;
  /** In units of the RTP clock. */
  jitter: number;
  jitterMs: number;
}

/** Counts the packets of one source as they arrive, in whatever order (RFC 3550, A.1, A.3 and A.8). */
export class ReceiverStatistics {
  readonly #rate: number;
  readonly #clock: Pick<Clock, 'monotonic'>;
  #base = 0;
  #highest = 0;
  #cycles = 0;
  #badSequence: number | null = null;
  #received = 0;
  #expectedBefore = 0;
  #receivedBefore = 0;
  #timestamp: number | null = null;
  #transit: number | null = null;
  #jitter = 0;

  constructor(rate: number, clock: Pick<Clock, 'monotonic'>) {
    this.#rate = rate;
    this.#clock = clock;
  }

  /** A source begins with this packet. */
  begin(sequence: number): void {
    this.#base = this.#highest = sequence;
    this.#cycles = this.#received = this.#expectedBefore = this.#receivedBefore = 0;
    this.#badSequence = this.#timestamp = this.#transit = null;
  }

  packet(sequence: number, timestamp: number): void {
    if (sequence === this.#highest + 1) this.#highest = sequence;
    else if (!this.#count(sequence)) return;
    this.#received += 1;
    // The packets of one picture bear its timestamp and come one after the other: only the first tells of the network.
    if (timestamp === this.#timestamp) return;
    this.#timestamp = timestamp;
    this.#judge(timestamp);
  }

  report(): ReceptionReport {
    const extended = this.#cycles + this.#highest;
    const expectedInAll = this.#received === 0 ? 0 : extended - this.#base + 1;
    const expected = expectedInAll - this.#expectedBefore;
    const lost = Math.max(0, expected - (this.#received - this.#receivedBefore));
    this.#expectedBefore = expectedInAll;
    this.#receivedBefore = this.#received;
    return {
      expected,
      lost,
      fractionLost: expected > 0 ? Math.min(255, Math.floor((lost * 256) / expected)) : 0,
      cumulativeLost: expectedInAll - this.#received,
      highestSequence: extended >>> 0,
      jitter: Math.round(this.#jitter),
      jitterMs: (this.#jitter / this.#rate) * 1000,
    };
  }

  /** False for a packet far off all others, until a second one follows it. */
  #count(sequence: number): boolean {
    const ahead = (sequence - this.#highest) & 0xffff;
    if (ahead < MAX_DROPOUT) {
      if (sequence < this.#highest) this.#cycles += SEQUENCES;
      this.#highest = sequence;
    } else if (ahead <= SEQUENCES - MAX_MISORDER) {
      if (sequence !== this.#badSequence) {
        this.#badSequence = (sequence + 1) & 0xffff;
        return false;
      }
      this.begin(sequence);
    }
    return true;
  }

  #judge(timestamp: number): void {
    const arrival = Math.round((this.#clock.monotonic() / 1000) * this.#rate);
    const transit = (arrival - timestamp) | 0;
    const change = this.#transit === null ? 0 : Math.abs((transit - this.#transit) | 0);
    this.#transit = transit;
    if (change < CLOCK_JUMP_SEC * this.#rate) this.#jitter += (change - this.#jitter) / 16;
  }
}
