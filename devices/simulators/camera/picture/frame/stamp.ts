import { GLASS } from '../render/glass.ts';
import type { Backdrop } from '../render/room.ts';
import type { Sprite } from '../people/sprite.ts';

/**
 * One thing on a frame. `body` stands in the room: things nearer to the camera hide it, glass pales it. `mirror` is its
 * image in the floor, `shadow` darkens the floor, `overlay` lies on top of everything.
 */
export interface Stamp {
  kind: 'body' | 'mirror' | 'shadow' | 'overlay';
  sprite: Sprite;
  /** Where the sprite's anchor goes. */
  x: number;
  y: number;
  /** Negative for the sprite's mirror image. */
  scaleX: number;
  scaleY: number;
  /** Pixels to the right for each pixel down: upright things lean near the picture's sides. */
  lean: number;
  /** Millimetres from the camera. */
  depth: number;
  /** Behind the counter's glass, where there is any before it. */
  isBehindGlass: boolean;
  /** 0..1 */
  opacity: number;
  box: Box;
}

/** Pixels: from left and top up to, but without, right and bottom. All even, as chroma has half the size. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** A stamp with the box it covers. */
export function stamp(parts: Omit<Stamp, 'box'>): Stamp {
  const { sprite, x, y, scaleX, scaleY, lean, kind } = parts;
  const up = kind === 'mirror' ? (sprite.height - sprite.anchorY) * scaleY : sprite.anchorY * scaleY;
  const down = kind === 'mirror' ? sprite.anchorY * scaleY : (sprite.height - sprite.anchorY) * scaleY;
  const shift = [-up * lean, down * lean];
  const sides = [-sprite.anchorX * scaleX, (sprite.width - sprite.anchorX) * scaleX];
  const even = (value: number) => Math.floor(value / 2) * 2;
  return {
    ...parts,
    box: {
      left: even(x + Math.min(...sides) + Math.min(...shift) - 1),
      top: even(y - up - 1),
      right: even(x + Math.max(...sides) + Math.max(...shift) + 3),
      bottom: even(y + down + 3),
    },
  };
}

/** How strongly the floor mirrors a person, and how soon that fades with height: shares of the sprite's height. */
const MIRROR_SHARE = 0.2;
const MIRROR_REACH = 0.75;

/** Puts the part of a stamp inside `clip` onto a yuv420p frame. */
export function drawStamp(frame: Uint8Array, backdrop: Backdrop, item: Stamp, clip: Box): void {
  const left = Math.max(clip.left, item.box.left);
  const right = Math.min(clip.right, item.box.right);
  const top = Math.max(clip.top, item.box.top);
  const bottom = Math.min(clip.bottom, item.box.bottom);
  if (left >= right || top >= bottom) return;
  for (let row = top; row < bottom; row++) drawLuma(frame, backdrop, item, left, right, row);
  for (let row = top; row < bottom; row += 2) drawChroma(frame, backdrop, item, left, right, row);
}

function drawLuma(frame: Uint8Array, backdrop: Backdrop, item: Stamp, left: number, right: number, row: number): void {
  const { sprite, kind, depth } = item;
  const { width, coverage, spans } = sprite;
  const below = row + 0.5 - item.y;
  const sy = (kind === 'mirror' ? -below : below) / item.scaleY + sprite.anchorY - 0.5;
  const y0 = Math.floor(sy);
  if (y0 < -1 || y0 >= sprite.height) return;
  const fy = sy - y0;
  const upper = Math.max(0, y0);
  const lower = Math.min(sprite.height - 1, y0 + 1);
  const opacity = rowOpacity(item, below);
  if (opacity <= 0) return;

  const origin = item.x + item.lean * below;
  const first = Math.min(spans[upper * 2]!, spans[lower * 2]!);
  const last = Math.max(spans[upper * 2 + 1]!, spans[lower * 2 + 1]!);
  const one = origin + (first - sprite.anchorX) * item.scaleX;
  const other = origin + (last - sprite.anchorX) * item.scaleX;
  const from = Math.max(left, Math.floor(Math.min(one, other)) - 1);
  const to = Math.min(right, Math.ceil(Math.max(one, other)) + 1);
  const step = 1 / item.scaleX;
  let sx = (from + 0.5 - origin) * step + sprite.anchorX - 0.5;
  for (let column = from; column < to; column++, sx += step) {
    const x0 = Math.floor(sx);
    if (x0 < -1 || x0 >= width) continue;
    const fx = sx - x0;
    const a = upper * width + Math.max(0, x0);
    const b = upper * width + Math.min(width - 1, x0 + 1);
    const c = lower * width + Math.max(0, x0);
    const d = lower * width + Math.min(width - 1, x0 + 1);
    // Bodies are mostly inside: there the four neighbours are covered wholly.
    const isInside = (coverage[a]! & coverage[b]! & coverage[c]! & coverage[d]!) === 255;
    const wa = isInside ? (1 - fx) * (1 - fy) : (coverage[a]! / 255) * (1 - fx) * (1 - fy);
    const wb = isInside ? fx * (1 - fy) : (coverage[b]! / 255) * fx * (1 - fy);
    const wc = isInside ? (1 - fx) * fy : (coverage[c]! / 255) * (1 - fx) * fy;
    const wd = isInside ? fx * fy : (coverage[d]! / 255) * fx * fy;
    const sum = isInside ? 1 : wa + wb + wc + wd;
    if (sum < 0.004) continue;
    const pixel = row * backdrop.width + column;
    const share = sum * opacity * visibility(backdrop, kind, depth, pixel);
    if (share <= 0) continue;
    let value = 16;
    if (kind !== 'shadow') {
      value = (sprite.y[a]! * wa + sprite.y[b]! * wb + sprite.y[c]! * wc + sprite.y[d]! * wd) / sum;
      if (item.isBehindGlass) {
        value += ((GLASS.y - value) * backdrop.veil[pixel]!) / 255;
      }
    }
    frame[pixel] = frame[pixel]! + (value - frame[pixel]!) * share + 0.5;
  }
}

function drawChroma(
  frame: Uint8Array,
  backdrop: Backdrop,
  item: Stamp,
  left: number,
  right: number,
  row: number,
): void {
  const { sprite, kind, depth } = item;
  if (kind === 'shadow') return;
  const below = row + 1 - item.y;
  const sourceRow = Math.round((kind === 'mirror' ? -below : below) / item.scaleY + sprite.anchorY - 0.5);
  if (sourceRow < 0 || sourceRow >= sprite.height) return;
  const opacity = rowOpacity(item, below);
  if (opacity <= 0) return;
  const origin = item.x + item.lean * below;
  const luma = backdrop.width * backdrop.height;
  const half = backdrop.width >> 1;
  const first = sprite.spans[sourceRow * 2]!;
  const last = sprite.spans[sourceRow * 2 + 1]!;
  for (let column = left; column < right; column += 2) {
    const sourceColumn = Math.round((column + 1 - origin) / item.scaleX + sprite.anchorX - 0.5);
    if (sourceColumn < first || sourceColumn >= last) continue;
    const source = sourceRow * sprite.width + sourceColumn;
    const pixel = row * backdrop.width + column;
    const share = (sprite.coverage[source]! / 255) * opacity * visibility(backdrop, kind, depth, pixel);
    if (share <= 0) continue;
    const colour = (sourceRow >> 1) * ((sprite.width + 1) >> 1) + (sourceColumn >> 1);
    let u = sprite.u[colour]!;
    let v = sprite.v[colour]!;
    if (item.isBehindGlass) {
      u += ((GLASS.u - u) * backdrop.veil[pixel]!) / 255;
      v += ((GLASS.v - v) * backdrop.veil[pixel]!) / 255;
    }
    const at = luma + (row >> 1) * half + (column >> 1);
    frame[at] = frame[at]! + (u - frame[at]!) * share + 0.5;
    const other = at + luma / 4;
    frame[other] = frame[other]! + (v - frame[other]!) * share + 0.5;
  }
}

/** Mirror images fade with the height of what they show. */
function rowOpacity(item: Stamp, below: number): number {
  if (item.kind !== 'mirror') return item.opacity;
  const share = below / (item.sprite.height * item.scaleY);
  return share < 0 ? 0 : item.opacity * MIRROR_SHARE * Math.max(0, 1 - share / MIRROR_REACH);
}

/** 0..1: bodies are hidden by what is nearer, the rest shows on the floor only. */
function visibility(backdrop: Backdrop, kind: Stamp['kind'], depth: number, pixel: number): number {
  if (kind === 'overlay') return 1;
  if (kind !== 'body') return backdrop.floor[pixel]! / 255;
  if (depth <= backdrop.nearest[pixel]!) return 1;
  return depth < backdrop.farthest[pixel]! ? 0.5 : 0;
}
