import { execFile } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { isatty, ReadStream, WriteStream } from 'node:tty';
import { promisify } from 'node:util';
import { messageOf } from '#lib/app-error.ts';
import { Backoff } from '#lib/backoff.ts';
import { pause, type Clock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import type { Logger } from '#lib/logger.ts';

export interface SerialLineOptions {
  /** `/dev/ttyUSB0`, or better its lasting name below `/dev/serial/by-id/`. */
  path: string;
  /** Bits a second. */
  speed: number;
  /** Further words for `stty`, such as `parenb` or `cstopb`. */
  settings: readonly string[];
  clock: Clock;
  log: Logger;
}

const STTY_TIMEOUT_MS = 5_000;
/** Eight bits, no parity, one stop bit, every byte as it comes, no modem lines. */
const PLAIN = ['raw', '-echo', 'cs8', '-parenb', '-cstopb', 'clocal', '-crtscts'];

/**
 * A serial line as Linux has it: set up by `stty`, read and written as a terminal by Node itself, so that no native module is
 * needed. An adapter that is pulled out is opened again when it is back.
 */
export class SerialLine {
  /** What came, byte by byte as latin1. */
  readonly heard = new Emitter<string>();
  readonly upChanged = new Emitter<boolean>();
  readonly #options: SerialLineOptions;
  #output: WriteStream | null = null;
  #stopping: AbortController | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(options: SerialLineOptions) {
    this.#options = options;
  }

  get isUp(): boolean {
    return this.#output !== null;
  }

  start(): void {
    if (this.#stopping !== null) return;
    this.#stopping = new AbortController();
    this.#running = this.#run(this.#stopping.signal);
  }

  async stop(): Promise<void> {
    this.#stopping?.abort();
    this.#stopping = null;
    await this.#running;
  }

  /** False while the line is not there. */
  write(text: string): boolean {
    return this.#output?.write(text, 'latin1') !== undefined;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, log, path } = this.#options;
    const backoff = new Backoff({ firstMs: 250, maxMs: 5_000, jitter: 0.2 });
    let told = '';
    while (!signal.aborted) {
      try {
        await this.#setUp();
        const ended = this.#open(signal);
        backoff.reset();
        told = '';
        log.info({ line: path }, 'serial line open');
        this.upChanged.emit(true);
        await ended;
      } catch (error) {
        const reason = messageOf(error);
        if (reason !== told) log.warn({ line: path, reason }, 'serial line is away');
        told = reason;
      }
      if (this.#output !== null) {
        this.#output.destroy();
        this.#output = null;
        this.upChanged.emit(false);
      }
      await pause(clock, backoff.next(), signal);
    }
  }

  async #setUp(): Promise<void> {
    const { path, speed, settings } = this.#options;
    await promisify(execFile)('stty', ['-F', path, String(speed), ...PLAIN, ...settings], { timeout: STTY_TIMEOUT_MS });
  }

  /** Resolves when we are done with the line, rejects when it is done with us. */
  #open(signal: AbortSignal): Promise<void> {
    const { path } = this.#options;
    // One for each way: a stream closes its own. O_NOCTTY: the line must not become the terminal that can interrupt us.
    const open = () => openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
    const fd = open();
    if (!isatty(fd)) throw new Error(`${path} is no serial line`);
    const input = new ReadStream(fd);
    const output = new WriteStream(open());
    this.#output = output;
    return new Promise<void>((resolve, reject) => {
      const end = () => {
        input.destroy();
        resolve();
      };
      input.setEncoding('latin1');
      input.on('data', (bytes: string) => this.heard.emit(bytes));
      for (const stream of [input, output]) stream.on('error', reject);
      input.once('close', () => {
        signal.removeEventListener('abort', end);
        reject(new Error('the line was closed'));
      });
      signal.addEventListener('abort', end, { once: true });
    }).finally(() => input.destroy());
  }
}
