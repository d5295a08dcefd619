import type { Timing } from '#contract/alert-rules.ts';
import { absent, present, unknown } from '../condition.ts';
import { aboutTerminals } from '../rule-logic.ts';
import { isCutOff } from './hall-cut-off.ts';

/**
 * Terminal offline 终端离线: a terminal that was heard is lost (its last will, or nothing after a restart).
 *
 * Since when: since it was told lost, which is 10 s after its will. Where every terminal of the hall is lost, the hall is
 * cut off: that is one alert of its own, and the cause of this one.
 */
export const terminalOffline = aboutTerminals<Timing>(({ terminal, view }, _params, held) => {
  const lost = terminal.link === 'lost';
  return {
    condition: !lost ? absent() : isCutOff(view) ? unknown : present(held ?? view.now),
    facts: { terminal: terminal.name || null, lastHeardAt: terminal.lastHeardAt },
  };
});
