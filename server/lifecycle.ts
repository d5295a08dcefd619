import { messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';

/** Anything with a life: constructors do nothing, these two do it all. */
export interface Part<Started = void> {
  start(): Promise<Started> | Started;
  stop(): Promise<void> | void;
}

/** Starts parts one by one and stops them in the opposite order, whatever some of them throw. */
export class Lifecycle {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #running: { name: string; part: Part<unknown> }[] = [];
  #stopping: Promise<void> | null = null;

  constructor({ clock, log }: { clock: Clock; log: Logger }) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Starts the part and gives what it gives. A part that fails to start is stopped with the others. */
  async up<Started>(name: string, part: Part<Started>): Promise<Started> {
    if (this.#stopping) throw new Error(`stopped before ${name} was started`);
    const since = this.#clock.monotonic();
    this.#running.push({ name, part });
    const started = await part.start();
    this.#log.debug({ part: name, ms: Math.round(this.#clock.monotonic() - since) }, 'started');
    return started;
  }

  /** Stops everything once; every call waits for the same end. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    for (let next = this.#running.pop(); next; next = this.#running.pop()) {
      const since = this.#clock.monotonic();
      try {
        await next.part.stop();
        this.#log.debug({ part: next.name, ms: Math.round(this.#clock.monotonic() - since) }, 'stopped');
      } catch (error) {
        this.#log.error({ part: next.name, err: error, detail: messageOf(error) }, 'could not be stopped cleanly');
      }
    }
  }
}
