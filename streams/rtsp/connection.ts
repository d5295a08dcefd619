import net from 'node:net';
import { AppError, messageOf } from '#lib/app-error.ts';
import type { CameraNetworks } from '#lib/camera-networks.ts';
import type { Clock } from '#lib/clock.ts';
import type { RtspMessage } from './message.ts';
import { RtspParser } from './message-parser.ts';

const READ_BYTES = 32 * 1024;
const CLOSE_GRACE_MS = 300;

export interface RtspConnectionOptions {
  host: string;
  port: number;
  /** Where cameras may be; without it, anywhere. */
  networks?: CameraNetworks | undefined;
  clock: Clock;
  /** For connecting, and for each answer. */
  timeoutMs: number;
  interleaved: (channel: number, bytes: Buffer, start: number, end: number) => void;
}

interface Pending {
  method: string;
  resolve: (message: RtspMessage) => void;
  reject: (error: AppError) => void;
  cancel: () => void;
}

/**
 * One TCP connection to a camera: requests and their answers, and packets in between. All that can go wrong arrives as an
 * AppError of the CAMERA_ codes, at the requests under way and at `ended`. Reads into one buffer of its own over and
 * over, so that a pull does not allocate for what it receives.
 */
export class RtspConnection {
  readonly #options: RtspConnectionOptions;
  readonly #parser: RtspParser;
  readonly #pending = new Map<number, Pending>();
  readonly #ended = Promise.withResolvers<AppError>();
  #socket: net.Socket | null = null;
  #sequence = 0;
  #answered = false;
  #cause: AppError | null = null;

  constructor(options: RtspConnectionOptions) {
    this.#options = options;
    this.#parser = new RtspParser({
      message: (message) => this.#onMessage(message),
      interleaved: (channel, bytes, start, end) => {
        if (this.#cause === null) options.interleaved(channel, bytes, start, end);
      },
    });
  }

  /** Resolves with the reason when the connection is over, for whatever reason. */
  get ended(): Promise<AppError> {
    return this.#ended.promise;
  }

  /** Whether it has ended. */
  get over(): boolean {
    return this.#cause !== null;
  }

  /** Of the camera and of ours, once connected. */
  get addresses(): { local: string; remote: string } {
    return { local: this.#socket?.localAddress ?? '', remote: this.#socket?.remoteAddress ?? '' };
  }

  /** @throws AppError CAMERA_UNREACHABLE, CAMERA_ADDRESS_FORBIDDEN */
  async connect(): Promise<void> {
    const { host, port, networks, clock, timeoutMs } = this.#options;
    networks?.check(host);
    const connected = Promise.withResolvers<void>();
    const socket = net.connect({
      host,
      port,
      noDelay: true,
      ...(networks ? { lookup: networks.lookup } : {}),
      onread: {
        buffer: Buffer.allocUnsafeSlow(READ_BYTES),
        callback: (length, buffer) => this.#onBytes((buffer as Buffer).subarray(0, length)),
      },
    });
    this.#socket = socket;
    const cancel = clock.after(timeoutMs, () =>
      this.destroy(new AppError('CAMERA_UNREACHABLE', `no connection to ${host}:${port} within ${timeoutMs} ms`)),
    );
    socket.once('connect', () => connected.resolve());
    socket.on('error', (error) =>
      this.destroy(error instanceof AppError ? error : new AppError('CAMERA_UNREACHABLE', messageOf(error))),
    );
    socket.on('close', () => this.destroy(new AppError('CAMERA_UNREACHABLE', 'the camera closed the connection')));
    void this.#ended.promise.then((cause) => connected.reject(cause));
    await connected.promise.finally(cancel);
  }

  /** Sends a request and waits for its answer, whatever its status. */
  request(
    method: string,
    uri: string,
    headers: Readonly<Record<string, string>>,
    timeoutMs = this.#options.timeoutMs,
  ): Promise<RtspMessage> {
    const { clock } = this.#options;
    if (this.#cause) return Promise.reject(this.#cause);
    this.#sequence += 1;
    const sequence = this.#sequence;
    const { promise, resolve, reject } = Promise.withResolvers<RtspMessage>();
    const cancel = clock.after(timeoutMs, () => {
      this.#pending.delete(sequence);
      reject(new AppError('CAMERA_SILENT', `no answer to ${method} within ${timeoutMs} ms`));
    });
    this.#pending.set(sequence, { method, resolve, reject, cancel });
    this.#write(`${method} ${uri} RTSP/1.0`, { CSeq: String(sequence), ...headers });
    return promise;
  }

  /** Sends a packet between the messages (RFC 2326, 10.12). */
  sendInterleaved(channel: number, packet: Buffer): void {
    const head = Buffer.from([0x24, channel, packet.length >> 8, packet.length & 255]);
    if (this.#cause === null) this.#socket?.write(Buffer.concat([head, packet]));
  }

  /** Says a last word without waiting for an answer, and closes; resolves when the socket is gone. */
  async close(farewell: { method: string; uri: string; headers: Record<string, string> } | null): Promise<void> {
    const socket = this.#socket;
    if (!socket || socket.closed) return;
    const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    if (farewell && this.#cause === null) {
      this.#write(`${farewell.method} ${farewell.uri} RTSP/1.0`, {
        CSeq: String(this.#sequence + 1),
        ...farewell.headers,
      });
    }
    this.#fail(new AppError('CAMERA_UNREACHABLE', 'closed by us'));
    socket.end();
    const cancel = this.#options.clock.after(CLOSE_GRACE_MS, () => socket.destroy());
    await gone.finally(cancel);
  }

  /** Cuts the connection for this reason. */
  destroy(cause: AppError): void {
    this.#fail(cause);
    this.#socket?.destroy();
  }

  #fail(cause: AppError): void {
    if (this.#cause !== null) return;
    this.#cause = cause;
    for (const { method, reject, cancel } of this.#pending.values()) {
      cancel();
      // A camera that speaks RTSP and hangs up on a request does not like it: worth trying another client. One that
      // never spoke may be a router in front of a camera that is off.
      const hungUp = cause.code === 'CAMERA_UNREACHABLE' && this.#answered;
      reject(hungUp ? new AppError('CAMERA_PROTOCOL', `hung up on ${method}`, { cause }) : cause);
    }
    this.#pending.clear();
    this.#ended.resolve(cause);
  }

  #onBytes(chunk: Buffer): boolean {
    if (this.#cause !== null) return true;
    const failure = this.#parser.push(chunk);
    if (failure !== null) this.destroy(new AppError('CAMERA_PROTOCOL', failure));
    return true;
  }

  #onMessage(message: RtspMessage): void {
    const sequence = Number(message.headers.get('cseq'));
    if (message.status === 0) {
      // Some cameras check whether we still live with a request of their own.
      this.#write('RTSP/1.0 200 OK', { CSeq: String(Number.isSafeInteger(sequence) ? sequence : 0) });
      return;
    }
    const pending = this.#pending.get(sequence);
    if (!pending) return;
    this.#answered = true;
    this.#pending.delete(sequence);
    pending.cancel();
    pending.resolve(message);
  }

  #write(startLine: string, headers: Readonly<Record<string, string>>): void {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    this.#socket?.write(`${startLine}\r\n${lines.join('')}\r\n`);
  }
}
