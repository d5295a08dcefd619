import type { BufferPool } from '../buffer-pool.ts';

/** Bytes on their way to viewers, in memory that is used again when nobody holds it any more. */
export class Message {
  readonly bytes: Buffer;
  readonly #pool: BufferPool;
  readonly #buffer: Buffer;
  #holders = 0;

  /** To be filled by who makes it. */
  constructor(pool: BufferPool, length: number) {
    this.#pool = pool;
    this.#buffer = pool.take(length);
    this.bytes = this.#buffer.subarray(0, length);
  }

  /** The bytes stay as they are until what this gives is called: once, as when they have left. */
  hold(): () => void {
    this.#holders += 1;
    return () => {
      this.#holders -= 1;
      if (this.#holders === 0) this.#pool.give(this.#buffer);
    };
  }
}
