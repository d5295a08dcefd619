import type { Socket } from 'node:net';

/** Bytes of the fixed header at most: one of type and up to four of length (MQTT 3.1.1 section 2.2). */
const MAX_LENGTH_BYTES = 4;

/**
 * Follows the packets of one MQTT connection by their fixed headers alone, so that a packet is known to be too large
 * before its bytes have been gathered. The MQTT parser itself would collect up to 256 MB.
 */
export class FrameMeter {
  readonly #limit: number;
  /** Bytes still to come of the packet that is being read. */
  #skip = 0;
  #inHeader = false;
  #length = 0;
  #lengthBytes = 0;

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  /** False as soon as a packet announces more than the limit, or a length that is none. */
  accepts(chunk: Uint8Array): boolean {
    let at = 0;
    while (at < chunk.length) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, chunk.length - at);
        this.#skip -= step;
        at += step;
      } else if (!this.#inHeader) {
        this.#inHeader = true;
        this.#length = 0;
        this.#lengthBytes = 0;
        at += 1;
      } else {
        const byte = chunk[at]!;
        at += 1;
        this.#length += (byte & 0x7f) * 128 ** this.#lengthBytes;
        this.#lengthBytes += 1;
        if ((byte & 0x80) !== 0) {
          if (this.#lengthBytes === MAX_LENGTH_BYTES) return false;
          continue;
        }
        if (this.#length > this.#limit) return false;
        this.#inHeader = false;
        this.#skip = this.#length;
      }
    }
    return true;
  }
}

/** Cuts the connection when a packet is larger than the limit, before it is in memory. */
export function limitFrames(socket: Socket, limitBytes: number, onTooLarge: () => void): void {
  const meter = new FrameMeter(limitBytes);
  const read = socket.read.bind(socket);
  // The broker pulls with read(); a transform stream in between would copy every byte of every device.
  socket.read = (size?: number): unknown => {
    const chunk: unknown = read(size);
    if (!(chunk instanceof Uint8Array) || meter.accepts(chunk)) return chunk;
    onTooLarge();
    socket.destroy();
    return null;
  };
}
