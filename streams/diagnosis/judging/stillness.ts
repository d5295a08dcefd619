import { grade } from './judge.ts';
import { SMALL_HEIGHT, SMALL_WIDTH } from './box.ts';
import type { Impression } from './impression.ts';

/** A camera's clock goes on in a picture that stands still: what changes at the upper and lower rim says nothing. */
const RIM = 14;
/** A place has changed when its mean differs by more than this; sensor noise is averaged away. */
const CHANGED_BY = 5;
/** Only where the mean stays within this, a difference of single pixels is noise. */
const QUIET_BELOW = 2;
/** So many changed places are a movement: a head at the far end of a hall. */
const CHANGED_PLACES = 5;
/** Places outside the rims. With a quarter of them changed it is another view, and says nothing of noise. */
const FIELD = (SMALL_HEIGHT - 2 * RIM) * SMALL_WIDTH;
/** Looks after which the usual noise is known. */
const KNOWN_AFTER = 6;
/** Noise above this, in levels between two looks, can be missed. */
const NOTICEABLE = 0.35;
/** Another light has another noise: where the mean has moved by this share, the noise is learnt anew. */
const OTHER_LIGHT = 0.15;
/** Without noise to go by, an open hall is never so still. */
const STILL_FOR_MS = 180_000;
/** Where the noise is gone as well. */
const DEAD_FOR_MS = 20_000;

/** What is remembered of the looks before. */
export interface Stillness {
  last: Pick<Impression, 'small' | 'dots' | 'mean'> | null;
  /** Since when nothing has moved; null: something did at the last look. */
  since: number | null;
  /** Since when not even noise was there. */
  deadSince: number | null;
  /** The noise between two looks that this camera usually has. */
  usualNoise: number;
  /** Looks that it was learnt from. */
  noiseLooks: number;
  /** The longest that nothing moved and then something did, while the hall was open. */
  longest: number;
}

export const FRESH: Stillness = { last: null, since: null, deadSince: null, usualNoise: 0, noiseLooks: 0, longest: 0 };

/** Whether a picture stands still: another look leads to another memory, and to how sure that is. */
export function watchStillness(
  before: Stillness,
  { small, dots, mean }: Impression,
  { at, open, light }: { at: number; open: boolean | null; light: 'day' | 'lights-off' },
): { memory: Stillness; frozen: number } {
  const last = { small, dots, mean };
  if (!before.last) return { memory: { ...before, last }, frozen: 0 };
  if (Math.abs(mean - before.last.mean) > OTHER_LIGHT * before.last.mean) {
    return { memory: { ...FRESH, last, longest: before.longest }, frozen: 0 };
  }
  const { places, noise } = changes(before.last, last);
  const busy = open ?? light === 'day';
  const moved = places >= CHANGED_PLACES;
  const { usualNoise: usual } = before;
  const learns = places <= FIELD / 4 && (moved || noise > 0.5 * usual);
  const noiseLooks = before.noiseLooks + (learns ? 1 : 0);
  // The mean of the first looks, then one that follows slowly.
  const usualNoise = learns ? usual + Math.max(1 / noiseLooks, 0.05) * (noise - usual) : usual;
  if (moved) {
    const still = before.since !== null && busy ? at - before.since : 0;
    const longest = Math.max(still, before.longest);
    return { memory: { last, since: null, deadSince: null, usualNoise, noiseLooks, longest }, frozen: 0 };
  }
  const since = before.since ?? at;
  const gone = noiseLooks >= KNOWN_AFTER && usual > NOTICEABLE && noise < 0.25 * usual;
  const deadSince = gone ? (before.deadSince ?? at) : null;
  const dead = deadSince === null ? 0 : grade(at - deadSince, 0, DEAD_FOR_MS, 3 * DEAD_FOR_MS);
  const limit = Math.max(STILL_FOR_MS, 2 * before.longest);
  const still = busy && noise < NOTICEABLE ? grade(at - since, 0, limit, 3 * limit) : 0;
  return { memory: { ...before, last, since, deadSince, usualNoise, noiseLooks }, frozen: Math.max(dead, still) };
}

function changes(a: Pick<Impression, 'small' | 'dots'>, b: Pick<Impression, 'small' | 'dots'>) {
  let places = 0;
  let noise = 0;
  const from = RIM * SMALL_WIDTH;
  const to = (SMALL_HEIGHT - RIM) * SMALL_WIDTH;
  let quiet = 0;
  for (let at = from; at < to; at += 1) {
    const changed = Math.abs(a.small[at]! - b.small[at]!);
    if (changed > CHANGED_BY) {
      places += 1;
    } else if (changed <= QUIET_BELOW) {
      noise += Math.abs(a.dots[at]! - b.dots[at]!);
      quiet += 1;
    }
  }
  return { places, noise: quiet === 0 ? 0 : noise / quiet };
}
