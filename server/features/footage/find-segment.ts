import type { FootageRepository, RunRow, SegmentRow } from './repository.ts';

/** A run of a month has 260,000 segments: halving alone finds any of them. */
const MOST_STEPS = 40;
/** After so many guesses by the mean length of a segment, halves: a hole in a run makes guesses go wrong again and again. */
const GUESSES = 6;

/**
 * The segment of this number in a run, or null. Rows are indexed by time, not by number, and 25 million entries more would cost
 * a gigabyte; but numbers grow with time, so two or three looks find one.
 */
export async function findSegment(rows: FootageRepository, run: RunRow, number: number): Promise<SegmentRow | null> {
  let low = await rows.segmentOfRun(run, run.startedAt, 'after');
  let high = await rows.segmentOfRun(run, run.endedAt, 'before');
  for (let step = 0; step < MOST_STEPS && low && high; step += 1) {
    if (low.number === number) return low;
    if (high.number === number) return high;
    if (number < low.number || number > high.number) return null;
    const [from, until] = [Date.parse(low.started_at), Date.parse(high.started_at)];
    if (until - from <= 1) return null;
    const share = step < GUESSES ? (number - low.number) / (high.number - low.number) : 0.5;
    const at = new Date(Math.round(from + share * (until - from))).toISOString();
    const [before, after] = [await rows.segmentOfRun(run, at, 'before'), await rows.segmentOfRun(run, at, 'after')];
    // they are neighbours, and it is not between them
    if (before && after && before.number < number && after.number > number) return null;
    if (before) [low, high] = before.number <= number ? [before, high] : [low, before];
    if (after) [low, high] = after.number >= number ? [low, after] : [after, high];
  }
  return null;
}
