import type { NoShowRateParams } from '#contract/alert-rules.ts';
import { aboutHall } from '../rule-logic.ts';
import { counted, rateOver } from './rate.ts';

/**
 * No-show rate 弃号率: of the tickets called within the last hour, more were skipped than the hall's threshold allows.
 * Numbers are called too fast, screens are not read, or people have given up and gone.
 */
export const noShowRate = aboutHall<NoShowRateParams>(({ view }, { share, leastCalls: least }, held) => {
  const { called, skipped } = view.journal.hour(view.now);
  const { condition, percent } = rateOver(counted(called), counted(skipped), { share, least }, held, view.now);
  return { condition, facts: { called: called.length, percent } };
});
