import type { Clock } from '#lib/clock.ts';
import type { FramePainter, PaintedFrame } from '../video/stream.ts';
import type { ActorPlacer, PlacedActor } from './crowd/placing.ts';
import type { Actor } from './crowd/actor.ts';
import { paintBarcode } from './frame/barcode.ts';
import { Frame } from './frame/frame.ts';
import type { Osd } from './frame/osd.ts';
import type { Stamp } from './frame/stamp.ts';
import type { Backdrop } from './render/room.ts';

export interface ScenePainterDependencies {
  clock: Clock;
  clockOffsetMs: number;
  backdrop: Backdrop;
  placer: ActorPlacer;
  osd: Osd;
  barcode: boolean;
  /** Lets the people move up to now; gives them, and what the displays show: the same stamps as long as that stays. */
  look: () => { actors: readonly Actor[]; signs: readonly Stamp[] };
}

/** While one frame is on its way into the encoder the other one is painted. */
const FRAMES = 2;

/** Paints one scene at the size of one profile. */
export class ScenePainter implements FramePainter {
  readonly #deps: ScenePainterDependencies;
  readonly #free: Frame[];

  constructor(deps: ScenePainterDependencies) {
    this.#deps = deps;
    this.#free = Array.from({ length: FRAMES }, () => new Frame(deps.backdrop));
  }

  paint(): PaintedFrame | null {
    const frame = this.#free.shift();
    if (!frame) return null;
    const { clock, clockOffsetMs, backdrop, barcode, osd } = this.#deps;
    const now = clock.now();
    frame.show([...this.#scene(), ...osd.stamps(now + clockOffsetMs)]);
    if (barcode) paintBarcode(frame.bytes, backdrop.width, backdrop.height, now);
    return { bytes: frame.bytes, release: () => this.#free.push(frame) };
  }

  /** Shadows and mirror images lie on the floor; then everything upright, the farthest first. */
  #scene(): Stamp[] {
    const { actors, signs } = this.#deps.look();
    const placed = actors
      .map((actor) => this.#deps.placer.place(actor))
      .filter((actor): actor is PlacedActor => actor !== null);
    const upright = [...placed.map(({ body }) => body), ...signs].sort((a, b) => b.depth - a.depth);
    return [...placed.flatMap(({ ground }) => ground), ...upright];
  }
}
