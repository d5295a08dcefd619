import type { WhatIf, WhatIfAnswer } from '#contract/what-if.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { Serial } from '#lib/serial.ts';
import type { Expectation } from './expectations.ts';
import { queuesAhead } from './service.ts';
import type { Situation } from './situation.ts';
import { supposed } from './what-if.ts';

export interface WhatIfDeps {
  clock: Clock;
  expectations: { of(hallId: string, now: number): Promise<Expectation> };
}

/** So many people may wait for an answer; one takes some tenths of a second. */
const MOST_WAITING = 10;
/** The same chance for so long, so that what is asked in a row differs by what is asked. */
const SAME_CHANCE_MS = 600_000;

/** Two hours as they would be, beside as they are, under the same seed; one question after the other. */
export class WhatIfService {
  readonly #deps: WhatIfDeps;
  readonly #work = new Serial();
  #waiting = 0;

  constructor(deps: WhatIfDeps) {
    this.#deps = deps;
  }

  /** Throws NOT_FOUND, REQUEST_INVALID, FORECAST_UNKNOWN, FORECAST_BUSY, and what the database throws. */
  async ask(hallId: string, whatIf: WhatIf): Promise<WhatIfAnswer> {
    if (this.#waiting >= MOST_WAITING) throw new AppError('FORECAST_BUSY');
    this.#waiting += 1;
    try {
      return await this.#work.run(() => this.#answer(hallId, whatIf));
    } finally {
      this.#waiting -= 1;
    }
  }

  async #answer(hallId: string, whatIf: WhatIf): Promise<WhatIfAnswer> {
    const { clock, expectations } = this.#deps;
    const now = clock.now();
    const expectation = await expectations.of(hallId, now);
    if (!expectation.known) throw new AppError('FORECAST_UNKNOWN', expectation.lack);
    const { live, situation, demand } = expectation.expected;
    const then = supposed(situation, demand, whatIf);
    const seed = Math.floor(now / SAME_CHANCE_MS);
    return {
      hallId,
      at: live.at,
      asItIs: await queuesAhead(clock, { live, situation, demand, seed }),
      whatIf: await queuesAhead(clock, { live, ...then, seed }),
      open: { asItIs: openOf(situation), whatIf: openOf(then.situation) },
    };
  }
}

function openOf({ windows }: Situation): string[] {
  return windows.filter(({ now }) => now.is !== 'closed').map(({ windowId }) => windowId);
}
