/** Small enough to stay in the processor's cache from thread to thread. */
export const SLOT_BYTES = 512 * 1024;
const SLOTS = 8;
/** Words of the state: slots that were filled and emptied so far, then how many bytes lie in each. */
const FILLED = 0;
const EMPTIED = 1;
const LENGTHS = 2;
const STATE_BYTES = 4 * (LENGTHS + SLOTS);
const RESULT_BYTES = 32;

/**
 * Slots of bytes that one thread fills and another empties, in their order. Each waits for the other where it must and does
 * nothing else meanwhile. What the emptier makes of them all comes back by the same way.
 */
export class Belt {
  /** What the other thread makes its end of. */
  readonly shared: SharedArrayBuffer;
  readonly #state: Int32Array<SharedArrayBuffer>;
  readonly #result: Buffer;
  readonly #slots: readonly Buffer[];

  constructor(shared = new SharedArrayBuffer(STATE_BYTES + RESULT_BYTES + SLOTS * SLOT_BYTES)) {
    this.shared = shared;
    this.#state = new Int32Array(shared, 0, LENGTHS + SLOTS);
    this.#result = Buffer.from(shared, STATE_BYTES, RESULT_BYTES);
    const slotsAt = STATE_BYTES + RESULT_BYTES;
    this.#slots = Array.from({ length: SLOTS }, (_, i) => Buffer.from(shared, slotsAt + i * SLOT_BYTES, SLOT_BYTES));
  }

  /** The next slot to fill, as soon as it is empty. */
  empty(): Buffer {
    const filled = this.#read(FILLED);
    this.#waitWhile(EMPTIED, filled - SLOTS);
    return this.#slots[filled % SLOTS]!;
  }

  /** So many bytes are in it. */
  push(bytes: number): void {
    this.#state[LENGTHS + (this.#read(FILLED) % SLOTS)] = bytes;
    this.#step(FILLED);
  }

  /** What the other end makes of all that was pushed since the last result. */
  result(): Buffer {
    this.empty();
    this.push(0);
    const filled = this.#read(FILLED);
    for (let emptied = this.#read(EMPTIED); emptied < filled; emptied = this.#read(EMPTIED)) {
      this.#waitWhile(EMPTIED, emptied);
    }
    return Buffer.from(this.#result);
  }

  /** What lies in the next slot, as soon as it is filled; nothing: a result is wanted. */
  full(): Buffer {
    const emptied = this.#read(EMPTIED);
    this.#waitWhile(FILLED, emptied);
    return this.#slots[emptied % SLOTS]!.subarray(0, this.#state[LENGTHS + (emptied % SLOTS)]);
  }

  /** It may be filled again. */
  take(): void {
    this.#step(EMPTIED);
  }

  /** Gives the result that is wanted. */
  answer(result: Buffer): void {
    this.#result.set(result);
    this.take();
  }

  #read(word: number): number {
    return Atomics.load(this.#state, word);
  }

  #step(word: number): void {
    Atomics.add(this.#state, word, 1);
    Atomics.notify(this.#state, word);
  }

  #waitWhile(word: number, value: number): void {
    Atomics.wait(this.#state, word, value);
  }
}
