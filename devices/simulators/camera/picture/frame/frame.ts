import type { Backdrop } from '../render/room.ts';
import { drawStamp, type Box, type Stamp } from './stamp.ts';

/**
 * One frame buffer in yuv420p. It remembers what stands on it and repaints only where that changed: a stamp that is the
 * same object as last time is known to look the same.
 */
export class Frame {
  readonly bytes: Uint8Array;
  readonly #backdrop: Backdrop;
  #stamps: ReadonlySet<Stamp> = new Set();

  constructor(backdrop: Backdrop) {
    this.#backdrop = backdrop;
    this.bytes = Uint8Array.from(backdrop.pixels);
  }

  /** Shows these stamps, the first one lowest. */
  show(stamps: readonly Stamp[]): void {
    const next = new Set(stamps);
    const changed = [
      ...stamps.filter((item) => !this.#stamps.has(item)),
      ...[...this.#stamps].filter((item) => !next.has(item)),
    ];
    for (const box of joined(changed.map(({ box }) => box))) {
      const clip = this.#inside(box);
      if (clip.left >= clip.right || clip.top >= clip.bottom) continue;
      this.#restore(clip);
      for (const item of stamps) drawStamp(this.bytes, this.#backdrop, item, clip);
    }
    this.#stamps = next;
  }

  #inside({ left, top, right, bottom }: Box): Box {
    const { width, height } = this.#backdrop;
    return {
      left: Math.max(0, left),
      top: Math.max(0, top),
      right: Math.min(width, right),
      bottom: Math.min(height, bottom),
    };
  }

  #restore({ left, top, right, bottom }: Box): void {
    const { width, height, pixels } = this.#backdrop;
    for (let row = top; row < bottom; row++) {
      this.bytes.set(pixels.subarray(row * width + left, row * width + right), row * width + left);
    }
    const half = width >> 1;
    for (const plane of [width * height, (width * height * 5) / 4]) {
      for (let row = top >> 1; row < bottom >> 1; row++) {
        const from = plane + row * half + (left >> 1);
        this.bytes.set(pixels.subarray(from, from + ((right - left) >> 1)), from);
      }
    }
  }
}

/** Boxes that touch become one, so that nothing is painted twice. */
function joined(boxes: Box[]): Box[] {
  const done: Box[] = [];
  for (const box of boxes) {
    let grown = box;
    for (let at = 0; at < done.length;) {
      const other = done[at]!;
      const isApart =
        other.left >= grown.right ||
        grown.left >= other.right ||
        other.top >= grown.bottom ||
        grown.top >= other.bottom;
      if (isApart) {
        at++;
        continue;
      }
      grown = {
        left: Math.min(grown.left, other.left),
        top: Math.min(grown.top, other.top),
        right: Math.max(grown.right, other.right),
        bottom: Math.max(grown.bottom, other.bottom),
      };
      done.splice(at, 1);
      // Having grown, it may now touch one that was passed.
      at = 0;
    }
    done.push(grown);
  }
  return done;
}
