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
const OTHERWISE = 10;
/** Or of another colour: a dark suit before a dark chair. Shadows leave colours as they are, so that less is enough. */
const OTHER_COLOUR = 6;
const BLACK = 16;
const GREY = 128;

/** Share of each region that shows something else than the reference does, whatever the light in the room has become. */
export function changedWithin(seen: Impression, reference: Impression, regions: readonly Region[]): number[] {
  if (regions.length === 0) return [];
  const gain = gainOf(seen, reference);
  return regions.map((region) => changedIn(seen, reference, region, gain));
}

function changedIn(seen: Impression, reference: Impression, region: Region, gain: number): number {
  const [left, right] = between(region.x, region.width, SMALL_WIDTH);
  const [top, bottom] = between(region.y, region.height, SMALL_HEIGHT);
  const colour = (a: Uint8Array, b: Uint8Array, at: number) => Math.abs(a[at]! - GREY - gain * (b[at]! - GREY));
  let changed = 0;
  for (let y = top; y < bottom; y += 1) {
    for (let at = y * SMALL_WIDTH + left, end = y * SMALL_WIDTH + right; at < end; at += 1) {
      const isOtherwise =
        Math.abs(seen.small[at]! - BLACK - gain * (reference.small[at]! - BLACK)) > OTHERWISE ||
        colour(seen.smallU, reference.smallU, at) > OTHER_COLOUR ||
        colour(seen.smallV, reference.smallV, at) > OTHER_COLOUR;
      if (isOtherwise) changed += 1;
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
