import { stamp, type Stamp } from '../frame/stamp.ts';
import { spansOf, type Sprite } from '../people/sprite.ts';
import type { SpriteStore } from '../people/sprite-store.ts';
import { GLASS_Z } from '../scenery/set.ts';
import type { View } from '../render/view.ts';
import type { Actor } from './actor.ts';

/** Somebody on the picture: the shadow and the image in the floor, and the body. */
export interface PlacedActor {
  ground: readonly Stamp[];
  body: Stamp;
}

const BODY_MIDDLE = 0.9;
const UPRIGHT = 1.7;
const NEAREST = 2.2;
/** Steps below this do not show, so that somebody who sits still is not painted again. */
const GRAIN = 0.004;

/** Puts people onto the picture of one view. Who did not move keeps the stamps of last time. */
export class ActorPlacer {
  readonly #view: View;
  readonly #store: SpriteStore;
  readonly #known = new WeakMap<Actor, { key: string; placed: PlacedActor | null }>();
  readonly #shadow: Sprite;

  constructor(view: View, store: SpriteStore) {
    this.#view = view;
    this.#store = store;
    this.#shadow = softDisc(Math.round(view.width / 16));
  }

  /** Null where somebody is behind or right under the camera, out of its sight. */
  place(actor: Actor): PlacedActor | null {
    const { x, z, heading, pose } = actor;
    const key = `${Math.round(x / GRAIN)}/${Math.round(z / GRAIN)}/${Math.round(heading / 0.02)}/${pose}`;
    const known = this.#known.get(actor);
    if (known?.key === key) return known.placed;
    const placed = this.#placeAnew(actor);
    this.#known.set(actor, { key, placed });
    return placed;
  }

  #placeAnew(actor: Actor): PlacedActor | null {
    const { x, z } = actor;
    const view = this.#view;
    const foot = view.project([x, 0, z]);
    const middle = view.project([x, BODY_MIDDLE, z]);
    const top = view.project([x, UPRIGHT, z]);
    if (middle.depth < NEAREST) return null;
    const [toX, toZ] = [view.eye[0] - x, view.eye[2] - z];
    const pitch = Math.atan2(view.eye[1] - BODY_MIDDLE, Math.hypot(toX, toZ));
    const seen = { yaw: actor.heading - Math.atan2(toX, toZ), pitch, distance: middle.depth, focal: view.focal };
    const { sprite, isFlipped, ...taken } = this.#store.find(actor.figure, actor.pose, seen);
    // Away from the middle of a wide picture everything is drawn out and upright things lean.
    const unit = taken.focal / taken.distance;
    const scale = (actor.figure.size * view.focal) / middle.depth / unit;
    const usual = UPRIGHT * unit * Math.cos(taken.pitch);
    const body = stamp({
      kind: 'body',
      sprite,
      x: foot.x,
      y: foot.y,
      scaleX: isFlipped ? -scale : scale,
      scaleY: (actor.figure.size * (foot.y - top.y)) / usual,
      lean: (foot.x - top.x) / (foot.y - top.y),
      depth: middle.depth * 1000,
      isBehindGlass: z < GLASS_Z,
      opacity: 1,
    });
    // A seat keeps most of the light away itself, and hides the image of who sits on it.
    const isUpright = /^(walk|stand)/.test(actor.pose);
    const radius = (0.34 * view.focal) / foot.depth;
    const shadow = stamp({
      ...body,
      kind: 'shadow',
      sprite: this.#shadow,
      scaleX: radius / (this.#shadow.width / 2),
      scaleY: (radius / (this.#shadow.width / 2)) * Math.sin(pitch),
      lean: 0,
      opacity: isUpright ? 0.42 : 0.16,
    });
    return { ground: isUpright ? [shadow, stamp({ ...body, kind: 'mirror' })] : [shadow], body };
  }
}

/** A round spot that fades to its rim. */
function softDisc(radius: number): Sprite {
  const size = radius * 2;
  const coverage = Uint8Array.from({ length: size * size }, (_, at) => {
    const square = (((at % size) + 0.5 - radius) ** 2 + (Math.floor(at / size) + 0.5 - radius) ** 2) / radius ** 2;
    return square >= 1 ? 0 : 255 * (1 - square) ** 1.5;
  });
  const flat = new Uint8Array(size * size);
  return {
    width: size,
    height: size,
    anchorX: radius,
    anchorY: radius,
    y: flat,
    u: flat,
    v: flat,
    coverage,
    spans: spansOf(coverage, size, size),
  };
}
