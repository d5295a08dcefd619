import type { ChildProcess } from 'node:child_process';
import { constants, setPriority } from 'node:os';

/** Converting for one viewer must not hold up the pictures of all others. */
export function yieldToOthers({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // it ended already
  }
}
