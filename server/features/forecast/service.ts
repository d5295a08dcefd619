import type { HallForecast, QueueForecast } from '#contract/forecast.ts';
import type { Clock } from '#lib/clock.ts';
import { calmly } from '#lib/calmly.ts';
import type { Expectation, Expected } from './expectations.ts';
import { forecastInSteps } from './forecast.ts';
import type { Situation, Demand } from './situation.ts';

export interface ForecastDeps {
  clock: Clock;
  expectations: { of(hallId: string, now: number): Promise<Expectation> };
}

/** How far it reaches; a quarter of an hour more is run, for the wait of those who come at its end. */
const HORIZON_SEC = 7200;
const STEP_SEC = 900;
/** A forecast is good for so long. */
const FRESH_MS = 15_000;

/** Forecasts of halls, computed when somebody asks and at most every 15 s each. */
export class ForecastService {
  readonly #deps: ForecastDeps;
  readonly #told = new Map<string, { at: number; answer: Promise<HallForecast> }>();

  constructor(deps: ForecastDeps) {
    this.#deps = deps;
  }

  /** The next two hours of a hall's queues. Throws NOT_FOUND, and what the database throws. */
  of(hallId: string): Promise<HallForecast> {
    const now = this.#deps.clock.now();
    const told = this.#told.get(hallId);
    if (told !== undefined && now - told.at < FRESH_MS) return told.answer;
    const answer = this.#compute(hallId, now);
    this.#told.set(hallId, { at: now, answer });
    // What failed is tried again by whoever asks next.
    answer.catch(() => this.#told.delete(hallId));
    return answer;
  }

  async #compute(hallId: string, now: number): Promise<HallForecast> {
    const { expectations, clock } = this.#deps;
    const expectation = await expectations.of(hallId, now);
    if (!expectation.known) {
      return { known: false, hallId, at: expectation.live.at, ...expectation.lack };
    }
    const { live, basis, learntDays, situation, demand } = expectation.expected;
    const queues = await queuesAhead(clock, { live, situation, demand, seed: now });
    return { known: true, hallId, at: live.at, basis, learntDays, queues };
  }
}

/** Two hours of each queue, in the order of the situation. */
export async function queuesAhead(
  clock: Clock,
  { live, situation, demand, seed }: Pick<Expected, 'live'> & { situation: Situation; demand: Demand[]; seed: number },
): Promise<QueueForecast[]> {
  const options = { seed, horizonSec: HORIZON_SEC + STEP_SEC, stepSec: STEP_SEC };
  const queues = await calmly(clock, forecastInSteps(situation, demand, options));
  const at = Date.parse(live.at);
  return queues.map(({ steps, ...queue }) => ({
    ...queue,
    steps: steps.slice(0, -1).map(({ sec, ...step }) => ({ at: new Date(at + sec * 1000).toISOString(), ...step })),
  }));
}
