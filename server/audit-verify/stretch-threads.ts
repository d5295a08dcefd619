import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { availableParallelism } from 'node:os';
import { AppError } from '#lib/app-error.ts';
import type { Database } from '../db/database.ts';
import { ENTRIES_AT_A_TIME, numberAfter } from '../features/audit/stored-entries.ts';
import type { Stretch, StretchRequest } from '../features/audit/stretch.ts';
import type { ChainReader } from '../features/audit/walk.ts';
import type { ThreadAnswer, ThreadOrder, ThreadRequest } from './stretch-thread.ts';

/** For each thread: one that it looks at, and one that waits, so that it never waits itself. */
const AHEAD = 2;

/** Threads that look at stretches of the audit side by side, one for each core. */
export class StretchThreads {
  readonly #threads: StretchThread[];
  #asked = 0;

  constructor(url: string) {
    this.#threads = Array.from({ length: availableParallelism() }, () => new StretchThread(url));
  }

  /** The chain in the database at the threads' address, which is asked for numbers here. */
  chain(db: Database): ChainReader {
    return {
      entriesAtATime: ENTRIES_AT_A_TIME,
      atOnce: this.#threads.length * AHEAD,
      after: (behind) => numberAfter(db, behind),
      look: (request) => this.#threads[this.#asked++ % this.#threads.length]!.look(request),
    };
  }

  async stop(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.stop()));
  }
}

class StretchThread {
  readonly #worker: Worker;
  readonly #ended: Promise<unknown>;
  /** In the order in which they were asked. */
  readonly #asked: PromiseWithResolvers<Stretch>[] = [];
  #failure: Error | null = null;

  constructor(url: string) {
    this.#worker = new Worker(new URL('./stretch-thread.ts', import.meta.url), {
      workerData: { url } satisfies ThreadOrder,
    });
    this.#worker.on('message', (answer: ThreadAnswer) => this.#take(answer));
    this.#worker.on('error', (error) => this.#fail(error as Error));
    this.#ended = once(this.#worker, 'exit').then(() => this.#fail(new Error('a thread ended without a word')));
  }

  look(request: StretchRequest): Promise<Stretch> {
    if (this.#failure) return Promise.reject(this.#failure);
    const asked = Promise.withResolvers<Stretch>();
    this.#asked.push(asked);
    this.#worker.postMessage(request satisfies ThreadRequest);
    return asked.promise;
  }

  async stop(): Promise<void> {
    this.#worker.postMessage(null satisfies ThreadRequest);
    await this.#ended;
  }

  #take(answer: ThreadAnswer): void {
    const asked = this.#asked.shift();
    if ('stretch' in answer) return asked?.resolve(answer.stretch);
    const { code, detail } = answer.failure;
    asked?.reject(code === null ? new Error(String(detail)) : new AppError(code, detail));
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#asked.splice(0)) reject(this.#failure);
  }
}
