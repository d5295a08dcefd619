import { Worker } from 'node:worker_threads';
import type { RenderCache } from './render-cache.ts';
import type { RenderAnswer, RenderHurry, RenderJob, RenderResult } from './render-worker.ts';

const STOPPED = 'the renderer was stopped';

/** Renders empty rooms in a thread of its own, so that nothing else waits for it. */
export class Renderer {
  readonly #waiting = new Map<number, { resolve: (result: RenderResult) => void; reject: (error: Error) => void }>();
  readonly #cache: RenderCache | null;
  #worker: Worker | null = null;
  #nextId = 1;
  #stopped = false;

  constructor(cache: RenderCache | null) {
    this.#cache = cache;
  }

  /** `hurry` tells that a gentle job is waited for now; `result` rejects when the renderer is stopped before. */
  render(plan: Omit<RenderJob, 'id'>): { result: Promise<RenderResult>; hurry: () => void } {
    const job: RenderJob = { ...plan, id: this.#nextId++ };
    return {
      result: this.#render(job),
      hurry: () => {
        job.isGentle = false;
        if (this.#waiting.has(job.id)) this.#worker?.postMessage({ hurry: job.id } satisfies RenderHurry);
      },
    };
  }

  async #render(job: RenderJob): Promise<RenderResult> {
    const known = await this.#cache?.find(job);
    if (known) return known;
    if (this.#stopped) throw new Error(STOPPED);
    this.#worker ??= this.#open();
    const answer = new Promise<RenderResult>((resolve, reject) => this.#waiting.set(job.id, { resolve, reject }));
    this.#worker.postMessage(job);
    const result = await answer;
    await this.#cache?.keep(job, result);
    return result;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
    this.#fail(new Error(STOPPED));
  }

  #open(): Worker {
    const worker = new Worker(new URL('./render-worker.ts', import.meta.url));
    worker.on('message', (answer: RenderAnswer) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if ('error' in answer) waiting?.reject(new Error(answer.error));
      else waiting?.resolve(answer.result);
      if (this.#waiting.size > 0 || this.#worker !== worker) return;
      // Its memory is worth more than the time to start it again for a room that nobody has asked for yet.
      this.#worker = null;
      void worker.terminate();
    });
    worker.on('error', (error: Error) => {
      if (this.#worker === worker) this.#worker = null;
      this.#fail(error);
    });
    return worker;
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
