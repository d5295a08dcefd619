import type { Clock } from './clock.ts';

/** So long at most nothing else is done. */
const SLICE_MS = 8;

/** Runs what yields often in slices, so that pictures and messages go on meanwhile. */
export async function calmly<T>(clock: Clock, course: Generator<undefined, T>): Promise<T> {
  for (let begun = clock.monotonic(); ;) {
    const { done, value } = course.next();
    if (done) return value;
    if (clock.monotonic() - begun < SLICE_MS) continue;
    await new Promise(setImmediate);
    begun = clock.monotonic();
  }
}
