import type { FramePainter, PaintedFrame } from '../video/stream.ts';

/** What one camera does to the picture of its scene; asked at every frame. */
export interface Alterations {
  isFrozen(): boolean;
  /** Changes a whole yuv420p frame where it is. */
  alter(frame: Uint8Array, width: number, height: number): void;
}

/** While one frame is on its way into the encoder the other one is painted. */
const FRAMES = 2;

/** The picture of a scene as one camera shows it: altered, frozen, or in half the size. */
export class AlteredPainter implements FramePainter {
  readonly #base: FramePainter;
  readonly #size: { width: number; height: number };
  readonly #isHalf: boolean;
  readonly #alterations: Alterations;
  readonly #free: Uint8Array[];
  #last: Uint8Array | null = null;

  /** `size` is that of the base; with `isHalf` the frames are half as wide and high. */
  constructor(base: FramePainter, size: { width: number; height: number }, isHalf: boolean, alterations: Alterations) {
    this.#base = base;
    this.#size = size;
    this.#isHalf = isHalf;
    this.#alterations = alterations;
    const bytes = (size.width * size.height * 3) / (isHalf ? 8 : 2);
    this.#free = Array.from({ length: FRAMES + 1 }, () => new Uint8Array(bytes));
  }

  paint(): PaintedFrame | null {
    if (this.#alterations.isFrozen() && this.#last) return { bytes: this.#last, release: () => undefined };
    const own = this.#free.find((bytes) => bytes !== this.#last);
    const painted = own && this.#base.paint();
    if (!painted) return null;
    this.#free.splice(this.#free.indexOf(own), 1);
    const { width, height } = this.#size;
    if (this.#isHalf) halve(painted.bytes, own, width, height);
    else own.set(painted.bytes);
    painted.release();
    this.#alterations.alter(own, this.#isHalf ? width / 2 : width, this.#isHalf ? height / 2 : height);
    this.#last = own;
    return { bytes: own, release: () => this.#free.push(own) };
  }
}

/** A yuv420p frame in half the size, each pixel the mean of four. */
function halve(from: Uint8Array, to: Uint8Array, width: number, height: number): void {
  let source = 0;
  let target = 0;
  for (const [columns, rows] of [
    [width, height],
    [width / 2, height / 2],
    [width / 2, height / 2],
  ] as const) {
    for (let row = 0; row + 1 < rows; row += 2) {
      for (let column = 0; column + 1 < columns; column += 2) {
        const at = source + row * columns + column;
        to[target++] = (from[at]! + from[at + 1]! + from[at + columns]! + from[at + columns + 1]! + 2) >> 2;
      }
    }
    source += columns * rows;
  }
}
