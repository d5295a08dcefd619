import type { TerminalSilentParams } from '#contract/alert-rules.ts';
import { epoch, from, unknown } from '../condition.ts';
import { aboutTerminals } from '../rule-logic.ts';

/**
 * Terminal silent 终端静默: it is online and says nothing, though its state is due once a minute (docs/terminals.md): its
 * connection lives, its program does not. Silence is a fault.
 *
 * Since when: since it should have spoken, which is known beforehand. Unknown while it is not online.
 */
export const terminalSilent = aboutTerminals<TerminalSilentParams>(({ terminal, view }, { silentSec }) => {
  const heardAt = epoch(terminal.lastHeardAt);
  const known = terminal.link === 'online' && heardAt !== null;
  return {
    condition: known ? from(heardAt + silentSec * 1000, view.now) : unknown,
    facts: { terminal: terminal.name || null, lastHeardAt: terminal.lastHeardAt },
  };
});
