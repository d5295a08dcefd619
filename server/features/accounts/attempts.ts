import type { Clock } from '#lib/clock.ts';

/** Keys remembered; beyond that the oldest are forgotten, so that nobody fills our memory with names. */
const MOST_KEYS = 5000;

interface Count {
  taken: number;
  /** When it begins anew, epoch ms. */
  until: number;
}

/**
 * Attempts in a span of time, by key. One is taken before it is made, so that a burst that comes all at once has no more
 * than its share, and is given back where it was no failure.
 */
export class Attempts {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #spanMs: number;
  readonly #counts = new Map<string, Count>();

  constructor({ clock, most, spanMs }: { clock: Clock; most: number; spanMs: number }) {
    this.#clock = clock;
    this.#most = most;
    this.#spanMs = spanMs;
  }

  /** 0 where it may be made; else after how many ms it may. */
  take(key: string): number {
    const now = this.#clock.now();
    const known = this.#counts.get(key);
    const count = known && known.until > now ? known : { taken: 0, until: now + this.#spanMs };
    if (count.taken >= this.#most) return count.until - now;
    count.taken += 1;
    this.#counts.delete(key);
    this.#counts.set(key, count);
    if (this.#counts.size > MOST_KEYS) this.#counts.delete(this.#counts.keys().next().value!);
    return 0;
  }

  giveBack(key: string): void {
    const count = this.#counts.get(key);
    if (count && count.taken > 0) count.taken -= 1;
  }
}
