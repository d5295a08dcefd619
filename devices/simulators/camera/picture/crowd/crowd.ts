import type { WindowSight } from '../../model.ts';
import { clerk, visitor } from '../people/figure.ts';
import { scatter } from '../random.ts';
import { Actor, type Habits } from './actor.ts';
import { frontOf, joinWays, type Spot, type Stage, type Way } from './stage.ts';

/** What the crowd is to look like. */
export interface CrowdState {
  waiting: number;
  windows: readonly WindowSight[];
}

/** After a longer time without a picture nobody sees how things came about, so everybody is simply there. */
const GAP_MS = 3000;
const STEP_MS = 100;
/** At most one person a second comes in to wait or leaves. */
const CHANGE_EVERY_MS = 1000;
/** Different visitors: a multiple of the number of builds has every build as often. */
const FIGURES = 48;

const habits: Record<'waiting' | 'visitor' | 'busy' | 'idle', Habits> = {
  waiting: { stillMs: [5000, 24_000], variants: [0, 1, 1, 2, 3, 4] },
  visitor: { stillMs: [2500, 9000], variants: [0, 1, 2] },
  busy: { stillMs: [500, 2400], variants: [0, 1, 0, 1, 2, 3, 4, 5] },
  idle: { stillMs: [4000, 12_000], variants: [0, 2, 3] },
};

/** The people of one room. They follow its state: who waits, who is served, who sits behind the counter. */
export class Crowd {
  readonly #stage: Stage;
  readonly #random: () => number;
  readonly #clerkSeed: number;
  #now = Number.NEGATIVE_INFINITY;
  #nextChangeAt = 0;
  #nextPasserAt = 0;
  #figure: number;
  #waiting: { actor: Actor; spot: Spot }[] = [];
  #clerks: (Actor | null)[];
  #visitors: (Actor | null)[];
  #leaving: Actor[] = [];

  constructor(stage: Stage, seed: number) {
    this.#stage = stage;
    this.#random = scatter(seed * 13 + 5);
    this.#clerkSeed = seed * 17;
    this.#figure = seed * 11;
    this.#clerks = stage.windows.map(() => null);
    this.#visitors = stage.windows.map(() => null);
  }

  /** Lets time pass up to `now` (ms); asking twice for the same time changes nothing. */
  advance(now: number, state: CrowdState): void {
    if (now - this.#now > GAP_MS) this.#start(now, state);
    while (now - this.#now >= 1) {
      const ms = Math.min(STEP_MS, now - this.#now);
      this.#now += ms;
      this.#follow(state);
      for (const actor of this.actors()) actor.advance(ms);
      this.#leaving = this.#leaving.filter((actor) => !actor.isGone);
    }
  }

  /** Everybody, in no order. */
  actors(): Actor[] {
    const present = (actor: Actor | null) => actor !== null;
    return [
      ...this.#waiting.map(({ actor }) => actor),
      ...this.#clerks.filter(present),
      ...this.#visitors.filter(present),
      ...this.#leaving,
    ];
  }

  #start(now: number, state: CrowdState): void {
    this.#now = now;
    this.#nextChangeAt = now;
    this.#nextPasserAt = now + 1500;
    this.#leaving = [];
    this.#waiting = this.#stage.waiting
      .slice(0, state.waiting)
      .map((spot) => ({ actor: this.#placed(visitor(this.#nextFigure()), spot, habits.waiting), spot }));
    this.#stage.windows.forEach((window, index) => {
      const sight = state.windows[index];
      this.#clerks[index] = sight?.staffPresent
        ? this.#placed(clerk(this.#clerkSeed + index), window.clerk, habits.idle)
        : null;
      this.#visitors[index] = sight?.customer
        ? this.#placed(visitor(this.#nextFigure()), window.visitor, habits.visitor)
        : null;
    });
  }

  #follow(state: CrowdState): void {
    this.#stage.windows.forEach((window, index) => {
      const sight = state.windows[index];
      this.#followClerk(index, sight?.staffPresent === true, sight?.windowState === 'serving');
      this.#followVisitor(index, sight?.customer === true, window.visitor);
    });
    if (this.#now < this.#nextChangeAt) return;
    const places = this.#stage.waiting;
    const wanted = Math.min(state.waiting, places.length);
    if (this.#waiting.length < wanted) {
      const free = places.find((spot) => !this.#waiting.some((other) => other.spot === spot));
      if (free) this.#waiting.push({ actor: this.#enter(free, habits.waiting), spot: free });
      this.#nextChangeAt = this.#now + CHANGE_EVERY_MS;
    } else if (this.#waiting.length > wanted) {
      const { actor, spot } = this.#waiting.shift()!;
      this.#leave(actor, spot);
      this.#nextChangeAt = this.#now + CHANGE_EVERY_MS;
    }
    this.#letSomebodyPass();
  }

  #followClerk(index: number, wanted: boolean, busy: boolean): void {
    const { clerk: spot, clerkExit } = this.#stage.windows[index]!;
    const present = this.#clerks[index]!;
    if (wanted && !present) {
      const actor = new Actor(clerk(this.#clerkSeed + index), this.#random);
      actor.enterAt(clerkExit[0]!);
      actor.go([...joinWays(clerkExit, spot.access), frontOf(spot)], spot);
      this.#clerks[index] = actor;
    } else if (!wanted && present) {
      present.go(joinWays([frontOf(spot), ...spot.access], clerkExit), null);
      this.#leaving.push(present);
      this.#clerks[index] = null;
    }
    const actor = this.#clerks[index];
    if (actor) actor.habits = busy ? habits.busy : habits.idle;
  }

  #followVisitor(index: number, wanted: boolean, spot: Spot): void {
    const present = this.#visitors[index]!;
    if (wanted && !present) {
      const called = this.#waiting.findIndex(({ actor }) => actor.isResting);
      if (called >= 0) {
        const [{ actor, spot: seat }] = this.#waiting.splice(called, 1) as [{ actor: Actor; spot: Spot }];
        actor.habits = habits.visitor;
        actor.go([...joinWays([frontOf(seat), ...seat.access], spot.access), frontOf(spot)], spot);
        this.#visitors[index] = actor;
      } else {
        this.#visitors[index] = this.#enter(spot, habits.visitor);
      }
    } else if (!wanted && present) {
      this.#leave(present, spot);
      this.#visitors[index] = null;
    }
  }

  #letSomebodyPass(): void {
    const { most, everyMs } = this.#stage.passers;
    if (this.#now < this.#nextPasserAt) return;
    this.#nextPasserAt = this.#now + everyMs * (0.5 + this.#random());
    const [from, to] = this.#random() < 0.5 ? [0, 1] : [1, 0];
    if (this.#leaving.length >= most) return;
    const actor = new Actor(visitor(this.#nextFigure()), this.#random);
    const [start, end] = [this.#exit(from), this.#exit(to)];
    actor.enterAt(start[0]!);
    actor.go(joinWays(start, end), null);
    this.#leaving.push(actor);
  }

  #enter(spot: Spot, habit: Habits): Actor {
    const actor = new Actor(visitor(this.#nextFigure()), this.#random);
    const start = this.#exit(this.#random() < 0.5 ? 0 : 1);
    actor.habits = habit;
    actor.enterAt(start[0]!);
    actor.go([...joinWays(start, spot.access), frontOf(spot)], spot);
    return actor;
  }

  #leave(actor: Actor, spot: Spot): void {
    actor.go(joinWays([frontOf(spot), ...spot.access], this.#exit(this.#random() < 0.5 ? 0 : 1)), null);
    this.#leaving.push(actor);
  }

  #placed(figure: ReturnType<typeof visitor>, spot: Spot, habit: Habits): Actor {
    const actor = new Actor(figure, this.#random);
    actor.habits = habit;
    actor.placeAt(spot);
    return actor;
  }

  /** Nobody walks exactly where the one before did. */
  #exit(index: number): Way {
    const shift = (this.#random() - 0.5) * 0.5;
    const way = this.#stage.exits[index % this.#stage.exits.length]!;
    return way.map(({ x, z }) => ({ x, z: z + shift }));
  }

  #nextFigure(): number {
    this.#figure = (this.#figure + 7) % FIGURES;
    return this.#figure;
  }
}
