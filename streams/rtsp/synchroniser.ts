/** Sound that is off by less is heard where it is seen; moving it would be heard as a break. */
const TOLERANCE_MS = 60;
/** Further apart, the camera's clock was set between the reports of its two tracks: they do not belong together. */
const MAX_APART_MS = 2000;
/** Two units of sound are never at the same time. */
const STEP_MS = 0.01;

/**
 * Puts sound on the line of time of the pictures. Each track counts from a beginning of its own; what they have in common
 * is the camera's wall clock by their sender reports (RFC 3550, 6.4.1) and, until both have said it, the time of arrival.
 */
export class Synchroniser {
  #picture: { pts: number; wallclock: number | null; arrival: number } | null = null;
  #offset: number | null = null;
  #last = Number.NEGATIVE_INFINITY;

  picture(pts: number, wallclock: number | null, arrival: number): void {
    if (!this.#picture) this.#picture = { pts, wallclock, arrival };
    else Object.assign(this.#picture, { pts, wallclock, arrival });
  }

  /** Where sound at `pts` of its own line belongs; null before the first picture. `arrival`: monotonic ms. */
  place(pts: number, wallclock: number | null, arrival: number): number | null {
    const picture = this.#picture;
    if (!picture) return null;
    const byArrival = picture.pts + (arrival - picture.arrival);
    this.#offset ??= byArrival - pts;
    if (wallclock !== null && picture.wallclock !== null) {
      const byClock = picture.pts + (wallclock - picture.wallclock);
      const off = Math.abs(byClock - (pts + this.#offset));
      if (off > TOLERANCE_MS && Math.abs(byClock - byArrival) < MAX_APART_MS) this.#offset = byClock - pts;
    }
    this.#last = Math.max(this.#last + STEP_MS, pts + this.#offset);
    return this.#last;
  }
}
