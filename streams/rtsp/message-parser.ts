import { Framer, GARBAGE, UNKNOWN_LENGTH } from '../framer.ts';
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

/** Cuts the bytes of an RTSP connection into messages and interleaved packets (RFC 2326, 10.12). */
export class RtspParser {
  readonly #listener: RtspListener;
  readonly #framer = new Framer({
    measure: (bytes, start, end, held) => this.#measure(bytes, start, end, held),
    take: (bytes, start, end) => this.#take(bytes, start, end),
  });
  #failure: string | null = null;

  constructor(listener: RtspListener) {
    this.#listener = listener;
  }

  /** Takes the next bytes. Answers null, or what is wrong with them; after that nothing more is taken. */
  push(chunk: Buffer): string | null {
    if (this.#failure === null) this.#framer.push(chunk);
    return this.#failure;
  }

  #measure(bytes: Buffer, start: number, end: number, held: number): number {
    const first = bytes[start]!;
    if (this.#failure !== null) return GARBAGE;
    if (first === DOLLAR) {
      if (end - start < INTERLEAVED_HEADER_BYTES) return UNKNOWN_LENGTH;
      return INTERLEAVED_HEADER_BYTES + bytes.readUInt16BE(start + 2);
    }
    // Empty lines between messages; some cameras end a body with one.
    if (first === CR || first === LF) return 1;
    if (first < 0x41 || first > 0x5a) return this.#fail('bytes that are neither a message nor a packet');
    const headEnd = findHeadEnd(bytes, start + Math.max(0, held - 3), end);
    const headBytes = (headEnd ?? end) - start;
    if (headBytes > MAX_HEAD_BYTES) return this.#fail('headers without an end');
    if (headEnd === null) return UNKNOWN_LENGTH;
    const body = contentLength(bytes.toString('latin1', start, headEnd));
    return body === null || body > MAX_BODY_BYTES ? this.#fail('a Content-Length that cannot be') : headBytes + body;
  }

  #take(bytes: Buffer, start: number, end: number): void {
    const first = bytes[start]!;
    if (first === CR || first === LF || this.#failure !== null) return;
    if (first === DOLLAR) {
      this.#listener.interleaved(bytes[start + 1]!, bytes, start + INTERLEAVED_HEADER_BYTES, end);
      return;
    }
    const headEnd = findHeadEnd(bytes, start, end) ?? end;
    const head = parseHead(bytes.toString('latin1', start, headEnd).trimEnd());
    if (head) this.#listener.message({ ...head, body: Buffer.from(bytes.subarray(headEnd, end)) });
    else this.#fail('a start line that is not RTSP');
  }

  #fail(what: string): number {
    this.#failure ??= what;
    return GARBAGE;
  }
}

/** Where the empty line after the headers ends, or null. */
function findHeadEnd(bytes: Buffer, from: number, end: number): number | null {
  const shown = bytes.subarray(0, end);
  for (let at = shown.indexOf(LF, from); at >= 0; at = shown.indexOf(LF, at + 1)) {
    const next = shown[at + 1] === CR ? at + 2 : at + 1;
    if (shown[next] === LF) return next + 1;
  }
  return null;
}

/** 0 where there is none, null where it is not a number. */
function contentLength(head: string): number | null {
  const match = /\ncontent-length[ \t]*:[ \t]*([^\r\n]*)/i.exec(head);
  if (!match) return 0;
  const text = match[1]!.trim();
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}
