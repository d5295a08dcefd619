import type { Impression } from './impression.ts';

/** One of so many places is enough to learn the noise from. */
const STRIDE = 3;
/** The median of a normal distribution's distances from its mean, in its deviations. */
const MEDIAN_DISTANCE = 0.6745;

/** What is remembered of the noise between looks. */
export interface Grain {
  readonly detail: Float32Array;
  /** Noise between the last two looks; infinite: there was one look only. */
  readonly between: number;
}

/**
 * Deviation of the noise in the detail of a picture: what differs from look to look though nobody moves. Where the view
 * changed between two looks they differ in all, and the two before say how noisy the camera is; infinite at the first look.
 */
export function watchGrain(
  before: Grain | null,
  { detail }: Pick<Impression, 'detail'>,
): { memory: Grain; grain: number } {
  if (!before) return { memory: { detail, between: Infinity }, grain: Infinity };
  const between = differing(detail, before.detail);
  return { memory: { detail, between }, grain: Math.min(between, before.between) };
}

/** By the median, so that people who move count for little. */
function differing(a: Float32Array, b: Float32Array): number {
  const distances = Float32Array.from({ length: Math.floor(a.length / STRIDE) }, (_, index) =>
    Math.abs(a[index * STRIDE]! - b[index * STRIDE]!),
  ).sort();
  return distances[distances.length >> 1]! / MEDIAN_DISTANCE / Math.SQRT2;
}
