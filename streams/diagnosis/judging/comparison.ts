import { align, type Alignment } from './alignment.ts';
import { CELLS, type Impression } from './impression.ts';

/** Cells with less slope than this in the reference hold nothing that could be missed. */
const STRUCTURED = 2.2;
/** Of the slope that the light leads to expect: less is lost. */
const LOST_BELOW = 0.3;

/** A picture measured against its reference view. */
export interface Comparison {
  /** Share of the structured cells whose structure is gone. */
  lost: number;
  /** Sharpness of the structured cells, 1 as in the reference. */
  sharpness: number;
  /** Share of the structured cells that are clearly less sharp. */
  softened: number;
  /** How far the colour has moved, in levels of the colour difference signals. */
  cast: number;
  alignment: Alignment;
  /** Structured cells of the reference: too few, and nothing can be compared. */
  structured: number;
}

export function compare(seen: Impression, reference: Impression): Comparison {
  const cells = Array.from({ length: CELLS }, (_, cell) => cell).filter(
    (cell) => slopeOf(reference, cell) > STRUCTURED && reference.luma[cell]! < 232,
  );
  const light = Math.min(1, Math.max(0.25, median(cells.map((cell) => seen.luma[cell]! / reference.luma[cell]!))));
  const lost = cells.filter((cell) => slopeOf(seen, cell) < LOST_BELOW * light * slopeOf(reference, cell));
  const lostCells = new Set(lost);
  const sharpness = cells
    .filter((cell) => !lostCells.has(cell))
    .map((cell) => edgeOf(seen, cell) / Math.max(0.2, edgeOf(reference, cell)));
  return {
    structured: cells.length,
    lost: cells.length === 0 ? 0 : lost.length / cells.length,
    sharpness: median(sharpness, 1),
    softened: sharpness.length === 0 ? 0 : sharpness.filter((value) => value < 0.8).length / sharpness.length,
    cast: castOf(seen, reference),
    alignment: align(seen, reference),
  };
}

/** What noise of deviation 1 adds to slope and bend: means of |N(0, 2)| and |N(0, 20)|, in squares as noise adds up. */
const NOISE_SLOPE = 1.13;
const NOISE_BEND = 3.57;

/** Without the part of the noise: a covered lens has noise and no structure. */
function slopeOf({ slope, noise }: Impression, cell: number): number {
  return Math.sqrt(Math.max(0, slope[cell]! ** 2 - (NOISE_SLOPE * noise) ** 2));
}

/** The steeper an edge, the more of its slope bends; contrast falls out of the ratio. */
function edgeOf(impression: Impression, cell: number): number {
  const bend = Math.sqrt(Math.max(0, impression.bend[cell]! ** 2 - (NOISE_BEND * impression.noise) ** 2));
  return bend / (slopeOf(impression, cell) + 0.5);
}

/** People are coloured too: the median over the cells asks what happened to the whole picture. */
function castOf(seen: Impression, reference: Impression): number {
  const cells = Array.from({ length: CELLS }, (_, cell) => cell).filter(
    (cell) => seen.luma[cell]! > 40 && seen.luma[cell]! < 225 && reference.luma[cell]! > 30,
  );
  if (cells.length < CELLS / 8) return 0;
  const offset = (plane: 'u' | 'v') =>
    median(
      cells.map((cell) => {
        const dimmed = Math.min(1, seen.luma[cell]! / reference.luma[cell]!);
        return seen[plane][cell]! - 128 - (reference[plane][cell]! - 128) * dimmed;
      }),
    );
  return Math.hypot(offset('u'), offset('v'));
}

function median(values: number[], without = 0): number {
  if (values.length === 0) return without;
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}
