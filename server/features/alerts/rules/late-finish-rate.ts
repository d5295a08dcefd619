import type { LateFinishRateParams } from '#contract/alert-rules.ts';
import { aboutHall } from '../rule-logic.ts';
import { rateOver } from './rate.ts';

/** Late-finish rate 超时办结率: of the services completed within the last hour, more took longer than allowed than may. */
export const lateFinishRate = aboutHall<LateFinishRateParams>(
  ({ view }, { share, leastServices: least, overSec }, held) => {
    const { finished } = view.journal.hour(view.now);
    const all = { count: finished.length, first: finished[0]?.at ?? Infinity };
    const late = { count: 0, first: Infinity };
    for (const { at, tookSec } of finished) {
      if (tookSec <= overSec) continue;
      late.count += 1;
      late.first = Math.min(late.first, at);
    }
    const { condition, percent } = rateOver(all, late, { share, least }, held, view.now);
    return { condition, facts: { finished: finished.length, percent } };
  },
);
