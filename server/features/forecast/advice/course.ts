import { bandOf, meanOf, seedOfRun, type Band } from '../forecast.ts';
import { QueueRun } from '../queue-run.ts';
import type { Demand, Situation } from '../situation.ts';

/** How far a course is looked at: what is done now shows within the hour. */
export const HORIZON_SEC = 3600;

export interface CourseOptions {
  seed: number;
  /** The wait that each queue promises, seconds, in the order of the situation. */
  promises: readonly number[];
}

/**
 * What may come of one situation, told by two figures that can be looked up when the hour is over. The peak wait of a
 * queue: the longest that anybody will have waited by then, called or not. Lateness: how long people will have waited
 * beyond what their queue promises, all of them together.
 *
 * Two courses of one seed are the same chance run by run, so their difference is what was done, not luck.
 */
export class Course {
  readonly #situation: Situation;
  readonly #demand: readonly Demand[];
  readonly #options: CourseOptions;
  /** By queue and run. */
  readonly #peaks: number[][];
  /** By run, person-seconds. */
  readonly #late: number[] = [];

  constructor(situation: Situation, demand: readonly Demand[], options: CourseOptions) {
    this.#situation = situation;
    this.#demand = demand;
    this.#options = options;
    this.#peaks = situation.queues.map(() => []);
  }

  /** Goes on until so many runs are done; yields after each, for whoever has other things to do in between. */
  *run(runs: number): Generator<undefined, void> {
    const { seed, promises } = this.#options;
    while (this.#late.length < runs) {
      const peaks = promises.map(() => 0);
      let late = 0;
      const watch = {
        step: () => undefined,
        waited: (queue: number, _issuedAt: number, waitSec: number) => {
          peaks[queue] = Math.max(peaks[queue]!, waitSec);
          late += Math.max(0, waitSec - promises[queue]!);
        },
      };
      const chance = seedOfRun(seed, this.#late.length);
      // Who still waits when the hour is over has waited so long: nobody is served after it.
      new QueueRun(this.#situation, this.#demand, { seed: chance, watch }).run({
        ...{ horizonSec: HORIZON_SEC, stepSec: HORIZON_SEC, tailSec: 0 },
      });
      peaks.forEach((peak, queue) => this.#peaks[queue]!.push(peak));
      this.#late.push(late);
      yield;
    }
  }

  /** The peak wait of a queue, by its index, over the first so many runs; all of them where left out. */
  peak(queue: number, runs?: number): Band {
    return bandOf(this.#peaks[queue]!.slice(0, runs)) ?? { low: 0, middle: 0, high: 0 };
  }

  /** Mean lateness over the first so many runs, person-seconds. */
  lateSec(runs?: number): number {
    return meanOf(this.#late.slice(0, runs));
  }
}
