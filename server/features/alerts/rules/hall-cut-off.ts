import type { Timing } from '#contract/alert-rules.ts';
import { absent, present, unknown } from '../condition.ts';
import type { HallView } from '../hall-view.ts';
import { aboutHall } from '../rule-logic.ts';

/** One or two lost terminals say nothing about a hall. */
const LEAST_TERMINALS = 3;

/**
 * Hall cut off 大厅失联: every terminal of the hall that was ever heard is lost. Power or network are gone: one alert,
 * instead of one for each terminal.
 */
export const hallCutOff = aboutHall<Timing>(({ view }, _params, held) => {
  const { heard, lost } = countOf(view);
  const condition = heard < LEAST_TERMINALS ? unknown : isCutOff(view) ? present(held ?? view.now) : absent();
  return { condition, facts: { terminals: lost } };
});

export function isCutOff(view: HallView): boolean {
  const { heard, lost } = countOf(view);
  return heard >= LEAST_TERMINALS && heard === lost;
}

function countOf({ terminals }: HallView): { heard: number; lost: number } {
  const count = { heard: 0, lost: 0 };
  for (const { link } of terminals.values()) {
    if (link !== 'never-heard') count.heard += 1;
    if (link === 'lost') count.lost += 1;
  }
  return count;
}
