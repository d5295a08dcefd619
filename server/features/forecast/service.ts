import type { HallForecast } from '#contract/forecast.ts';
import type { Hall } from '#contract/places.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { hallDay } from '#lib/hall-day.ts';
import type { Database } from '../../db/database.ts';
import { levelOfToday } from './arrivals.ts';
import { forecastInSteps, type QueueForecast } from './forecast.ts';
import { dayAt, History, issuedOn, slotsBefore, slotsFrom } from './history.ts';
import { occupationsOf } from './occupations.ts';
import type { CalendarPort, HallsPort, LivePort, SumsPort } from './ports.ts';
import { situationOf } from './situation-of.ts';
import type { Demand } from './situation.ts';

export interface ForecastDeps {
  db: Database;
  clock: Clock;
  halls: HallsPort;
  hallStates: LivePort;
  calendar: CalendarPort;
  sums: SumsPort;
}

const DAY_MS = 24 * 3600_000;
const LEARN_ARRIVALS_MS = 56 * DAY_MS;
const LEARN_OCCUPATIONS_MS = 14 * DAY_MS;
/** Fewer say nothing of a queue; the whole hall's are taken then. */
const MIN_OCCUPATIONS = 20;
/** How far it reaches; a quarter of an hour more is run, for the wait of those who come at its end. */
const HORIZON_SEC = 7200;
const STEP_SEC = 900;
/** A forecast is good for so long. */
const FRESH_MS = 15_000;
/** So long at most nothing else is done. */
const SLICE_MS = 8;

/** What was learnt of a hall up to the begin of a day. */
interface Learnt {
  begins: number;
  history: History;
  occupations: Map<string, number[]>;
}

/** Forecasts of halls, computed when somebody asks and at most every 15 s each. */
export class ForecastService {
  readonly #deps: ForecastDeps;
  readonly #learnt = new Map<string, Learnt>();
  readonly #told = new Map<string, { at: number; answer: Promise<HallForecast> }>();

  constructor(deps: ForecastDeps) {
    this.#deps = deps;
  }

  /** The next two hours of a hall's queues. Throws NOT_FOUND, and what the database throws. */
  of(hallId: string): Promise<HallForecast> {
    const now = this.#deps.clock.now();
    const hall = this.#deps.halls.get(hallId);
    if (hall === undefined) return Promise.reject(new AppError('NOT_FOUND', hallId));
    const told = this.#told.get(hallId);
    if (told !== undefined && now - told.at < FRESH_MS) return told.answer;
    const answer = this.#compute(hall, now);
    this.#told.set(hallId, { at: now, answer });
    // What failed is tried again by whoever asks next.
    answer.catch(() => this.#told.delete(hallId));
    return answer;
  }

  async #compute(hall: Hall, now: number): Promise<HallForecast> {
    const { hallStates } = this.#deps;
    const { history, demand } = await this.#expect(hall, now);
    const live = hallStates.live(hall.id);
    if (live === undefined) throw new AppError('NOT_FOUND', hall.id);
    const situation = situationOf(hall, live, (queueId) => hallStates.waitingSince(hall.id, queueId));
    const options = { seed: now, horizonSec: HORIZON_SEC + STEP_SEC, stepSec: STEP_SEC };
    const queues = demand === null ? [] : await this.#calmly(forecastInSteps(situation, demand, options));
    const at = Date.parse(live.at);
    return {
      hallId: hall.id,
      at: live.at,
      learntDays: history.days,
      queues: queues.map(({ steps, ...queue }) => ({
        ...queue,
        steps: steps.slice(0, -1).map(({ sec, ...step }) => ({ at: new Date(at + sec * 1000).toISOString(), ...step })),
      })),
    };
  }

  /** What is to be expected of each queue, in the hall's order; null where too little is known. */
  async #expect(hall: Hall, now: number): Promise<{ history: History; demand: Demand[] | null }> {
    const { begins } = hallDay(now, hall.timeZone);
    const { history, occupations } = await this.#learn(hall, begins);
    const today = dayAt(now, hall.timeZone, this.#kindOf(hall.id));
    const sums = await this.#deps.sums({ hallId: hall.id, period: '5min', from: begins, until: now });
    const issued = issuedOn(sums, begins);
    const ofHall = [...occupations.values()].flat().sort((a, b) => a - b);
    if (history.days === 0 || ofHall.length < MIN_OCCUPATIONS) return { history, demand: null };
    const demand = hall.queues.map(({ id }): Demand => {
      const typical = history.typical(id, today) ?? [];
      const level = levelOfToday(typical, slotsBefore(issued.get(id) ?? typical.map(() => 0), now - begins));
      const own = occupations.get(id) ?? [];
      return {
        queueId: id,
        arrivals: slotsFrom(typical, now - begins).map((people) => people * level),
        occupationSec: own.length < MIN_OCCUPATIONS ? ofHall : own,
        priorityShare: 0,
      };
    });
    return { history, demand };
  }

  /** Days before today do not change but for what comes late, so they are read once a day. */
  async #learn({ id: hallId, timeZone }: Hall, begins: number): Promise<Learnt> {
    const known = this.#learnt.get(hallId);
    if (known?.begins === begins) return known;
    const { db, sums } = this.#deps;
    const rows = await sums({ hallId, period: '5min', from: begins - LEARN_ARRIVALS_MS, until: begins });
    const learnt = {
      begins,
      history: new History(rows, timeZone, this.#kindOf(hallId)),
      occupations: await occupationsOf(db, { hallId, from: begins - LEARN_OCCUPATIONS_MS }),
    };
    this.#learnt.set(hallId, learnt);
    return learnt;
  }

  #kindOf(hallId: string): (day: string) => string {
    return (day) => this.#deps.calendar.dayOf(hallId, day).kind;
  }

  /** Runs of a forecast in slices, so that pictures and messages go on meanwhile. */
  async #calmly(course: Generator<undefined, QueueForecast[]>): Promise<QueueForecast[]> {
    const { clock } = this.#deps;
    for (let begun = clock.monotonic(); ;) {
      const { done, value } = course.next();
      if (done) return value;
      if (clock.monotonic() - begun < SLICE_MS) continue;
      await new Promise(setImmediate);
      begun = clock.monotonic();
    }
  }
}
