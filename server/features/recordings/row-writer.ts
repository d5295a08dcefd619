import { AppError, messageOf } from '#lib/app-error.ts';
import { Backoff } from '#lib/backoff.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { ProblemBoard } from '#lib/problem-board.ts';
import type { RecorderReport } from '#lib/recorder-report.ts';

/** An hour of 99 cameras. What does not fit is found again in the files. */
const MOST = 40_000;
const BATCH = 500;
/** Reports of one moment are written together. */
const GATHER_MS = 50;

export interface RowWriterDeps {
  write: (reports: readonly RecorderReport[]) => Promise<void>;
  clock: Clock;
  log: Logger;
  problems: Pick<ProblemBoard, 'raise' | 'clear'>;
  /** The database is back, and some files have no row for want of memory. */
  onForgotten: () => void;
}

/** Writes what the recorder tells behind it: recording goes on while the database is away. */
export class RowWriter {
  readonly #deps: RowWriterDeps;
  readonly #backoff = new Backoff({ firstMs: 500, maxMs: 10_000, jitter: 0.2 });
  #waiting: RecorderReport[] = [];
  #forgotten = 0;
  #cancel: (() => void) | null = null;
  #pass: Promise<void> | null = null;
  #stopped = false;

  constructor(deps: RowWriterDeps) {
    this.#deps = deps;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  start(): void {
    this.#stopped = false;
  }

  put(report: RecorderReport): void {
    if (this.#waiting.length >= MOST && !this.#forget()) return;
    this.#waiting.push(report);
    if (!this.#pass) this.#cancel ??= this.#deps.clock.after(GATHER_MS, () => void this.settled());
  }

  /** Resolves when everything that waits now was tried once, written or not. */
  async settled(): Promise<void> {
    this.#cancel?.();
    this.#cancel = null;
    if (this.#waiting.length > 0 || this.#pass) await (this.#pass ??= this.#writeAll());
  }

  /** Tries once more, then rests. What is not written then is found in the files at the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.settled();
    this.#cancel?.();
    this.#cancel = null;
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const batch = this.#waiting.slice(0, BATCH);
        await this.#deps.write(batch);
        this.#waiting.splice(0, batch.length);
      }
      this.#backoff.reset();
      this.#deps.problems.clear('recordings');
      if (this.#forgotten > 0) {
        this.#deps.log.warn({ files: this.#forgotten }, 'files of footage are looked for that the memory did not hold');
        this.#forgotten = 0;
        this.#deps.onForgotten();
      }
    } catch (error) {
      this.#retryLater(error);
    } finally {
      this.#pass = null;
    }
  }

  #retryLater(error: unknown): void {
    const { problems, log, clock } = this.#deps;
    const code = error instanceof AppError ? error.code : 'INTERNAL';
    problems.raise('recordings', code, messageOf(error));
    if (this.#stopped) {
      return log.error({ err: error, code, reports: this.#waiting.length }, 'rows of footage not stored at the end');
    }
    if (code === 'INTERNAL') log.error({ err: error, code }, 'rows of footage could not be stored');
    this.#cancel ??= clock.after(this.#backoff.next(), () => void this.settled());
  }

  /** Segments are in their files; runs and gaps are few and stand nowhere else. */
  #forget(): boolean {
    // The batch that is being written must stay where it is.
    const at = this.#waiting.findIndex(({ type }, i) => i >= BATCH && type === 'segment');
    this.#forgotten += 1;
    if (at < 0) return false;
    this.#waiting.splice(at, 1);
    return true;
  }
}
