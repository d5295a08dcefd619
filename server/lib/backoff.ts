export interface BackoffOptions {
  firstMs: number;
  maxMs: number;
  /** Share of the delay that is random, 0..1, so that a hundred cameras do not come back in one instant. */
  jitter: number;
  random?: () => number;
}

/** Delays that double up to a limit; `reset` after a success. */
export class Backoff {
  readonly #options: BackoffOptions;
  #attempt = 0;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  next(): number {
    const { firstMs, maxMs, jitter, random = Math.random } = this.#options;
    const full = Math.min(maxMs, firstMs * 2 ** this.#attempt);
    this.#attempt += 1;
    return full * (1 - jitter * random());
  }

  reset(): void {
    this.#attempt = 0;
  }
}
