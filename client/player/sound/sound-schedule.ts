/** What waits before it is heard, so that packets that come unevenly leave no holes, s. */
const AHEAD_SEC = 0.2;
/** More than this is too late for live sound: what comes is left out until it is as little again as at the start. */
const MAX_AHEAD_SEC = 0.3;

/** The jitter buffer as arithmetic: when each piece of sound is to be played, by the clock of the output. */
export class SoundSchedule {
  /** Where the next piece goes. */
  #next: number | null = null;
  #skipping = false;

  /** Seconds on the output's clock; null for a piece that is left out. */
  place(now: number, duration: number): number | null {
    // Nothing before, or the buffer ran dry: it is filled anew.
    if (this.#next === null || this.#next < now) this.#next = now + AHEAD_SEC;
    const ahead = this.#next - now;
    if (ahead > MAX_AHEAD_SEC) this.#skipping = true;
    if (ahead <= AHEAD_SEC) this.#skipping = false;
    if (this.#skipping) return null;
    const at = this.#next;
    this.#next += duration;
    return at;
  }
}
