import type { LateFinishRateParams } from '#contract/alert-rules.ts';
import { aboutHall } from '../rule-logic.ts';
import { rateOver } from './rate.ts';

/** Late-finish rate 超时办结率: of the services completed within the last hour, more took longer than allowed than may. */
export const lateFinishRate = aboutHall<LateFinishRateParams>(
  ({ view }, { share, leastServices: least, overSec }, held) => {
    const { finished } = view.journal.hour(view.now);
    const late = finished.filter(({ tookSec }) => tookSec > overSec);
    const times = (services: typeof finished) => services.map(({ at }) => at);
    const { condition, percent } = rateOver(times(finished), times(late), { share, least }, held, view.now);
    return { condition, facts: { finished: finished.length, percent } };
  },
);
