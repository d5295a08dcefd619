const SMALLEST = 64 * 1024;
/** What is kept for the next who asks; more is left to the collector. */
const KEPT_BYTES = 32 * 1024 * 1024;

/** Buffers that are used again, in sizes that double: a recorded picture costs a copy and no allocation. */
export class BufferPool {
  readonly #free = new Map<number, Buffer[]>();
  #freeBytes = 0;

  /** At least so many bytes. Whoever takes it gives it back, once. */
  take(bytes: number): Buffer {
    const size = sizeFor(bytes);
    const buffer = this.#free.get(size)?.pop();
    if (!buffer) return Buffer.allocUnsafeSlow(size);
    this.#freeBytes -= size;
    return buffer;
  }

  give(buffer: Buffer): void {
    if (this.#freeBytes + buffer.length > KEPT_BYTES) return;
    const list = this.#free.get(buffer.length);
    if (list) list.push(buffer);
    else this.#free.set(buffer.length, [buffer]);
    this.#freeBytes += buffer.length;
  }

  /** The same content with room for so many bytes. */
  grow(buffer: Buffer, used: number, bytes: number): Buffer {
    if (bytes <= buffer.length) return buffer;
    const larger = this.take(bytes);
    buffer.copy(larger, 0, 0, used);
    this.give(buffer);
    return larger;
  }
}

function sizeFor(bytes: number): number {
  let size = SMALLEST;
  while (size < bytes) size *= 2;
  return size;
}
