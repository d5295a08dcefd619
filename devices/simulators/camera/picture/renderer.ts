import { Worker } from 'node:worker_threads';
import type { RenderCache } from './render-cache.ts';
import type { RenderAnswer, RenderJob, RenderResult } from './render-worker.ts';

/** Renders empty rooms in a thread of its own, so that nothing else waits for it. */
export class Renderer {
  readonly #waiting = new Map<number, { resolve: (result: RenderResult) => void; reject: (error: Error) => void }>();
  readonly #cache: RenderCache | null;
  #worker: Worker | null = null;
  #nextId = 1;

  constructor(cache: RenderCache | null) {
    this.#cache = cache;
  }

  /** Rejects when the renderer is stopped before it is done. */
  async render(job: Omit<RenderJob, 'id'>): Promise<RenderResult> {
    const known = await this.#cache?.find(job);
    if (known) return known;
    const result = await this.#renderAfresh(job);
    await this.#cache?.keep(job, result);
    return result;
  }

  #renderAfresh(job: Omit<RenderJob, 'id'>): Promise<RenderResult> {
    const id = this.#nextId++;
    this.#worker ??= this.#open();
    const answer = new Promise<RenderResult>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#worker.postMessage({ id, ...job } satisfies RenderJob);
    return answer;
  }

  /** Whatever is asked for from now on gives way to all other work of the machine. */
  giveWay(): void {
    this.#worker?.postMessage('yield');
  }

  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
    this.#fail(new Error('the renderer was stopped'));
  }

  #open(): Worker {
    const worker = new Worker(new URL('./render-worker.ts', import.meta.url));
    worker.on('message', (answer: RenderAnswer) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if ('error' in answer) waiting?.reject(new Error(answer.error));
      else waiting?.resolve(answer.result);
    });
    worker.on('error', (error: Error) => {
      this.#worker = null;
      this.#fail(error);
    });
    return worker;
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
