/** A step of the camera's clock that differs this much from the time that went by here is not a pause but a jump. */
const JUMP_MS = 10_000;
/** Backwards no pause explains it, and no order of decoding is that far from the order of showing. */
const BACK_JUMP_MS = 1000;

/**
 * Turns 32-bit RTP timestamps into one growing line of milliseconds that begins at 0: unwraps the counter (at 90 kHz it
 * wraps every 13 hours), bridges jumps of the camera's clock by the time that went by here, and keeps the line strictly
 * growing where a camera repeats a timestamp or sends pictures out of their order.
 */
export class Timeline {
  readonly #rate: number;
  #anchorTimestamp = 0;
  #anchorTicks = 0;
  #anchorArrival = 0;
  #lastTicks = -1;

  constructor(rate: number) {
    this.#rate = rate;
  }

  /** `arrival`: monotonic ms. */
  pts(timestamp: number, arrival: number): number {
    if (this.#lastTicks < 0) {
      this.#anchorTimestamp = timestamp;
      this.#anchorArrival = arrival;
      this.#lastTicks = 0;
      return 0;
    }
    let step = (timestamp - this.#anchorTimestamp) | 0;
    const passed = arrival - this.#anchorArrival;
    const stepMs = (step / this.#rate) * 1000;
    const jumped = Math.abs(stepMs - passed) > JUMP_MS || stepMs < -BACK_JUMP_MS;
    if (jumped) step = Math.max(1, Math.round((passed / 1000) * this.#rate));
    const ticks = Math.max(this.#anchorTicks + step, this.#lastTicks + 1);
    if (step > 0) {
      this.#anchorTimestamp = timestamp;
      this.#anchorTicks = ticks;
      this.#anchorArrival = arrival;
    }
    this.#lastTicks = ticks;
    return (ticks / this.#rate) * 1000;
  }
}
