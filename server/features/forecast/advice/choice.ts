import type { AdvisedAction } from '#contract/advice.ts';
import { meanOf, type Band } from '../forecast.ts';
import type { Demand, Situation } from '../situation.ts';
import { candidates, done } from './action.ts';
import { Course, HORIZON_SEC } from './course.ts';

/** An advice must take at least this share of the promised wait off the peak wait of its queue, and this share of that peak. */
export const WORTH_OF_PROMISE = 1 / 3;
export const WORTH_OF_PEAK = 0.2;
/** One that stands goes on standing while it is worth half of that. */
const STANDING_FACTOR = 0.5;
/** No other queue that keeps its promise may be made to break it, nor one that breaks it wait longer by this share of its promise. */
const HARM_OF_PROMISE = 0.15;

const RUNS = 200;
/** So many runs choose among the candidates; only the best is looked at closely. */
const SIFTING_RUNS = 40;

export interface Asked {
  situation: Situation;
  demand: readonly Demand[];
  /** The wait that each queue promises, seconds, in the order of the situation. */
  promises: readonly number[];
  seed: number;
  /** Closed windows that somebody could open. */
  isOpenable: (windowId: string) => boolean;
  /** What is advised already, where it is not done yet. */
  standing: AdvisedAction | null;
  /** What must not be advised now, because the opposite was a moment ago. */
  isBarred: (action: AdvisedAction) => boolean;
  runs?: number;
}

/** Both courses: if nothing is done, and if this is; peak waits of each queue in the order of the situation. */
export interface Judged {
  action: AdvisedAction;
  without: Band[];
  with: Band[];
  seed: number;
  runs: number;
  /** How many windows the work of the next hour in its queue keeps busy. */
  load: number;
}

export interface Choice {
  /** The one thing most worth doing; null where nothing is. */
  best: Judged | null;
  /** What stands, as it looks by now; null where nothing does. */
  standing: Judged | null;
  /** Whether that is still worth doing. */
  standingHolds: boolean;
  /** Peak waits if nothing is done. */
  nothing: Band[];
}

/**
 * Looks for the one thing that is worth doing now. What saves most waiting beyond the promise, over all queues, wins; it is
 * advised if it also takes a good deal off the peak wait of its queue and harms no other. Yields after every run.
 */
export function* choose(asked: Asked): Generator<undefined, Choice> {
  const { situation, demand, promises, seed, standing, runs = RUNS } = asked;
  const sifting = Math.min(runs, SIFTING_RUNS);
  const course = (from: Situation) => new Course(from, demand, { seed, promises });
  const nothing = course(situation);
  yield* nothing.run(runs);

  const peaks = promises.map((_, queue) => nothing.peak(queue));

  const judge = (action: AdvisedAction, doing: Course): Judged => ({
    action,
    without: peaks,
    with: promises.map((_, queue) => doing.peak(queue)),
    ...{ seed, runs, load: loadOf(demand[indexOf(situation, action.queueId)]!) },
  });
  const told: Omit<Choice, 'best'> = { standing: null, standingHolds: false, nothing: peaks };
  if (standing !== null) {
    const doing = course(done(situation, standing));
    yield* doing.run(runs);
    told.standing = judge(standing, doing);
    told.standingHolds = isWorth(asked, nothing, doing, standing, STANDING_FACTOR);
  }

  const needs = situation.queues
    .map(({ queueId }, queue) => ({ queueId, beyond: peaks[queue]!.middle - promises[queue]! }))
    .filter(({ beyond }) => beyond > 0)
    .sort((a, b) => b.beyond - a.beyond)
    .map(({ queueId }) => queueId);
  let best: { action: AdvisedAction; doing: Course } | null = null;
  for (const action of candidates(situation, needs, asked.isOpenable)) {
    if (asked.isBarred(action)) continue;
    const doing = course(done(situation, action));
    yield* doing.run(sifting);
    if (best === null || doing.lateSec(sifting) < best.doing.lateSec(sifting)) best = { action, doing };
  }
  if (best === null) return { best: null, ...told };
  yield* best.doing.run(runs);
  const worth = isWorth(asked, nothing, best.doing, best.action, 1);
  return { best: worth ? judge(best.action, best.doing) : null, ...told };
}

function isWorth(
  { situation, promises }: Asked,
  nothing: Course,
  doing: Course,
  { queueId }: AdvisedAction,
  factor: number,
): boolean {
  const helped = indexOf(situation, queueId);
  const before = nothing.peak(helped).middle;
  const gain = before - doing.peak(helped).middle;
  const worth = Math.max(WORTH_OF_PROMISE * promises[helped]!, WORTH_OF_PEAK * before);
  if (before <= promises[helped]! || gain < factor * worth) return false;
  if (doing.lateSec() >= nothing.lateSec()) return false;
  return promises.every((promise, queue) => {
    const then = doing.peak(queue).middle;
    return queue === helped || then <= Math.max(promise, nothing.peak(queue).middle + HARM_OF_PROMISE * promise);
  });
}

function loadOf({ arrivals, occupationSec }: Demand): number {
  const people = arrivals.slice(0, HORIZON_SEC / 300).reduce((sum, each) => sum + each, 0);
  return (people * meanOf(occupationSec)) / HORIZON_SEC;
}

function indexOf({ queues }: Situation, queueId: string): number {
  return queues.findIndex((queue) => queue.queueId === queueId);
}
