import type { Mesh } from '../render/mesh.ts';
import { SightBuffers } from '../render/raster.ts';
import { buildBody } from './body.ts';
import type { Figure } from './figure.ts';
import { onOtherFoot, poseOf, type PoseName } from './pose.ts';
import { dye, paletteOf, takeShape, type Shape, type Sprite, type SpriteView } from './sprite.ts';

const HALF_TURN_STEPS = 6;
const PITCH_STEP = 0.4;
/** Sizes that shapes are taken in, metres for one pixel: these times powers of the ratio. */
const FINEST = 5.2 / 640;
const SIZE_RATIO = 1.4;
/** Lenses are taken for one of these, as distance hardly shows in a body that far away: this times powers of two. */
const USUAL_FOCAL = 600;
/** Bodies kept to be seen from other sides; about 100 KB each. */
const MAX_BODIES = 120;
const MAX_SHAPE_BYTES = 88 * 1024 * 1024;
const MAX_SPRITE_BYTES = 24 * 1024 * 1024;

/**
 * Pictures of people, made when they are first needed and shared by all scenes. A shape costs milliseconds, and there are
 * only as many as there are builds; putting somebody's colours on it costs next to nothing.
 */
export class SpriteStore {
  readonly #shapes = new Shelf<Shape>(MAX_SHAPE_BYTES, ({ ink }) => ink.byteLength);
  readonly #sprites = new Shelf<Sprite>(MAX_SPRITE_BYTES, ({ width, height }) => width * height * 2.5);
  readonly #palettes = new Map<string, Uint8Array>();
  readonly #bodies = new Map<string, Mesh>();
  readonly #buffers = new SightBuffers();

  /** Somebody seen about so: from the nearest of the angles that there are, and not from farther than asked. */
  find(figure: Figure, pose: PoseName, view: SpriteView): SpriteView & { sprite: Sprite; isFlipped: boolean } {
    const yawStep = Math.round((Math.atan2(Math.sin(view.yaw), Math.cos(view.yaw)) / Math.PI) * HALF_TURN_STEPS);
    const pitchStep = Math.round(view.pitch / PITCH_STEP);
    const level = Math.floor(Math.log(view.distance / view.focal / FINEST) / Math.log(SIZE_RATIO));
    const focal = USUAL_FOCAL * 2 ** Math.round(Math.log2(view.focal / USUAL_FOCAL));
    const taken = {
      yaw: (Math.abs(yawStep) / HALF_TURN_STEPS) * Math.PI,
      pitch: pitchStep * PITCH_STEP,
      distance: focal * FINEST * SIZE_RATIO ** level,
      focal,
    };
    // Seen from the left one is the mirror image of oneself seen from the right, on the other foot.
    const isFlipped = yawStep < 0;
    const shown = isFlipped ? onOtherFoot(pose) : pose;
    const key = `${shown}/${Math.abs(yawStep)}/${pitchStep}/${level}/${focal}`;
    const sprite = this.#sprites.take(`${figure.key}/${key}`, () => {
      const shape = this.#shapes.take(`${figure.build}/${key}`, () =>
        takeShape(this.#body(figure, shown), taken, this.#buffers),
      );
      return dye(shape, this.#palette(figure));
    });
    return { ...taken, sprite, isFlipped };
  }

  #palette(figure: Figure): Uint8Array {
    let palette = this.#palettes.get(figure.key);
    if (!palette) {
      // Every pose of a figure has the same surfaces.
      palette = paletteOf(buildBody(figure, poseOf('stand-0')).surfaces);
      this.#palettes.set(figure.key, palette);
    }
    return palette;
  }

  #body(figure: Figure, pose: PoseName): Mesh {
    const key = `${figure.build}/${pose}`;
    const body = this.#bodies.get(key) ?? buildBody(figure, poseOf(pose));
    this.#bodies.delete(key);
    this.#bodies.set(key, body);
    if (this.#bodies.size > MAX_BODIES) this.#bodies.delete(this.#bodies.keys().next().value!);
    return body;
  }
}

/** Keeps what is dear to make, up to so many bytes; the longest unused goes first. */
class Shelf<T> {
  readonly #maxBytes: number;
  readonly #sizeOf: (item: T) => number;
  readonly #items = new Map<string, T>();
  #bytes = 0;

  constructor(maxBytes: number, sizeOf: (item: T) => number) {
    this.#maxBytes = maxBytes;
    this.#sizeOf = sizeOf;
  }

  take(key: string, make: () => T): T {
    const known = this.#items.get(key);
    const item = known ?? make();
    if (known === undefined) this.#bytes += this.#sizeOf(item);
    else this.#items.delete(key);
    this.#items.set(key, item);
    for (const [oldest, old] of this.#items) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#items.delete(oldest);
      this.#bytes -= this.#sizeOf(old);
    }
    return item;
  }
}
