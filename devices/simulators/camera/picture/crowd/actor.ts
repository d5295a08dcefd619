import type { Figure } from '../people/figure.ts';
import { SETTLE_STEPS, STRIDE, WALK_PHASES, type PoseName } from '../people/pose.ts';
import { frontOf, type Point, type Spot } from './stage.ts';

/** Radians and metres a second. */
const TURN_SPEED = 4.5;
const SETTLE_MS = 700;
const ARRIVED = 0.06;

type Doing =
  | { kind: 'walk'; way: Point[] }
  | { kind: 'turn'; spot: Spot }
  | { kind: 'settle'; spot: Spot; ms: number }
  | { kind: 'rest'; spot: Spot; index: number; leftMs: number }
  | { kind: 'rise'; spot: Spot; ms: number; way: Point[] };

/** How long somebody keeps still, and which ways of sitting or standing there are. */
export interface Habits {
  /** Shortest and longest time in one pose, ms. */
  stillMs: readonly [number, number];
  variants: readonly number[];
}

/** One person in the room: walks, turns, sits down, shifts on the seat, gets up. */
export class Actor {
  readonly figure: Figure;
  x = 0;
  z = 0;
  heading = 0;
  habits: Habits = { stillMs: [6000, 20_000], variants: [0, 1, 2, 3] };
  /** Where the way ends; null leaves the room. */
  #goal: Spot | null = null;
  #doing: Doing = { kind: 'walk', way: [] };
  #walked: number;
  readonly #speed: number;
  readonly #random: () => number;

  constructor(figure: Figure, random: () => number) {
    this.figure = figure;
    this.#random = random;
    this.#speed = 1.02 + random() * 0.32;
    this.#walked = random() * 2;
  }

  /** Out of the room with nothing more to do. */
  get isGone(): boolean {
    return this.#goal === null && this.#doing.kind === 'walk' && this.#doing.way.length === 0;
  }

  get isWalking(): boolean {
    return this.#doing.kind === 'walk';
  }

  get isResting(): boolean {
    return this.#doing.kind === 'rest';
  }

  /** Is there at once, without a way. */
  placeAt(spot: Spot): void {
    this.#goal = spot;
    [this.x, this.z, this.heading] = [spot.x, spot.z, spot.heading];
    this.#rest(spot);
  }

  /** Starts from a point off the picture. */
  enterAt(point: Point): void {
    [this.x, this.z] = [point.x, point.z];
  }

  /** Goes to a spot by this way, or out of the room. */
  go(way: Point[], goal: Spot | null): void {
    this.#goal = goal;
    const seat = this.#doing.kind === 'rest' || this.#doing.kind === 'settle' ? this.#doing.spot : null;
    if (seat && seat.pose !== 'stand') this.#doing = { kind: 'rise', spot: seat, ms: 0, way };
    else this.#doing = { kind: 'walk', way };
  }

  get pose(): PoseName {
    const doing = this.#doing;
    const phase = Math.floor((this.#walked / (STRIDE * this.figure.height)) * WALK_PHASES) % WALK_PHASES;
    switch (doing.kind) {
      case 'walk':
        return doing.way.length > 0 ? `walk-${phase}` : 'stand-0';
      case 'turn':
        return 'stand-0';
      case 'settle':
        return `settle-${settleStep(doing.ms)}`;
      case 'rise':
        return `settle-${SETTLE_STEPS - 1 - settleStep(doing.ms)}`;
      case 'rest':
        return `${doing.spot.pose}-${doing.index}`;
    }
  }

  advance(ms: number): void {
    const doing = this.#doing;
    switch (doing.kind) {
      case 'walk':
        this.#walk(doing.way, ms);
        break;
      case 'turn':
        if (this.#turnTo(doing.spot.heading, ms)) this.#sit(doing.spot);
        break;
      case 'settle':
        doing.ms += ms;
        this.#between(doing.spot, Math.min(1, doing.ms / SETTLE_MS));
        if (doing.ms >= SETTLE_MS) this.#rest(doing.spot);
        break;
      case 'rise':
        doing.ms += ms;
        this.#between(doing.spot, Math.max(0, 1 - doing.ms / SETTLE_MS));
        if (doing.ms >= SETTLE_MS) this.#doing = { kind: 'walk', way: doing.way };
        break;
      case 'rest':
        doing.leftMs -= ms;
        if (doing.leftMs <= 0) this.#rest(doing.spot);
        break;
    }
  }

  #walk(way: Point[], ms: number): void {
    let left = (this.#speed * ms) / 1000;
    this.#walked += left;
    while (left > 0 && way.length > 0) {
      const [dx, dz] = [way[0]!.x - this.x, way[0]!.z - this.z];
      const distance = Math.hypot(dx, dz);
      if (distance > ARRIVED) this.#turnTo(Math.atan2(dx, dz), ms);
      if (distance > left) {
        this.x += (dx / distance) * left;
        this.z += (dz / distance) * left;
        return;
      }
      left -= distance;
      [this.x, this.z] = [way[0]!.x, way[0]!.z];
      way.shift();
    }
    if (way.length === 0 && this.#goal) this.#doing = { kind: 'turn', spot: this.#goal };
  }

  #sit(spot: Spot): void {
    if (spot.pose === 'stand') this.#rest(spot);
    else this.#doing = { kind: 'settle', spot, ms: 0 };
  }

  #rest(spot: Spot): void {
    const { variants, stillMs } = this.habits;
    const index = variants[Math.floor(this.#random() * variants.length)]!;
    this.#doing = { kind: 'rest', spot, index, leftMs: stillMs[0] + this.#random() * (stillMs[1] - stillMs[0]) };
    [this.x, this.z, this.heading] = [spot.x, spot.z, spot.heading];
  }

  #between(spot: Spot, share: number): void {
    const front = frontOf(spot);
    this.x = front.x + (spot.x - front.x) * share;
    this.z = front.z + (spot.z - front.z) * share;
  }

  #turnTo(heading: number, ms: number): boolean {
    const most = (TURN_SPEED * ms) / 1000;
    const off = Math.atan2(Math.sin(heading - this.heading), Math.cos(heading - this.heading));
    this.heading += Math.max(-most, Math.min(most, off));
    return Math.abs(off) <= most;
  }
}

const settleStep = (ms: number): number => Math.min(SETTLE_STEPS - 1, Math.floor((ms / SETTLE_MS) * SETTLE_STEPS));
