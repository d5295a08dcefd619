import type { Clock } from '#lib/clock.ts';
import { sequenceOf } from './rtp-packet.ts';

/** A gap is waited for this long and no longer: a live picture that comes later is worth less than the next one. */
export const REORDER_WITHIN_MS = 50;
export const MAX_HELD_PACKETS = 128;
/** RFC 3550, A.1: further ahead or further behind is a stray packet or, where a second one follows, a new beginning. */
const MAX_AHEAD = 3000;
const MAX_LATE = 100;
const MAX_HELD_BYTES = 512 * 1024;

export interface ReorderBufferOptions {
  clock: Clock;
  /** Packets in the order of their sequence numbers; a number that is left out is lost. */
  deliver: (bytes: Buffer, start: number, end: number) => void;
}

/**
 * Brings RTP packets of UDP into the order of their sequence numbers. While they come in order nothing is copied; those
 * behind a gap are held until it is filled, the time is over, or there are too many.
 */
export class ReorderBuffer {
  readonly #options: ReorderBufferOptions;
  readonly #held = new Map<number, Buffer>();
  #heldBytes = 0;
  #next: number | null = null;
  /** What would follow a packet far off all others. */
  #afterLeap: number | null = null;
  #cancel: (() => void) | null = null;

  constructor(options: ReorderBufferOptions) {
    this.#options = options;
  }

  get heldPackets(): number {
    return this.#held.size;
  }

  packet(bytes: Buffer, start: number, end: number): void {
    const sequence = sequenceOf(bytes, start);
    this.#next ??= sequence;
    const ahead = (sequence - this.#next) & 0xffff;
    if (ahead === 0) {
      this.#deliver(bytes, start, end, sequence);
      if (this.#held.size > 0) this.#drain();
    } else if (ahead < MAX_AHEAD) {
      this.#hold(sequence, Buffer.from(bytes.subarray(start, end)));
    } else if (ahead < 0x10000 - MAX_LATE) {
      this.#leap(bytes, start, end, sequence);
    }
    // Anything else was given up before, or comes for the second time.
  }

  /** Forgets what is held: what comes next is a new beginning. */
  reset(): void {
    this.#held.clear();
    this.#heldBytes = 0;
    this.#next = this.#afterLeap = null;
    this.#cancel?.();
    this.#cancel = null;
  }

  #leap(bytes: Buffer, start: number, end: number, sequence: number): void {
    const follows = sequence === this.#afterLeap;
    this.#afterLeap = (sequence + 1) & 0xffff;
    if (!follows) return;
    this.reset();
    this.#deliver(bytes, start, end, sequence);
  }

  #hold(sequence: number, packet: Buffer): void {
    if (!this.#held.has(sequence)) this.#heldBytes += packet.length;
    this.#held.set(sequence, packet);
    if (this.#held.size > MAX_HELD_PACKETS || this.#heldBytes > MAX_HELD_BYTES) this.#giveUp();
    else if (!this.#cancel) this.#wait();
  }

  #wait(): void {
    this.#cancel = this.#options.clock.after(REORDER_WITHIN_MS, () => this.#giveUp());
  }

  /** Calls the gap lost and goes on behind it. */
  #giveUp(): void {
    let nearest = 0x10000;
    for (const sequence of this.#held.keys()) nearest = Math.min(nearest, (sequence - this.#next!) & 0xffff);
    this.#next = (this.#next! + nearest) & 0xffff;
    this.#drain();
  }

  #drain(): void {
    for (;;) {
      const packet = this.#held.get(this.#next!);
      if (!packet) break;
      this.#held.delete(this.#next!);
      this.#heldBytes -= packet.length;
      this.#deliver(packet, 0, packet.length, this.#next!);
    }
    // Each gap has its own time, which begins when the one before it is closed.
    this.#cancel?.();
    this.#cancel = null;
    if (this.#held.size > 0) this.#wait();
  }

  #deliver(bytes: Buffer, start: number, end: number, sequence: number): void {
    this.#next = (sequence + 1) & 0xffff;
    this.#options.deliver(bytes, start, end);
  }
}
