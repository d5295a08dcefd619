import { SMALL_HEIGHT, SMALL_WIDTH } from './box.ts';
import type { Impression } from './impression.ts';

/** Pictures are likened in blocks of this many small pixels a side: enough of them to tell a pattern from chance. */
const BLOCK = 8;
const ACROSS = Math.floor(SMALL_WIDTH / BLOCK);
const DOWN = Math.floor(SMALL_HEIGHT / BLOCK);
const BLOCKS = ACROSS * DOWN;
/** Detail of the reference, in levels, that a block must have so that it could be missed. */
const LEAST_DETAIL = 1.2;
/** And in deviations of the noise between two looks. */
const ABOVE_NOISE = 1.6;
/** Correlation from which a block shows what it showed. */
const SAME_FROM = 0.5;
/** Of the detail that is usual in the reference: less is nothing. */
const BARE_BELOW = 0.25;

/** Blocks that can be told must be so many, or nothing is said. */
const ENOUGH = 30;

/** What has become of the blocks of the reference that show something, in shares of them. */
export interface Resemblance {
  /** Show what they showed. */
  same: number;
  /** Show nothing. */
  bare: number;
  /** Show something else. */
  other: number;
  /** How alike the brightness of the bare blocks still is to the reference, -1..1: high where a picture is but blurred. */
  alike: number;
}

/**
 * Likens two pictures block by block; `grain` is the noise that lies in their detail, see `grain.ts`. Null: too little of
 * the reference stands above it.
 */
export function liken(seen: Impression, reference: Impression, grain: number): Resemblance | null {
  const least = Math.max(LEAST_DETAIL, ABOVE_NOISE * grain) ** 2;
  const blocks = powers(seen.detail, reference.detail).filter(({ ofReference }) => ofReference >= least);
  if (blocks.length < ENOUGH) return null;
  const nothing = BARE_BELOW ** 2 * median(blocks.map(({ ofReference }) => ofReference));
  const bare: number[] = [];
  let same = 0;
  for (const { block, ofSeen, ofReference, common } of blocks) {
    const shown = Math.max(nothing, ofSeen - grain ** 2);
    if (common > SAME_FROM * Math.sqrt(shown * ofReference)) same += 1;
    else if (shown === nothing) bare.push(block);
  }
  return {
    same: same / blocks.length,
    bare: bare.length / blocks.length,
    other: 1 - (same + bare.length) / blocks.length,
    alike: correlation(bare.map((block) => [brightness(seen.small, block), brightness(reference.small, block)])),
  };
}

/** Mean squares of each block in both, and of their product. */
function powers(seen: Float32Array, reference: Float32Array) {
  return Array.from({ length: BLOCKS }, (_, block) => {
    const start = startOf(block);
    let [ofSeen, ofReference, common] = [0, 0, 0];
    for (let row = start; row < start + BLOCK * SMALL_WIDTH; row += SMALL_WIDTH) {
      for (let at = row; at < row + BLOCK; at += 1) {
        ofSeen += seen[at]! ** 2;
        ofReference += reference[at]! ** 2;
        common += seen[at]! * reference[at]!;
      }
    }
    const size = BLOCK * BLOCK;
    return { block, ofSeen: ofSeen / size, ofReference: ofReference / size, common: common / size };
  });
}

function brightness(small: Float32Array, block: number): number {
  const start = startOf(block);
  let sum = 0;
  for (let row = start; row < start + BLOCK * SMALL_WIDTH; row += SMALL_WIDTH) {
    for (let at = row; at < row + BLOCK; at += 1) sum += small[at]!;
  }
  return sum / (BLOCK * BLOCK);
}

function startOf(block: number): number {
  return Math.floor(block / ACROSS) * BLOCK * SMALL_WIDTH + (block % ACROSS) * BLOCK;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

function correlation(pairs: [number, number][]): number {
  const n = pairs.length;
  if (n < 8) return 1;
  const [meanA, meanB] = [0, 1].map((side) => pairs.reduce((sum, pair) => sum + pair[side]!, 0) / n) as [
    number,
    number,
  ];
  let [aa, bb, ab] = [0, 0, 0];
  for (const [a, b] of pairs) {
    aa += (a - meanA) ** 2;
    bb += (b - meanB) ** 2;
    ab += (a - meanA) * (b - meanB);
  }
  // Cells that are all the same, where they were not, are like nothing.
  return aa < 0.01 * bb || bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
}
