import type { Clock } from '#lib/clock.ts';

/** Pan and tilt -1..1, zoom 0..1; right, up and in are positive (ONVIF PTZ, 5.7, generic spaces). */
export interface PtzVector {
  pan: number;
  tilt: number;
  zoom: number;
}

export interface PtzPreset {
  token: string;
  name: string;
  position: PtzVector;
}

const HOME: PtzVector = { pan: 0, tilt: 0, zoom: 0 };
/** Of the whole way in a second, at full speed. */
const SPEED = 0.6;
export const MAX_PRESETS = 32;

type Motion = { kind: 'glide'; to: PtzVector } | { kind: 'speed'; by: PtzVector; endsAt: number };

/** The motors of a camera: where it looks now follows from its last order and the time since then. */
export class PtzHead {
  readonly #clock: Clock;
  readonly #onChange: () => void;
  readonly #presets = new Map<string, PtzPreset>();
  #from: PtzVector = HOME;
  #since = 0;
  #motion: Motion | null = null;
  #cancelArrival: () => void = () => undefined;
  #nextToken = 1;

  /** `onChange` is called when it starts to move and when it has stopped. */
  constructor(clock: Clock, onChange: () => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  get position(): PtzVector {
    const seconds = this.#secondsMoved();
    const motion = this.#motion;
    if (!motion) return this.#from;
    return each((axis) => {
      const least = axis === 'zoom' ? 0 : -1;
      if (motion.kind === 'speed') {
        return Math.min(1, Math.max(least, this.#from[axis] + motion.by[axis] * SPEED * seconds));
      }
      const way = motion.to[axis] - this.#from[axis];
      return this.#from[axis] + Math.sign(way) * Math.min(Math.abs(way), SPEED * seconds);
    });
  }

  get isMoving(): boolean {
    return this.#motion !== null && this.#secondsMoved() < this.#secondsToMove(this.#motion);
  }

  get isAtHome(): boolean {
    const { pan, tilt, zoom } = this.position;
    return !this.isMoving && pan === 0 && tilt === 0 && zoom === 0;
  }

  get presets(): readonly PtzPreset[] {
    return [...this.#presets.values()];
  }

  /** Moves at this speed, -1..1 for each axis, until told otherwise or for so long. */
  move(speed: PtzVector, forMs: number): void {
    this.#start({ kind: 'speed', by: speed, endsAt: forMs });
  }

  goTo(position: PtzVector): void {
    this.#start({ kind: 'glide', to: position });
  }

  goHome(): void {
    this.goTo(HOME);
  }

  stop(): void {
    this.#start(null);
  }

  preset(token: string): PtzPreset | undefined {
    return this.#presets.get(token);
  }

  /** Null where there are too many. Tokens are digits, as on most cameras. */
  savePreset(name: string, token?: string): PtzPreset | null {
    const known = token === undefined ? undefined : this.#presets.get(token);
    if (!known && this.#presets.size >= MAX_PRESETS) return null;
    const own = known?.token ?? String(this.#nextToken++);
    const preset = { token: own, name: name || known?.name || `Preset ${own}`, position: this.position };
    this.#presets.set(own, preset);
    return preset;
  }

  removePreset(token: string): boolean {
    return this.#presets.delete(token);
  }

  #start(motion: Motion | null): void {
    this.#from = this.position;
    this.#since = this.#clock.monotonic();
    this.#motion = motion;
    this.#cancelArrival();
    this.#cancelArrival = motion
      ? this.#clock.after(this.#secondsToMove(motion) * 1000 + 1, () => {
          this.#from = this.position;
          this.#motion = null;
          this.#onChange();
        })
      : () => undefined;
    this.#onChange();
  }

  #secondsMoved(): number {
    if (!this.#motion) return 0;
    return Math.min((this.#clock.monotonic() - this.#since) / 1000, this.#secondsToMove(this.#motion));
  }

  #secondsToMove(motion: Motion): number {
    if (motion.kind === 'speed') return motion.endsAt / 1000;
    const { pan, tilt, zoom } = each((axis) => Math.abs(motion.to[axis] - this.#from[axis]));
    return Math.max(pan, tilt, zoom) / SPEED;
  }
}

function each(value: (axis: keyof PtzVector) => number): PtzVector {
  return { pan: value('pan'), tilt: value('tilt'), zoom: value('zoom') };
}

/** The part of the whole picture that is seen, in shares of its width and height. At home that is all of it. */
export function windowOf({ pan, tilt, zoom }: PtzVector): { left: number; top: number; size: number } {
  // Looking aside needs something to look at: the window is smaller there.
  const size = Math.min(1 / (1 + 2.5 * zoom), 1 - 0.35 * Math.max(Math.abs(pan), Math.abs(tilt)));
  return { size, left: ((1 - size) * (1 + pan)) / 2, top: ((1 - size) * (1 - tilt)) / 2 };
}
