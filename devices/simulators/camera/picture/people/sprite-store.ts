import type { Mesh } from '../render/mesh.ts';
import { SightBuffers } from '../render/raster.ts';
import { buildBody } from './body.ts';
import type { Figure } from './figure.ts';
import { poseOf, type PoseName } from './pose.ts';
import { takeSprite, type Sprite, type SpriteView } from './sprite.ts';

const YAW_STEPS = 12;
const PITCH_STEP = 0.4;
/** Distances that sprites are taken from, metres: these times powers of the ratio. */
const FIRST_DISTANCE = 4.4;
const DISTANCE_RATIO = 1.4;
/** Bodies kept to be seen from other sides; about 100 KB each. */
const MAX_BODIES = 120;
const MAX_BYTES = 96 * 1024 * 1024;

/** Sprites of people, made when they are first needed and shared by all scenes; the longest unused go first. */
export class SpriteStore {
  readonly #sprites = new Map<string, Sprite>();
  readonly #bodies = new Map<string, Mesh>();
  readonly #buffers = new SightBuffers();
  #bytes = 0;

  /**
   * Somebody seen about so: angles to the nearest step, and not smaller than asked. `distance` of the answer is the one
   * that the sprite was taken from.
   */
  find(figure: Figure, pose: PoseName, view: SpriteView): { sprite: Sprite; distance: number } {
    const yawStep = ((Math.round((view.yaw / (2 * Math.PI)) * YAW_STEPS) % YAW_STEPS) + YAW_STEPS) % YAW_STEPS;
    const pitchStep = Math.round(view.pitch / PITCH_STEP);
    const level = Math.floor(Math.log(view.distance / FIRST_DISTANCE) / Math.log(DISTANCE_RATIO));
    const distance = FIRST_DISTANCE * DISTANCE_RATIO ** level;
    const focal = Math.round(view.focal);
    const key = `${figure.key}/${pose}/${yawStep}/${pitchStep}/${level}/${focal}`;
    const known = this.#sprites.get(key);
    if (known) {
      this.#sprites.delete(key);
      this.#sprites.set(key, known);
      return { sprite: known, distance };
    }
    const taken = { yaw: (yawStep / YAW_STEPS) * 2 * Math.PI, pitch: pitchStep * PITCH_STEP, distance, focal };
    const sprite = takeSprite(this.#body(figure, pose), taken, this.#buffers);
    this.#keep(key, sprite);
    return { sprite, distance };
  }

  #body(figure: Figure, pose: PoseName): Mesh {
    const key = `${figure.key}/${pose}`;
    const body = this.#bodies.get(key) ?? buildBody(figure, poseOf(pose));
    this.#bodies.delete(key);
    this.#bodies.set(key, body);
    if (this.#bodies.size > MAX_BODIES) this.#bodies.delete(this.#bodies.keys().next().value!);
    return body;
  }

  #keep(key: string, sprite: Sprite): void {
    this.#sprites.set(key, sprite);
    this.#bytes += sizeOf(sprite);
    for (const [oldest, old] of this.#sprites) {
      if (this.#bytes <= MAX_BYTES) break;
      this.#sprites.delete(oldest);
      this.#bytes -= sizeOf(old);
    }
  }
}

const sizeOf = ({ width, height }: Sprite): number => width * height * 2.5;
