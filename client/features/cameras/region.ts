import type { MaskRegion } from '#contract/privacy.ts';

/** On the picture, as shares of its width and height. */
export interface Point {
  x: number;
  y: number;
}

/** Smaller ones are slips of the hand. */
const LEAST = 0.005;
const within = (share: number) => Math.min(1, Math.max(0, share));

/** The part of the picture between two corners, cut off at its edges; null where there is next to nothing between them. */
export function regionBetween(a: Point, b: Point): MaskRegion | null {
  const [left, right] = [within(Math.min(a.x, b.x)), within(Math.max(a.x, b.x))];
  const [top, bottom] = [within(Math.min(a.y, b.y)), within(Math.max(a.y, b.y))];
  const region = { x: left, y: top, width: right - left, height: bottom - top };
  return region.width < LEAST || region.height < LEAST ? null : region;
}
