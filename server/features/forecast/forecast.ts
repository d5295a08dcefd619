import { QueueRun } from './queue-run.ts';
import type { Demand, Situation } from './situation.ts';

/** Half of the runs lie below `middle`, one in ten below `low`, one in ten above `high`. */
export interface Band {
  low: number;
  middle: number;
  high: number;
}

export interface ForecastStep {
  /** Seconds from now. */
  sec: number;
  waiting: Band;
  /** The wait of those who come within the step that begins here, seconds; null where nobody came in any run. */
  wait: Band | null;
}

export interface QueueForecast {
  queueId: string;
  steps: ForecastStep[];
  /** Mean over the runs of the longest wait of those who wait now or come before the horizon, seconds. */
  longestWaitSec: number;
  /** Share of those people who are not called within hours after the horizon; above 0, waits are at least as told. */
  uncalled: number;
}

export interface ForecastOptions {
  seed: number;
  runs?: number;
  horizonSec?: number;
  stepSec?: number;
}

/**
 * The next two hours of each queue, from many runs of what may happen. The same seed gives the same forecast; two
 * forecasts of one seed differ by what was changed in the situation, not by luck alone.
 */
export function forecast(situation: Situation, demand: readonly Demand[], options: ForecastOptions): QueueForecast[] {
  const course = forecastInSteps(situation, demand, options);
  for (;;) {
    const { done, value } = course.next();
    if (done) return value;
  }
}

/** The same, run by run, for whoever has other things to do in between. */
export function* forecastInSteps(
  situation: Situation,
  demand: readonly Demand[],
  { seed, runs = 200, horizonSec = 7200, stepSec = 900 }: ForecastOptions,
): Generator<undefined, QueueForecast[]> {
  const steps = Math.floor(horizonSec / stepSec) + 1;
  const seen = situation.queues.map(() => new Seen(steps));
  const watch = {
    step: (step: number, queue: number, waiting: number) => void seen[queue]!.waiting[step]!.push(waiting),
    waited: (queue: number, issuedAt: number, waitSec: number, called: boolean) =>
      seen[queue]!.waited(issuedAt < 0 ? null : Math.floor(issuedAt / stepSec), waitSec, called),
  };
  for (let run = 0; run < runs; run += 1) {
    new QueueRun(situation, demand, { seed: seedOfRun(seed, run), watch }).run({ horizonSec, stepSec });
    for (const queue of seen) queue.endRun();
    yield;
  }
  return situation.queues.map(({ queueId }, queue) => seen[queue]!.forecast(queueId, stepSec));
}

/** Runs of one seed differ from each other; those of the same number and seed are the same chance. */
export const seedOfRun = (seed: number, run: number) => seed + run * 7919;

/** What the runs saw of one queue. */
class Seen {
  readonly waiting: number[][];
  readonly #waits: number[][];
  readonly #longest: number[] = [];
  #longestOfRun = 0;
  #people = 0;
  #uncalled = 0;

  constructor(steps: number) {
    this.waiting = Array.from({ length: steps }, () => []);
    this.#waits = Array.from({ length: steps }, () => []);
  }

  /** `step` is null for those who were there from the start. */
  waited(step: number | null, waitSec: number, called: boolean): void {
    if (step !== null) this.#waits[step]?.push(waitSec);
    this.#longestOfRun = Math.max(this.#longestOfRun, waitSec);
    this.#people += 1;
    if (!called) this.#uncalled += 1;
  }

  endRun(): void {
    this.#longest.push(this.#longestOfRun);
    this.#longestOfRun = 0;
  }

  forecast(queueId: string, stepSec: number): QueueForecast {
    return {
      queueId,
      steps: this.waiting.map((waiting, step) => ({
        sec: step * stepSec,
        waiting: bandOf(waiting)!,
        wait: bandOf(this.#waits[step]!),
      })),
      longestWaitSec: meanOf(this.#longest),
      uncalled: this.#people === 0 ? 0 : this.#uncalled / this.#people,
    };
  }
}

export function bandOf(values: readonly number[]): Band | null {
  if (values.length === 0) return null;
  const sorted = new Float64Array(values).sort();
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!;
  return { low: at(0.1), middle: at(0.5), high: at(0.9) };
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
