import { levelOfToday, typicalDay } from '../../server/features/forecast/arrivals.ts';
import { forecast } from '../../server/features/forecast/forecast.ts';
import { SLOT_SEC, type Demand } from '../../server/features/forecast/situation.ts';
import { STEP_SEC, busyHall, issuedOf, twinDays, type TwinDay } from './twin-days.ts';

const ways = ['forecast', 'lastWeek', 'asNow'] as const;
type Way = (typeof ways)[number];

/** Mean absolute errors, so many minutes ahead: people waiting, and minutes that a newcomer waits. */
export interface Accuracy {
  minutes: number;
  cases: number;
  waiting: Record<Way, number>;
  waitMin: Record<Way, number>;
  /** Share of counts within the band of 10 to 90 %. */
  inBand: number;
}

/**
 * Forecasts days of the twin it has not seen, every half hour from 09:00 to 14:30, from the days before. Outcomes are
 * the twin's own: those waiting at that time, and the waits of those who came in the quarter of an hour from then.
 */
export function forecastAccuracy(options: { learn: number; judge: number; runs: number; seed: number }): Accuracy[] {
  const days = twinDays(options.learn + options.judge, options.seed);
  const ahead = [30, 60, 120].map((minutes) => new Tally(minutes));
  for (let day = options.learn; day < days.length; day += 1) {
    const history = days.slice(Math.max(0, day - options.learn), day);
    for (let at = 3600; at <= 6.5 * 3600; at += 1800) {
      judge({ today: days[day]!, lastWeek: days[day - 5]!, history, at, runs: options.runs, ahead });
    }
  }
  return ahead.map((tally) => tally.accuracy());
}

function judge(asked: {
  today: TwinDay;
  lastWeek: TwinDay;
  history: TwinDay[];
  at: number;
  runs: number;
  ahead: Tally[];
}): void {
  const { today, lastWeek, history, at, ahead } = asked;
  const demand = busyHall.queues.map(({ id }) => demandOf(id, history, today, at));
  const situation = today.situations[at / STEP_SEC]!;
  const told = forecast(situation, demand, {
    ...{ seed: at, runs: asked.runs, stepSec: STEP_SEC },
    // The waits of those who come in the quarter of an hour from two hours on.
    horizonSec: 7200 + STEP_SEC,
  });
  busyHall.queues.forEach(({ id }, queue) => {
    for (const tally of ahead) {
      const then = at + tally.minutes * 60;
      const { waiting, wait } = told[queue]!.steps[(tally.minutes * 60) / STEP_SEC]!;
      const actual = waitingAt(today, queue, then);
      tally.addWaiting(actual, {
        forecast: waiting.middle,
        lastWeek: waitingAt(lastWeek, queue, then),
        asNow: waitingAt(today, queue, at),
      });
      tally.addBand(actual >= waiting.low && actual <= waiting.high);
      const waited = meanWait(today, id, ({ issuedAt }) => issuedAt >= then && issuedAt < then + STEP_SEC);
      if (waited === null) continue;
      tally.addWait(waited, {
        forecast: wait?.middle ?? 0,
        lastWeek: meanWait(lastWeek, id, ({ issuedAt }) => issuedAt >= then && issuedAt < then + STEP_SEC) ?? 0,
        asNow: meanWait(today, id, (p) => p.issuedAt + p.wait > at - STEP_SEC && p.issuedAt + p.wait <= at) ?? 0,
      });
    }
  });
}

function demandOf(queue: string, history: readonly TwinDay[], today: TwinDay, at: number): Demand {
  const days = history.map((day) => ({ kind: 'working', weekday: day.weekday, issued: issuedOf(day, queue) }));
  const typical = typicalDay(days, { kind: 'working', weekday: today.weekday })!;
  const level = levelOfToday(typical, issuedOf(today, queue).slice(0, at / SLOT_SEC));
  const people = history.flatMap((day) => day.people.filter((person) => person.queue === queue));
  return {
    queueId: queue,
    arrivals: typical.slice(at / SLOT_SEC).map((expected) => expected * level),
    occupationSec: history.flatMap((day) => day.occupations.get(queue)!).sort((a, b) => a - b),
    priorityShare: people.filter(({ priority }) => priority).length / people.length,
  };
}

function waitingAt(day: TwinDay, queue: number, at: number): number {
  return day.situations[at / STEP_SEC]!.queues[queue]!.waiting.length;
}

function meanWait(
  day: TwinDay,
  queue: string,
  counts: (person: { issuedAt: number; wait: number }) => boolean,
): number | null {
  const waits = day.people.flatMap(({ queue: of, issuedAt, wait }) =>
    of === queue && wait !== null && counts({ issuedAt, wait }) ? [wait] : [],
  );
  return waits.length === 0 ? null : waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
}

class Tally {
  readonly minutes: number;
  readonly #waiting = noErrors();
  readonly #wait = noErrors();
  readonly #inBand: number[] = [];

  constructor(minutes: number) {
    this.minutes = minutes;
  }

  addWaiting(actual: number, told: Record<Way, number>): void {
    for (const way of ways) this.#waiting[way].push(Math.abs(told[way] - actual));
  }

  addWait(actualSec: number, told: Record<Way, number>): void {
    for (const way of ways) this.#wait[way].push(Math.abs(told[way] - actualSec) / 60);
  }

  addBand(isIn: boolean): void {
    this.#inBand.push(isIn ? 1 : 0);
  }

  accuracy(): Accuracy {
    return {
      minutes: this.minutes,
      cases: this.#inBand.length,
      waiting: means(this.#waiting),
      waitMin: means(this.#wait),
      inBand: mean(this.#inBand),
    };
  }
}

function noErrors(): Record<Way, number[]> {
  return { forecast: [], lastWeek: [], asNow: [] };
}

function means(errors: Record<Way, number[]>): Record<Way, number> {
  return { forecast: mean(errors.forecast), lastWeek: mean(errors.lastWeek), asNow: mean(errors.asNow) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
