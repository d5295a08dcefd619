import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** AMF0 (version 0 of the Action Message Format): numbers, strings, objects of strings. */
function amf(value: number | string | null | Record<string, string>): Buffer {
  const text = (words: string) => Buffer.concat([Buffer.from([0, words.length]), Buffer.from(words)]);
  if (value === null) return Buffer.from([5]);
  if (typeof value === 'string') return Buffer.concat([Buffer.from([2]), text(value)]);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(9);
    bytes.writeDoubleBE(value, 1);
    return bytes;
  }
  const fields = Object.entries(value).flatMap(([name, words]) => [text(name), amf(words)]);
  return Buffer.concat([Buffer.from([3]), ...fields, Buffer.from([0, 0, 9])]);
}

/** One RTMP message as a single chunk with a full header (RTMP 1.0, 5.3.1.2.1). */
export function message(type: number, body: Buffer, timeMs = 0): Buffer {
  const header = Buffer.alloc(12);
  header[0] = 3;
  header.writeUIntBE(timeMs, 1, 3);
  header.writeUIntBE(body.length, 4, 3);
  header[7] = type;
  return Buffer.concat([header, body]);
}

const command = (...values: Parameters<typeof amf>[0][]) => message(20, Buffer.concat(values.map(amf)));

/** Speaks just enough RTMP to do what no encoder here does. */
export class Intruder {
  readonly socket: Socket;
  readonly closed: Promise<unknown>;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('error', () => undefined);
    this.closed = once(this.socket, 'close');
    this.socket.resume();
    this.socket.write(Buffer.concat([Buffer.from([3]), Buffer.alloc(1536)]));
    this.socket.write(Buffer.alloc(1536));
  }

  send(...messages: Buffer[]): void {
    this.socket.write(Buffer.concat(messages));
  }

  static connect(tcUrl = 'rtmp://127.0.0.1/live'): Buffer {
    return command('connect', 1, { app: 'live', tcUrl });
  }

  static publish(streamKey: string): Buffer {
    return command('publish', 2, null, streamKey, 'live');
  }

  /** From now on a chunk holds a message of any length, but for the largest. */
  static chunkSize(): Buffer {
    return message(1, Buffer.from([0, 0xff, 0xff, 0xff]));
  }

  /** A key picture out of nothing, short enough for one chunk. */
  static picture(): Buffer {
    return message(9, Buffer.concat([Buffer.from([0x17, 1, 0, 0, 0]), Buffer.alloc(100, 0x65)]));
  }
}
