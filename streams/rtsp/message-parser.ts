import { parseHead, type RtspMessage } from './message.ts';

/** An answer's start line and headers; cameras need some hundred bytes. */
export const MAX_HEAD_BYTES = 16 * 1024;
/** A session description; those of cameras with many tracks reach some kilobytes. */
export const MAX_BODY_BYTES = 128 * 1024;
const INTERLEAVED_HEADER_BYTES = 4;
const DOLLAR = 0x24;
const CR = 0x0d;
const LF = 0x0a;

export interface RtspListener {
  message(message: RtspMessage): void;
  /** One interleaved packet in `bytes[start, end)`; the bytes are reused when the call is over. */
  interleaved(channel: number, bytes: Buffer, start: number, end: number): void;
}

/**
 * Cuts the bytes of an RTSP connection into messages and interleaved packets (RFC 2326, 10.12). Packets are handed on
 * where they lie in the chunk; only one that reaches over the end of a chunk is copied, once, into a store that never
 * grows over the largest thing allowed.
 */
export class RtspParser {
  readonly #listener: RtspListener;
  /** The beginning of an item whose end has not come. */
  #store = Buffer.alloc(4096);
  #held = 0;
  /** Its length, once known; else 0. */
  #wanted = 0;
  /** Up to where the held bytes have been searched for the end of a head. */
  #searched = 0;
  #failure: string | null = null;

  constructor(listener: RtspListener) {
    this.#listener = listener;
  }

  /** Takes the next bytes. Answers null, or what is wrong with them; after that nothing more is taken. */
  push(chunk: Buffer): string | null {
    let at = 0;
    while (at < chunk.length && this.#failure === null) {
      at = this.#held === 0 ? this.#readItems(chunk, at) : this.#complete(chunk, at);
    }
    return this.#failure;
  }

  /** Hands on all whole items from `at`, holds the beginning of the last one. */
  #readItems(chunk: Buffer, at: number): number {
    while (at < chunk.length && this.#failure === null) {
      if (chunk[at] === CR || chunk[at] === LF) {
        at += 1;
        continue;
      }
      this.#searched = 0;
      const length = this.#measure(chunk, at, chunk.length);
      if (length === 0 || length > chunk.length - at) {
        this.#wanted = length;
        this.#hold(chunk, at, chunk.length);
        return chunk.length;
      }
      this.#emit(chunk, at, at + length);
      at += length;
    }
    return at;
  }

  /** Adds to the held item what it needs, and not a byte of the next one. */
  #complete(chunk: Buffer, at: number): number {
    const held = this.#held;
    const end = this.#wanted === 0 ? chunk.length : Math.min(chunk.length, at + this.#wanted - held);
    this.#hold(chunk, at, end);
    if (this.#wanted === 0) this.#wanted = this.#measure(this.#store, 0, this.#held);
    const length = this.#wanted;
    if (length === 0 || length > this.#held) return end;
    this.#held = 0;
    this.#emit(this.#store, 0, length);
    return at + length - held;
  }

  /** Length of the item that begins at `start`, or 0 while that cannot be said. */
  #measure(bytes: Buffer, start: number, end: number): number {
    const first = bytes[start]!;
    if (first === DOLLAR) {
      return end - start < INTERLEAVED_HEADER_BYTES ? 0 : INTERLEAVED_HEADER_BYTES + bytes.readUInt16BE(start + 2);
    }
    if (first < 0x41 || first > 0x5a) return this.#fail('bytes that are neither a message nor a packet');
    const head = this.#headBytes(bytes, start, end);
    if (head > MAX_HEAD_BYTES || (head === 0 && end - start > MAX_HEAD_BYTES)) {
      return this.#fail('headers without an end');
    }
    if (head === 0) return 0;
    const body = contentLength(bytes, start, start + head);
    return body === null || body > MAX_BODY_BYTES ? this.#fail('a Content-Length that cannot be') : head + body;
  }

  /** Length of the head with its empty line, or 0. Continues where the last search ended. */
  #headBytes(bytes: Buffer, start: number, end: number): number {
    const from = start + Math.max(0, this.#searched - 3);
    const limit = Math.min(end, start + MAX_HEAD_BYTES + 4);
    for (let at = from; at < limit; at += 1) {
      if (bytes[at] !== LF) continue;
      const next = bytes[at + 1] === CR ? at + 2 : at + 1;
      if (next < limit && bytes[next] === LF) {
        this.#searched = at + 3 - start;
        return next + 1 - start;
      }
    }
    this.#searched = limit - start;
    return 0;
  }

  #hold(chunk: Buffer, start: number, end: number): void {
    const needed = this.#held + end - start;
    if (needed > this.#store.length) {
      const store = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#store.length));
      this.#store.copy(store, 0, 0, this.#held);
      this.#store = store;
    }
    chunk.copy(this.#store, this.#held, start, end);
    this.#held = needed;
  }

  #emit(bytes: Buffer, start: number, end: number): void {
    if (bytes[start] === DOLLAR) {
      this.#listener.interleaved(bytes[start + 1]!, bytes, start + INTERLEAVED_HEADER_BYTES, end);
      return;
    }
    const head = this.#headBytes(bytes, start, end);
    const parsed = parseHead(bytes.toString('latin1', start, start + head).trimEnd());
    if (parsed) this.#listener.message({ ...parsed, body: Buffer.from(bytes.subarray(start + head, end)) });
    else this.#fail('a start line that is not RTSP');
  }

  #fail(what: string): number {
    this.#failure ??= what;
    return 0;
  }
}

/** 0 where there is none, null where it is not a number. */
function contentLength(bytes: Buffer, start: number, end: number): number | null {
  const match = /\r?\ncontent-length[ \t]*:[ \t]*([^\r\n]*)/i.exec(bytes.toString('latin1', start, end));
  if (!match) return 0;
  const text = match[1]!.trim();
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}
