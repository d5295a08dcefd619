import type { TerminalSkewParams } from '#contract/alert-rules.ts';
import { absent, present, unknown } from '../condition.ts';
import { aboutTerminals } from '../rule-logic.ts';

/** Clock skew 时钟偏差: the terminal's clock is off by more than this. Unknown while it is not online. */
export const terminalSkew = aboutTerminals<TerminalSkewParams>(({ terminal, view }, { limitSec }, held) => {
  const skewSec = terminal.clockSkewMs === null ? null : Math.round(terminal.clockSkewMs / 1000);
  const off = Math.abs(terminal.clockSkewMs ?? 0) > limitSec * 1000;
  const known = terminal.link === 'online' && skewSec !== null;
  return {
    condition: !known ? unknown : off ? present(held ?? view.now) : absent(),
    facts: { terminal: terminal.name || null, skewSec },
  };
});
