import type { Clock } from '#lib/clock.ts';

const WRONG_PASSWORDS = 3;
export const LOCKED_MS = 30_000;

/** Cameras lock their account for a while after too many wrong passwords; then the right one is refused too. */
export class SignInLock {
  readonly #clock: Clock;
  #wrong = 0;
  #until = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isLocked(): boolean {
    return this.#clock.monotonic() < this.#until;
  }

  count(isRight: boolean): void {
    if (this.isLocked) return;
    this.#wrong = isRight ? 0 : this.#wrong + 1;
    if (this.#wrong < WRONG_PASSWORDS) return;
    this.#wrong = 0;
    this.#until = this.#clock.monotonic() + LOCKED_MS;
  }
}
