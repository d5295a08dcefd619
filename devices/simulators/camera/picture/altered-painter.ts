import type { FramePainter, PaintedFrame } from '../video/stream.ts';
import { resample, type PictureWindow, type Size } from './resample.ts';

/** What one camera does to the picture of its scene; asked at every frame. */
export interface Alterations {
  isFrozen(): boolean;
  /** What it looks at. */
  window(): PictureWindow;
  /** Changes a whole yuv420p frame where it is. */
  alter(frame: Uint8Array, width: number, height: number): void;
}

/** While one frame is on its way into the encoder the other one is painted, and the last is kept to be shown again. */
const FRAMES = 3;

/** The picture of a scene as one camera shows it: altered, frozen, a part of it, in another size. */
export class AlteredPainter implements FramePainter {
  readonly #base: FramePainter;
  readonly #from: Size;
  readonly #to: Size;
  readonly #alterations: Alterations;
  readonly #free: Uint8Array[];
  #last: Uint8Array | null = null;

  constructor(base: FramePainter, sizes: { from: Size; to: Size }, alterations: Alterations) {
    this.#base = base;
    this.#from = sizes.from;
    this.#to = sizes.to;
    this.#alterations = alterations;
    const bytes = (sizes.to.width * sizes.to.height * 3) / 2;
    this.#free = Array.from({ length: FRAMES }, () => new Uint8Array(bytes));
  }

  paint(): PaintedFrame | null {
    if (this.#alterations.isFrozen() && this.#last) return { bytes: this.#last, release: () => undefined };
    const own = this.#free.find((bytes) => bytes !== this.#last);
    const painted = own && this.#base.paint();
    if (!painted) return null;
    this.#free.splice(this.#free.indexOf(own), 1);
    const { width, height } = this.#to;
    const window = this.#alterations.window();
    if (window.size === 1 && width === this.#from.width) own.set(painted.bytes);
    else resample(painted.bytes, this.#from, window, own, this.#to);
    painted.release();
    this.#alterations.alter(own, width, height);
    this.#last = own;
    return { bytes: own, release: () => this.#free.push(own) };
  }
}
