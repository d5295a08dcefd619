import type { AccessUnit } from '../access-unit.ts';

/** The best of the last few tells: a report that waited in a queue says a time that is late, never one that is early. */
const KEPT = 12;
/** Without reports, the best arrival of each such stretch counts. */
const STRETCH_MS = 5000;
/** A clock that is set by more than this begins a new run. */
export const STEP_MS = 1000;

/**
 * When pictures of one camera were taken, by our clock. Between tells the stream's media clock is followed; what is told is
 * the way from it to ours: by the camera's sender reports (its wall clock less the offset of that clock, so that the way
 * through its encoder does not count), else by arrival.
 */
export class PictureClock {
  /** From `pts` to epoch ms, as told; the smallest is the truest. */
  #told: number[] = [];
  #truest = 0;
  #reported = false;
  #lastOffset: number | null = null;
  #stretchEnd = Number.NEGATIVE_INFINITY;
  /** Epoch minus monotonic ms: changes when our clock is set. */
  #base: number | null = null;

  /** What follows has another line of time. */
  forget(): void {
    this.#told = [];
    this.#reported = false;
    this.#lastOffset = null;
    this.#stretchEnd = Number.NEGATIVE_INFINITY;
  }

  /** How far our clock was set since this was last asked, ms; 0 for less than a second. `now`, `monotonic`: both of now. */
  step(now: number, monotonic: number): number {
    const base = now - monotonic;
    const step = this.#base === null ? 0 : base - this.#base;
    this.#base = base;
    if (Math.abs(step) < STEP_MS) return 0;
    this.#told = this.#told.map((told) => told + step);
    this.#truest += step;
    return step;
  }

  /** Epoch ms. */
  at(unit: AccessUnit): number {
    this.#hear(unit);
    return unit.pts + this.#truest;
  }

  #hear({ pts, wallclock, clockOffsetMs, receivedAt }: AccessUnit): void {
    if (wallclock !== null && clockOffsetMs !== null) {
      if (clockOffsetMs !== this.#lastOffset || this.#told.length === 0) {
        if (!this.#reported) this.#told = [];
        this.#reported = true;
        this.#lastOffset = clockOffsetMs;
        this.#tell(wallclock - clockOffsetMs - pts);
      }
    } else if (!this.#reported && pts >= this.#stretchEnd) {
      this.#stretchEnd = pts + STRETCH_MS;
      this.#tell(receivedAt - pts);
    }
    // No picture arrives before it was taken: a report that says so waited longer than the picture.
    const newest = this.#told.length - 1;
    if (receivedAt - pts >= this.#told[newest]!) return;
    this.#told[newest] = receivedAt - pts;
    this.#truest = Math.min(this.#truest, receivedAt - pts);
  }

  #tell(told: number): void {
    // That late is none that waited: the camera's line of time has moved.
    if (this.#told.length > 0 && told - this.#truest > STEP_MS) this.#told = [];
    this.#told.push(told);
    if (this.#told.length > KEPT) this.#told.shift();
    this.#truest = Math.min(...this.#told);
  }
}
