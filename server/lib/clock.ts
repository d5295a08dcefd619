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

/** Timers of Node overflow after 24.8 days. */
const LONGEST_TIMER_MS = 24 * 3600_000;

/**
 * Calls once when the clock shows `at` (epoch ms) or later, and returns how to call it off. A timer alone does not know
 * that: it fires up to a millisecond early, and early by as much as the clock of the machine was set back meanwhile.
 */
export function onceAt(clock: Clock, at: number, action: () => void): () => void {
  let cancel: () => void;
  const wait = () => {
    const ms = Math.min(Math.max(0, at - clock.now()), LONGEST_TIMER_MS);
    cancel = clock.after(ms, () => (clock.now() < at ? wait() : action()));
  };
  wait();
  return () => cancel();
}

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

interface Pending {
  at: number;
  every: number | null;
  action: () => void;
}

/** A clock that stands still until it is moved: due actions run in the order of their time. */
export class ManualClock implements Clock {
  #now: number;
  #pending: Pending[] = [];

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
      const next = this.#nextUntil(end);
      if (!next) break;
      this.#now = Math.max(this.#now, next.at);
      if (next.every === null) this.#pending.splice(this.#pending.indexOf(next), 1);
      else next.at += next.every;
      next.action();
    }
    this.#now = end;
  }

  /** Of those at one time the one that was asked for first. */
  #nextUntil(end: number): Pending | null {
    let next: Pending | null = null;
    for (const entry of this.#pending) if (entry.at <= end && (!next || entry.at < next.at)) next = entry;
    return next;
  }

  #add(entry: Pending): () => void {
    this.#pending.push(entry);
    return () => {
      const index = this.#pending.indexOf(entry);
      if (index >= 0) this.#pending.splice(index, 1);
    };
  }
}
