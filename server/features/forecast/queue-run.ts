import { Random } from '#lib/random.ts';
import { SLOT_SEC, type Demand, type Situation, type WindowNow } from './situation.ts';

/** What one run saw. */
export interface RunWatch {
  /** At `sec`, before anything else happens at that instant, `waiting` people wait in the queue of this index. */
  step(step: number, queue: number, waiting: number): void;
  /** Somebody who came at `issuedAt` was called, or (`called` false) still waits when the run ends. */
  waited(queue: number, issuedAt: number, waitSec: number, called: boolean): void;
}

export interface RunOptions {
  /** Arrivals and steps end here. */
  horizonSec: number;
  stepSec: number;
  /** Those who wait then are served for so long at most. */
  tailSec?: number;
}

const TAIL_SEC = 4 * 3600;

/** People in line, by when they came: a list that is only read from its head. */
class Line {
  readonly #issued: number[] = [];
  #head = 0;

  get length(): number {
    return this.#issued.length - this.#head;
  }

  /** When the first in line came; infinite where nobody waits. */
  get first(): number {
    return this.#head < this.#issued.length ? this.#issued[this.#head]! : Infinity;
  }

  join(issuedAt: number): void {
    this.#issued.push(issuedAt);
  }

  leave(): number {
    return this.#issued[this.#head++]!;
  }
}

/**
 * One possible course of the next hours: people come by the expected rates, windows call the one who waits longest of
 * their queues, those with priority first. Plain arrays and no agenda: a forecast is hundreds of these.
 *
 * Chance has streams of its own: what windows are busy with, who comes to each queue, and how long the first, second,
 * third called from it keep their window. So with the same seed and other windows the same people come with the same business.
 */
export class QueueRun {
  readonly #demand: readonly Demand[];
  readonly #arriving: Random[];
  readonly #business: Random[];
  readonly #watch: RunWatch;
  readonly #ordinary: Line[] = [];
  readonly #priority: Line[] = [];
  readonly #nextArrival: Float64Array;
  /** When each window calls next; infinite while it is idle or closed. */
  readonly #freeAt: Float64Array;
  readonly #idle: boolean[];
  /** By window, the indexes of its own queues, then of those that it helps out; by queue, the indexes of its windows. */
  readonly #queuesOf: number[][][];
  readonly #windowsOf: number[][];

  /** `demand` has one entry for each queue of the situation, in the same order. */
  constructor(situation: Situation, demand: readonly Demand[], { seed, watch }: { seed: number; watch: RunWatch }) {
    const random = new Random(seed);
    const stream = () => new Random(random.next() * 2 ** 32);
    this.#demand = demand;
    this.#arriving = demand.map(stream);
    this.#business = demand.map(stream);
    this.#watch = watch;
    const indexes = new Map(situation.queues.map(({ queueId }, index) => [queueId, index]));
    const known = (ids: readonly string[]) => ids.flatMap((id) => indexes.get(id) ?? []);
    this.#queuesOf = situation.windows.map(({ queueIds, helps }) =>
      (helps ? [queueIds, helps] : [queueIds]).map(known),
    );
    this.#windowsOf = situation.queues.map((_, queue) =>
      this.#queuesOf.flatMap((queues, window) => (queues.flat().includes(queue) ? [window] : [])),
    );
    for (const { waiting } of situation.queues) {
      const [ordinary, priority] = [new Line(), new Line()];
      for (const person of waiting) (person.priority ? priority : ordinary).join(person.issuedAt);
      this.#ordinary.push(ordinary);
      this.#priority.push(priority);
    }
    this.#nextArrival = Float64Array.from(demand, (_, queue) => this.#arrivalAfter(queue, 0));
    this.#freeAt = Float64Array.from(situation.windows, (window) => this.#firstFree(window, indexes, stream()));
    this.#idle = situation.windows.map(() => false);
  }

  run({ horizonSec, stepSec, tailSec = TAIL_SEC }: RunOptions): void {
    const endSec = horizonSec + tailSec;
    let step = 0;
    // Most events change one of the two only, and looking for the smallest is what a run mostly does.
    let arriving = smallest(this.#nextArrival);
    let freed = smallest(this.#freeAt);
    for (;;) {
      const arrivesAt = arriving < 0 ? Infinity : this.#nextArrival[arriving]!;
      const freeAt = freed < 0 ? Infinity : this.#freeAt[freed]!;
      const arrives = arrivesAt < freeAt && arrivesAt < horizonSec;
      const next = arrives ? arrivesAt : freeAt;
      for (; step * stepSec <= horizonSec && step * stepSec <= next; step += 1) this.#tellStep(step);
      if (next === Infinity || next > endSec || (next > horizonSec && this.#nobodyWaits())) break;
      if (arrives) {
        if (this.#arrive(arriving, next)) freed = smallest(this.#freeAt);
        arriving = smallest(this.#nextArrival);
      } else {
        this.#callNext(freed, next);
        freed = smallest(this.#freeAt);
      }
    }
    this.#tellUncalled(endSec);
  }

  /** Says whether the newcomer was called at once. */
  #arrive(queue: number, at: number): boolean {
    this.#nextArrival[queue] = this.#arrivalAfter(queue, at);
    const isFirst = this.#arriving[queue]!.chance(this.#demand[queue]!.priorityShare);
    (isFirst ? this.#priority : this.#ordinary)[queue]!.join(at);
    const idle = this.#windowsOf[queue]!.find((window) => this.#idle[window]);
    if (idle === undefined) return false;
    this.#callNext(idle, at);
    return true;
  }

  #callNext(window: number, at: number): void {
    const queue = this.#nextQueue(window);
    this.#idle[window] = queue === null;
    if (queue === null) {
      this.#freeAt[window] = Infinity;
      return;
    }
    const line = this.#priority[queue]!.length > 0 ? this.#priority[queue]! : this.#ordinary[queue]!;
    const issuedAt = line.leave();
    this.#watch.waited(queue, issuedAt, at - issuedAt, true);
    this.#freeAt[window] = at + this.#business[queue]!.pick(this.#demand[queue]!.occupationSec);
  }

  #nextQueue(window: number): number | null {
    for (const queues of this.#queuesOf[window]!) {
      const queue = longestWaiting(queues, this.#priority) ?? longestWaiting(queues, this.#ordinary);
      if (queue !== null) return queue;
    }
    return null;
  }

  /** The next arrival of a process whose rate changes from slot to slot: a unit of expectation is spent along them. */
  #arrivalAfter(queue: number, at: number): number {
    const { arrivals } = this.#demand[queue]!;
    let left = this.#arriving[queue]!.exponential(1);
    let now = at;
    for (let slot = Math.floor(at / SLOT_SEC); slot < arrivals.length; slot += 1) {
      const rate = arrivals[slot]! / SLOT_SEC;
      const ends = (slot + 1) * SLOT_SEC;
      if (rate * (ends - now) > left) return now + left / rate;
      left -= rate * (ends - now);
      now = ends;
    }
    return Infinity;
  }

  #firstFree({ now }: WindowNow, indexes: ReadonlyMap<string, number>, random: Random): number {
    if (now.is === 'closed') return Infinity;
    if (now.is === 'idle') return 0;
    if (now.is === 'paused') return Math.max(0, now.backAt);
    const seen = this.#demand[indexes.get(now.queueId) ?? 0]?.occupationSec ?? [];
    return remaining(seen, -now.calledAt, random);
  }

  #waiting(queue: number): number {
    return this.#ordinary[queue]!.length + this.#priority[queue]!.length;
  }

  #nobodyWaits(): boolean {
    return this.#ordinary.every((_, queue) => this.#waiting(queue) === 0);
  }

  #tellStep(step: number): void {
    for (let queue = 0; queue < this.#ordinary.length; queue += 1) this.#watch.step(step, queue, this.#waiting(queue));
  }

  #tellUncalled(endSec: number): void {
    [this.#ordinary, this.#priority].forEach((lines) =>
      lines.forEach((line, queue) => {
        while (line.length > 0) {
          const issuedAt = line.leave();
          this.#watch.waited(queue, issuedAt, endSec - issuedAt, false);
        }
      }),
    );
  }
}

/** Of these queues the one in whose line somebody has waited longest. */
function longestWaiting(queues: readonly number[], lines: readonly Line[]): number | null {
  let best: number | null = null;
  let since = Infinity;
  for (const queue of queues) {
    const { first } = lines[queue]!;
    if (first >= since) continue;
    best = queue;
    since = first;
  }
  return best;
}

/** The index of the smallest value; -1 where all are infinite. */
function smallest(values: Float64Array): number {
  let best = -1;
  let least = Infinity;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i]!;
    if (value < least) {
      best = i;
      least = value;
    }
  }
  return best;
}

/** How much longer it takes, having taken `elapsed` already: as with those that took longer still. */
function remaining(seen: readonly number[], elapsed: number, random: Random): number {
  const from = seen.findIndex((sec) => sec > elapsed);
  // Longer than any seen: it may end any moment.
  if (from < 0) return random.exponential((seen.at(-1) ?? 300) / 4);
  return seen[from + Math.floor(random.next() * (seen.length - from))]! - elapsed;
}
