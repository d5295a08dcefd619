import type { BufferPool } from '../buffer-pool.ts';

/** RFC 6455, 5.2: nothing longer stands before what a server sends, which is not masked. */
const FRAME_HEAD_BYTES = 10;
/** All of a binary message in one frame. */
const WHOLE_BINARY = 0x82;

/** Bytes on their way to viewers, in memory that is used again when nobody holds it any more. */
export class Message {
  readonly bytes: Buffer;
  readonly #pool: BufferPool;
  readonly #buffer: Buffer;
  #frame: Buffer | null = null;
  #holders = 0;

  /** To be filled by who makes it. */
  constructor(pool: BufferPool, length: number) {
    this.#pool = pool;
    this.#buffer = pool.take(FRAME_HEAD_BYTES + length);
    this.bytes = this.#buffer.subarray(FRAME_HEAD_BYTES, FRAME_HEAD_BYTES + length);
  }

  /** With the head of a WebSocket's frame before them, so that both are one write. */
  get frame(): Buffer {
    return (this.#frame ??= this.#framed());
  }

  /** The bytes stay as they are until what this gives is called: once, as when they have left. */
  hold(): () => void {
    this.#holders += 1;
    return () => {
      this.#holders -= 1;
      if (this.#holders === 0) this.#pool.give(this.#buffer);
    };
  }

  #framed(): Buffer {
    const { length } = this.bytes;
    const lengthBytes = length < 126 ? 0 : length < 65_536 ? 2 : 8;
    const frame = this.#buffer.subarray(FRAME_HEAD_BYTES - 2 - lengthBytes, FRAME_HEAD_BYTES + length);
    frame[0] = WHOLE_BINARY;
    frame[1] = lengthBytes === 0 ? length : lengthBytes === 2 ? 126 : 127;
    if (lengthBytes === 2) frame.writeUInt16BE(length, 2);
    if (lengthBytes === 8) frame.writeBigUInt64BE(BigInt(length), 2);
    return frame;
  }
}
