import { AppError } from '#lib/app-error.ts';
import { BoundedQueue } from '#lib/bounded-queue.ts';

const MOST_WAITING = 64;

/** Processes of ffmpeg, so many at a time; a bounded number waits, in order. */
export class Turns {
  readonly #atATime: number;
  readonly #waiting = new BoundedQueue<() => void>(MOST_WAITING);
  #running = 0;

  constructor(atATime: number) {
    this.#atATime = atATime;
  }

  /** Resolves when it may begin; who took a turn gives it back. Throws FOOTAGE_BUSY where too many wait. */
  async take(): Promise<void> {
    if (this.#running < this.#atATime) {
      this.#running += 1;
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    if (!this.#waiting.push(resolve)) throw new AppError('FOOTAGE_BUSY');
    await promise;
  }

  giveBack(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running -= 1;
  }
}
