import { SMALL_HEIGHT, SMALL_WIDTH } from './box.ts';
import { CELLS, type Impression } from './impression.ts';

/** A part of the picture, as shares of its width and height from the upper left. */
export interface Region {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Levels by which a place must be brighter or darker than the light explains. */
const OTHERWISE = 14;
const BLACK = 16;

/** Share of each region that shows something else than the reference does, whatever the light in the room has become. */
export function changedWithin(seen: Impression, reference: Impression, regions: readonly Region[]): number[] {
  if (regions.length === 0) return [];
  const gain = gainOf(seen, reference);
  return regions.map((region) => changedIn(seen.small, reference.small, region, gain));
}

function changedIn(seen: Float32Array, reference: Float32Array, region: Region, gain: number): number {
  const [left, right] = between(region.x, region.width, SMALL_WIDTH);
  const [top, bottom] = between(region.y, region.height, SMALL_HEIGHT);
  let changed = 0;
  for (let y = top; y < bottom; y += 1) {
    for (let at = y * SMALL_WIDTH + left, end = y * SMALL_WIDTH + right; at < end; at += 1) {
      if (Math.abs(seen[at]! - BLACK - gain * (reference[at]! - BLACK)) > OTHERWISE) changed += 1;
    }
  }
  return changed / ((right - left) * (bottom - top));
}

/** How much brighter or darker the room is as a whole: people who come and go are fewer than half of the cells. */
function gainOf(seen: Impression, reference: Impression): number {
  const gains = Float32Array.from(
    { length: CELLS },
    (_, cell) => (seen.luma[cell]! - BLACK) / Math.max(8, reference.luma[cell]! - BLACK),
  );
  return gains.sort()[CELLS >> 1]!;
}

/** At least one small pixel. */
function between(from: number, length: number, size: number): [number, number] {
  const first = Math.min(size - 1, Math.floor(from * size));
  return [first, Math.min(size, Math.max(first + 1, Math.ceil((from + length) * size)))];
}
