import { boxed, SMALL_HEIGHT, SMALL_WIDTH, smallRoom } from './box.ts';
import type { Impression } from './impression.ts';

/** Names and clocks that cameras write into their pictures stand at the upper and lower rim and never move. */
const RIM = 12;
const REACH_X = 32;
const REACH_Y = 14;
const STEP = 2;

/** How well the edges of two views lie on each other: as they are, and at the shift that fits best. -1..1 */
export interface Alignment {
  here: number;
  best: number;
  /** Distance of the best shift, in parts of the picture's width. */
  shift: number;
}

/** Of references; a picture that is looked at is looked at once. */
const maps = new WeakMap<Impression, Float32Array>();
const seenMap = smallRoom();
const raw = smallRoom();
const around = smallRoom();
const relative = smallRoom();

/** Finds the shift that brings the edges of `seen` onto those of `reference`; light and people matter little to edges. */
export function align(seen: Impression, reference: Impression): Alignment {
  const a = edges(seen, seenMap);
  const b = maps.get(reference) ?? edges(reference);
  maps.set(reference, b);
  const here = correlation(a, b, 0, 0, 1);
  if (here > 0.9) return { here, best: here, shift: 0 };
  let best = { score: correlation(a, b, 0, 0, 2), x: 0, y: 0 };
  const consider = (x: number, y: number, stride: number) => {
    const score = correlation(a, b, x, y, stride);
    if (score > best.score) best = { score, x, y };
  };
  for (let y = -REACH_Y; y <= REACH_Y; y += STEP) for (let x = -REACH_X; x <= REACH_X; x += STEP) consider(x, y, 2);
  const { x: nearX, y: nearY } = best;
  best = { score: here, x: 0, y: 0 };
  for (let y = nearY - 1; y <= nearY + 1; y += 1) for (let x = nearX - 1; x <= nearX + 1; x += 1) consider(x, y, 1);
  return { here, best: best.score, shift: Math.hypot(best.x, best.y) / SMALL_WIDTH };
}

/** Strength of edges, relative to what is usual around them, so that dim corners count as much as bright ones. */
function edges({ small }: Impression, out = smallRoom()): Float32Array {
  for (let y = 1; y < SMALL_HEIGHT - 1; y += 1) {
    for (let x = 1; x < SMALL_WIDTH - 1; x += 1) {
      const at = y * SMALL_WIDTH + x;
      raw[at] =
        Math.abs(small[at + 1]! - small[at - 1]!) + Math.abs(small[at + SMALL_WIDTH]! - small[at - SMALL_WIDTH]!);
    }
  }
  boxed(raw, 6, around);
  for (let at = 0; at < raw.length; at += 1) relative[at] = Math.min(3, raw[at]! / (around[at]! + 4));
  return boxed(relative, 1, out);
}

/** Pearson's, over what both show where `a` is shifted by (x, y). */
function correlation(a: Float32Array, b: Float32Array, x: number, y: number, stride: number): number {
  let [n, sumA, sumB, sumAA, sumBB, sumAB] = [0, 0, 0, 0, 0, 0];
  const [fromX, toX] = [Math.max(2, 2 - x), Math.min(SMALL_WIDTH - 2, SMALL_WIDTH - 2 - x)];
  const [fromY, toY] = [Math.max(RIM, RIM - y), Math.min(SMALL_HEIGHT - RIM, SMALL_HEIGHT - RIM - y)];
  for (let row = fromY; row < toY; row += stride) {
    for (let column = fromX; column < toX; column += stride) {
      const first = a[(row + y) * SMALL_WIDTH + column + x]!;
      const second = b[row * SMALL_WIDTH + column]!;
      n += 1;
      sumA += first;
      sumB += second;
      sumAA += first * first;
      sumBB += second * second;
      sumAB += first * second;
    }
  }
  const spread = (sumAA - (sumA * sumA) / n) * (sumBB - (sumB * sumB) / n);
  return spread <= 0 ? 0 : (sumAB - (sumA * sumB) / n) / Math.sqrt(spread);
}
