import { messageOf } from './app-error.ts';
import { Backoff } from './backoff.ts';
import type { Clock } from './clock.ts';

export interface DueLoopDeps {
  clock: Clock;
  /** Does what is due, a part of it at a time; true where more may be due. */
  tick(): Promise<boolean>;
  /** When something is due next, epoch ms; Infinity: nothing that is known. */
  earliest(): Promise<number>;
  /** Everything that was due is done. */
  well?(): void;
  failed(error: unknown, reason: string): void;
}

/** Wakes at least so often: the clock of the machine may be set. */
const MAX_SLEEP_MS = 60_000;

/**
 * One timer for the earliest of many instants that lie in the database: a tick costs what is due and nothing for what
 * waits. A failure is tried again soon.
 */
export class DueLoop {
  readonly #deps: DueLoopDeps;
  readonly #backoff = new Backoff({ firstMs: 1000, maxMs: 30_000, jitter: 0.2 });
  #cancel: (() => void) | null = null;
  #running: Promise<void> | null = null;
  #again = false;
  #stopped = true;

  constructor(deps: DueLoopDeps) {
    this.#deps = deps;
  }

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.poke();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    this.#cancel = null;
    await this.#running;
  }

  /** Something may be due earlier than was known. */
  poke(): void {
    if (this.#stopped) return;
    this.#again = true;
    this.#running ??= this.#run();
  }

  /** Resolves when nothing is due that was known at the call. */
  async settled(): Promise<void> {
    this.poke();
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, earliest, failed, tick, well } = this.#deps;
    this.#cancel?.();
    let sleepMs = MAX_SLEEP_MS;
    try {
      while (this.#again && !this.#stopped) {
        this.#again = false;
        while (!this.#stopped && (await tick()));
      }
      sleepMs = Math.min(sleepMs, Math.max(0, (await earliest()) - clock.now()));
      this.#backoff.reset();
      well?.();
    } catch (error) {
      failed(error, messageOf(error));
      sleepMs = this.#backoff.next();
    } finally {
      this.#running = null;
    }
    if (this.#stopped) return;
    if (this.#again) this.poke();
    else this.#cancel = clock.after(sleepMs, () => this.poke());
  }
}
