import type { PictureFault } from '#contract/picture-check.ts';
import type { Alignment } from './alignment.ts';
import { compare } from './comparison.ts';
import type { Impression } from './impression.ts';
import { liken, type Resemblance } from './resemblance.ts';

/** How sure it is that a picture has a fault, 0..1; from 0.5 on it has. */
export type Opinions = Record<PictureFault, number>;

export const NO_FAULT: Opinions = {
  black: 0,
  'over-exposed': 0,
  frozen: 0,
  blurred: 0,
  covered: 0,
  'colour-cast': 0,
  moved: 0,
  noise: 0,
};

export interface Surroundings {
  /** The view to compare with; null: none yet, and only what needs none is judged. */
  reference: Impression | null;
  /** Whether the hall is open; null: not known. */
  open: boolean | null;
  /** Sure that the picture stands still; needs the looks before, see `stillness.ts`. */
  frozen: number;
  /** Noise in the detail of the picture; needs the look before, see `grain.ts`. */
  grain: number;
}

/** Below this much structure in the reference nothing is compared with it: a dark hall holds nothing to miss. */
const ENOUGH_STRUCTURE = 40;
const DARK = 34;

/** Looks at one picture. Pure: the same picture in the same surroundings is always judged the same. */
export function judge(seen: Impression, { reference, open, frozen, grain }: Surroundings): Opinions {
  const opinions: Opinions = { ...NO_FAULT, frozen };
  opinions.black = black(seen, reference, open);
  opinions['over-exposed'] = grade(seen.blown - Math.min(0.3, reference?.blown ?? 0.05), 0.15, 0.3, 0.6);
  // A picture of nothing cannot be blurred, coloured or turned away as well.
  if (opinions.black >= 0.5) return { ...NO_FAULT, black: opinions.black };
  if (opinions['over-exposed'] >= 0.5) return { ...NO_FAULT, 'over-exposed': opinions['over-exposed'] };
  if (!reference) return opinions;

  const dim = seen.mean < 0.6 * reference.mean;
  opinions.noise = grade(seen.noise - reference.noise * 1.3, 0.8, dim ? 3.5 : 2, dim ? 9 : 6);
  const { structured, lost, sharpness, softened, cast, alignment } = compare(seen, reference);
  opinions['colour-cast'] = isColourless(seen) ? 0 : grade(cast, 3.5, 6, 14);
  const resemblance = liken(seen, reference, grain);
  opinions.covered = covered(resemblance);
  if (opinions.covered >= 0.5) return { ...NO_FAULT, covered: opinions.covered };
  if (structured < ENOUGH_STRUCTURE) return opinions;

  opinions.moved = moved(alignment, resemblance);
  // Cells of another view cannot be compared.
  if (opinions.moved >= 0.5) return { ...opinions, 'colour-cast': 0 };
  const dissolved = (resemblance?.same ?? 0) >= 0.5 ? grade(lost, 0.4, 0.6, 0.9) : 0;
  const unsharp = Math.max(grade(1 - sharpness, 0.12, 0.2, 0.5), dissolved);
  opinions.blurred = opinions.noise >= 0.5 ? 0 : Math.min(unsharp, grade(softened, 0.4, 0.55, 0.8));
  return opinions;
}

/** Nothing to be seen. A hall at night is dark and still shows its exit lights, or it has a reference that is as dark. */
function black(seen: Impression, reference: Impression | null, open: boolean | null): number {
  // Nine tenths of pure noise lie within 3.3 deviations.
  const contrast = seen.high - seen.low - 3.3 * seen.noise;
  const dark = Math.min(grade(DARK - seen.high, -12, 0, 10), grade(12 - contrast, -8, 0, 8));
  if (dark < 0.5) return dark;
  const usual = reference ? reference.high - reference.low : null;
  if (open !== true && usual !== null && usual < 14) return 0;
  if (open === false && usual === null) return 0;
  return dark;
}

/** What another view has lost here it has elsewhere, and what is but blurred is still as bright and as dark: a cloth has neither. */
function covered(resemblance: Resemblance | null): number {
  return resemblance && resemblance.alike < 0.6 ? grade(resemblance.bare, 0.38, 0.5, 0.75) : 0;
}

/** Edges fit better elsewhere, or most of what is seen was never here. */
function moved({ here, best, shift }: Alignment, resemblance: Resemblance | null): number {
  const shifted = shift > 0.006 ? Math.min(grade(best - here, 0.05, 0.12, 0.35), grade(best, 0.2, 0.35, 0.6)) : 0;
  return Math.max(shifted, resemblance ? grade(resemblance.other, 0.4, 0.55, 0.8) : 0);
}

/** At night many cameras show grey; that is no cast. */
function isColourless({ u, v }: Impression): boolean {
  const far = u.reduce((sum, value, cell) => sum + Math.hypot(value - 128, v[cell]! - 128), 0) / u.length;
  return far < 1.2;
}

/** 0 up to `none`, 0.5 at `limit`, 1 from `full` on, straight lines between. */
export function grade(value: number, none: number, limit: number, full: number): number {
  if (value <= none) return 0;
  if (value >= full) return 1;
  return value < limit ? (0.5 * (value - none)) / (limit - none) : 0.5 + (0.5 * (value - limit)) / (full - limit);
}
