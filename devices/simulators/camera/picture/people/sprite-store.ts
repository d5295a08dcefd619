import type { Mesh } from '../render/mesh.ts';
import { SightBuffers } from '../render/raster.ts';
import { buildBody } from './body.ts';
import type { Figure } from './figure.ts';
import { onOtherFoot, poseOf, type PoseName } from './pose.ts';
import { takeSprite, type Sprite, type SpriteView } from './sprite.ts';

const HALF_TURN_STEPS = 6;
const PITCH_STEP = 0.4;
/** Distances that sprites are taken from, metres: these times powers of the ratio. */
const FIRST_DISTANCE = 5.2;
const DISTANCE_RATIO = 1.4;
/** Bodies kept to be seen from other sides; about 100 KB each. */
const MAX_BODIES = 120;
const MAX_BYTES = 80 * 1024 * 1024;

/** Sprites of people, made when they are first needed and shared by all scenes; the longest unused go first. */
export class SpriteStore {
  readonly #sprites = new Map<string, Sprite>();
  readonly #bodies = new Map<string, Mesh>();
  readonly #buffers = new SightBuffers();
  #bytes = 0;

  /** Somebody seen about so: from the nearest of the angles that there are, and not from farther than asked. */
  find(figure: Figure, pose: PoseName, view: SpriteView): SpriteView & { sprite: Sprite; isFlipped: boolean } {
    const yawStep = Math.round((Math.atan2(Math.sin(view.yaw), Math.cos(view.yaw)) / Math.PI) * HALF_TURN_STEPS);
    const pitchStep = Math.round(view.pitch / PITCH_STEP);
    const level = Math.floor(Math.log(view.distance / FIRST_DISTANCE) / Math.log(DISTANCE_RATIO));
    const taken = {
      yaw: (Math.abs(yawStep) / HALF_TURN_STEPS) * Math.PI,
      pitch: pitchStep * PITCH_STEP,
      distance: FIRST_DISTANCE * DISTANCE_RATIO ** level,
      focal: Math.round(view.focal),
    };
    // Seen from the left one is the mirror image of oneself seen from the right, on the other foot.
    const isFlipped = yawStep < 0;
    const shown = isFlipped ? onOtherFoot(pose) : pose;
    const key = `${figure.key}/${shown}/${Math.abs(yawStep)}/${pitchStep}/${level}/${taken.focal}`;
    const sprite = this.#sprites.get(key) ?? takeSprite(this.#body(figure, shown), taken, this.#buffers);
    this.#keep(key, sprite);
    return { ...taken, sprite, isFlipped };
  }

  #body(figure: Figure, pose: PoseName): Mesh {
    const key = `${figure.key}/${pose}`;
    const body = this.#bodies.get(key) ?? buildBody(figure, poseOf(pose));
    this.#bodies.delete(key);
    this.#bodies.set(key, body);
    if (this.#bodies.size > MAX_BODIES) this.#bodies.delete(this.#bodies.keys().next().value!);
    return body;
  }

  /** As the one used last. */
  #keep(key: string, sprite: Sprite): void {
    if (!this.#sprites.delete(key)) this.#bytes += sizeOf(sprite);
    this.#sprites.set(key, sprite);
    for (const [oldest, old] of this.#sprites) {
      if (this.#bytes <= MAX_BYTES) break;
      this.#sprites.delete(oldest);
      this.#bytes -= sizeOf(old);
    }
  }
}

const sizeOf = ({ width, height }: Sprite): number => width * height * 2.5;
