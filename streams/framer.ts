/** How the bytes of a connection fall into items, and where the items go. */
export interface Framing {
  /**
   * Length of the item that begins at `start`; `UNKNOWN_LENGTH` while `[start, end)` holds too little to say, `GARBAGE`
   * where no item begins there. Once said, a length stands. `held` bytes from `start` on were shown before.
   */
  measure(bytes: Buffer, start: number, end: number, held: number): number;
  /** One whole item in `bytes[start, end)`, which are reused when the call is over. */
  take(bytes: Buffer, start: number, end: number): void;
}

export const UNKNOWN_LENGTH = 0;
export const GARBAGE = -1;

/**
 * Cuts a stream of bytes into items. Items are handed on where they lie in the chunk; only one that reaches over the end
 * of a chunk is copied, once. The store for it grows to the largest item the framing lets pass and no further.
 */
export class Framer {
  readonly #framing: Framing;
  /** The beginning of an item whose end has not come. */
  #store = Buffer.alloc(0);
  #held = 0;
  #wanted = UNKNOWN_LENGTH;
  #broken = false;

  constructor(framing: Framing) {
    this.#framing = framing;
  }

  /** Takes the next bytes; false when they are garbage, and from then on. */
  push(chunk: Buffer): boolean {
    let at = 0;
    while (at < chunk.length && !this.#broken) at = this.#held > 0 ? this.#fill(chunk, at) : this.#cut(chunk, at);
    return !this.#broken;
  }

  #cut(chunk: Buffer, at: number): number {
    const length = this.#framing.measure(chunk, at, chunk.length, 0);
    if (length === GARBAGE) return this.#break(chunk);
    if (length === UNKNOWN_LENGTH || length > chunk.length - at) {
      this.#wanted = length;
      this.#hold(chunk, at, chunk.length);
      return chunk.length;
    }
    this.#framing.take(chunk, at, at + length);
    return at + length;
  }

  /** Adds to the held item what it needs, and keeps not a byte of the next one. */
  #fill(chunk: Buffer, at: number): number {
    const held = this.#held;
    const end = this.#wanted === UNKNOWN_LENGTH ? chunk.length : Math.min(chunk.length, at + this.#wanted - held);
    this.#hold(chunk, at, end);
    if (this.#wanted === UNKNOWN_LENGTH) this.#wanted = this.#framing.measure(this.#store, 0, this.#held, held);
    const length = this.#wanted;
    if (length === GARBAGE) return this.#break(chunk);
    if (length === UNKNOWN_LENGTH || length > this.#held) return end;
    this.#held = 0;
    this.#framing.take(this.#store, 0, length);
    return at + length - held;
  }

  #hold(chunk: Buffer, start: number, end: number): void {
    const needed = Math.max(this.#held + end - start, this.#wanted);
    if (needed > this.#store.length) {
      const store = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#store.length));
      this.#store.copy(store, 0, 0, this.#held);
      this.#store = store;
    }
    chunk.copy(this.#store, this.#held, start, end);
    this.#held += end - start;
  }

  #break(chunk: Buffer): number {
    this.#broken = true;
    this.#store = Buffer.alloc(0);
    return chunk.length;
  }
}
