export interface BufferPoolOptions {
  /** Bytes of the smallest buffers; the others double from there. */
  smallest?: number;
  /** Bytes that are kept for the next who asks; more is left to the collector. */
  kept?: number;
}

/**
 * Buffers that are used again, in sizes that double: whoever copies into one allocates nothing. New memory outside the heap
 * makes the collector mark all of the heap, again and again; for ten megabytes a second of pictures that is half of all work.
 */
export class BufferPool {
  readonly #smallest: number;
  readonly #kept: number;
  /** By size; the size that was given back last stands last. */
  readonly #free = new Map<number, Buffer[]>();
  #freeBytes = 0;

  constructor({ smallest = 64 * 1024, kept = 32 * 1024 * 1024 }: BufferPoolOptions = {}) {
    this.#smallest = smallest;
    this.#kept = kept;
  }

  /** At least so many bytes. Whoever takes it gives it back, once. */
  take(bytes: number): Buffer {
    const size = this.#sizeFor(bytes);
    const buffer = this.#free.get(size)?.pop();
    if (!buffer) return Buffer.allocUnsafeSlow(size);
    this.#freeBytes -= size;
    return buffer;
  }

  give(buffer: Buffer): void {
    const list = this.#free.get(buffer.length) ?? [];
    list.push(buffer);
    this.#free.delete(buffer.length);
    this.#free.set(buffer.length, list);
    this.#freeBytes += buffer.length;
    while (this.#freeBytes > this.#kept) this.#dropOne();
  }

  /** The same content with room for so many bytes. */
  grow(buffer: Buffer, used: number, bytes: number): Buffer {
    if (bytes <= buffer.length) return buffer;
    const larger = this.take(bytes);
    buffer.copy(larger, 0, 0, used);
    this.give(buffer);
    return larger;
  }

  /** Of the size that has been of no use for longest. */
  #dropOne(): void {
    const [[size, list]] = this.#free as Iterable<[number, Buffer[]]> as [[number, Buffer[]]];
    list.pop();
    if (list.length === 0) this.#free.delete(size);
    this.#freeBytes -= size;
  }

  #sizeFor(bytes: number): number {
    let size = this.#smallest;
    while (size < bytes) size *= 2;
    return size;
  }
}
