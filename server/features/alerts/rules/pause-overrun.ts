import type { PauseOverrunParams } from '#contract/alert-rules.ts';
import { absent, epoch, from } from '../condition.ts';
import { aboutWindows } from '../rule-logic.ts';

/**
 * Pause overrun 暂停超时: a window is still paused after the time that was said.
 *
 * Since when: since the planned pause ended, which is known beforehand. A pause of which nobody said how long is given the
 * time that the rule grants it.
 */
export const pauseOverrun = aboutWindows<PauseOverrunParams>(({ row, view }, { unplannedSec }) => {
  const since = epoch(row.since);
  const planned = row.pausePlannedMin === null ? unplannedSec : row.pausePlannedMin * 60;
  return {
    condition: row.state !== 'paused' || since === null ? absent(since) : from(since + planned * 1000, view.now),
    facts: { pauseReason: row.pauseReason, plannedMin: row.pausePlannedMin, staff: row.staff },
  };
});
