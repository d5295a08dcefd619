/** Time as a dependency: domain code asks a Clock, never the global one, so that tests and the alert engine can move it. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds that only ever grow; for measuring spans. */
  monotonic(): number;
  /** Calls once after `ms`, and returns how to call it off. */
  after(ms: number, action: () => void): () => void;
  /** Calls every `ms`, and returns how to end it. */
  every(ms: number, action: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
  every(ms, action) {
    const timer = setInterval(action, ms);
    return () => clearInterval(timer);
  },
};

/** Resolves after `ms`, or as soon as the signal is aborted; never rejects. */
export function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(ms, done);
    signal?.addEventListener('abort', done);
  });
}

/** A clock that stands still until it is moved: due actions run in the order of their time. */
export class ManualClock implements Clock {
  #now: number;
  #pending: { at: number; every: number | null; action: () => void }[] = [];

  constructor(start: number) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  after(ms: number, action: () => void): () => void {
    return this.#add({ at: this.#now + ms, every: null, action });
  }

  every(ms: number, action: () => void): () => void {
    return this.#add({ at: this.#now + ms, every: ms, action });
  }

  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#pending.filter((entry) => entry.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#now = Math.max(this.#now, next.at);
      if (next.every === null) this.#pending.splice(this.#pending.indexOf(next), 1);
      else next.at += next.every;
      next.action();
    }
    this.#now = end;
  }

  #add(entry: { at: number; every: number | null; action: () => void }): () => void {
    this.#pending.push(entry);
    return () => {
      const index = this.#pending.indexOf(entry);
      if (index >= 0) this.#pending.splice(index, 1);
    };
  }
}
