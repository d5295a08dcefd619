import type { Clock } from './clock.ts';

export interface CoalescerOptions<T> {
  clock: Clock;
  /** The least time between two values of one key, ms. */
  everyMs: number;
  /** One value that says what both say; must not grow without bound when called again and again. */
  merge: (older: T, newer: T) => T;
  send: (key: string, value: T) => void;
}

interface Lane<T> {
  waiting: T | undefined;
  cancel: () => void;
}

/**
 * Sends the first value of a key at once and then at most one every so often, merged from all that came meanwhile. A
 * quiet key costs nothing; a loud one costs one message an interval.
 */
export class Coalescer<T> {
  readonly #options: CoalescerOptions<T>;
  readonly #lanes = new Map<string, Lane<T>>();

  constructor(options: CoalescerOptions<T>) {
    this.#options = options;
  }

  push(key: string, value: T): void {
    const lane = this.#lanes.get(key);
    if (!lane) return this.#send(key, value);
    lane.waiting = lane.waiting === undefined ? value : this.#options.merge(lane.waiting, value);
  }

  /** Drops what waits under this key. */
  forget(key: string): void {
    this.#lanes.get(key)?.cancel();
    this.#lanes.delete(key);
  }

  stop(): void {
    for (const key of [...this.#lanes.keys()]) this.forget(key);
  }

  #send(key: string, value: T): void {
    const { clock, everyMs, send } = this.#options;
    this.#lanes.set(key, { waiting: undefined, cancel: clock.after(everyMs, () => this.#onInterval(key)) });
    send(key, value);
  }

  #onInterval(key: string): void {
    const waiting = this.#lanes.get(key)?.waiting;
    if (waiting === undefined) this.#lanes.delete(key);
    else this.#send(key, waiting);
  }
}
