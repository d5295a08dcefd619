import type { PauseOverrunParams } from '#contract/alerts.ts';
import type { WindowLive } from '#contract/hall-state.ts';
import { epoch, ofWindow, type Condition, type Evaluate } from './condition.ts';

/**
 * Pause overrun 暂停超时: a window is still paused after the time that was said.
 *
 * Since when: since the planned pause ended, which is known beforehand. A pause of which nobody said how long is given the
 * time that the rule grants it. It is unknown while the caller is lost: the window may long have gone on.
 */
export const pauseOverrun: Evaluate<PauseOverrunParams> = ({ hall, live, now }, { unplannedSec }) => {
  const windows = new Map(live.windows.map((row) => [row.windowId, row]));
  return hall.windows.map((window) => {
    const row = windows.get(window.id);
    return {
      subject: ofWindow(window.id),
      condition: conditionOf(row, unplannedSec, now),
      facts: {
        pauseReason: row?.pauseReason ?? null,
        plannedMin: row?.pausePlannedMin ?? null,
        staff: row?.staff ?? null,
      },
    };
  });
};

function conditionOf(row: WindowLive | undefined, unplannedSec: number, now: number): Condition {
  if (!row || row.stale || row.state === 'unknown') return { is: 'unknown' };
  const since = epoch(row.since);
  if (row.state !== 'paused' || since === null) return { is: 'absent', since, beginsAt: null };
  const endsAt = since + (row.pausePlannedMin === null ? unplannedSec * 1000 : row.pausePlannedMin * 60_000);
  if (now < endsAt) return { is: 'absent', since: null, beginsAt: endsAt };
  return { is: 'present', since: endsAt, armed: true };
}
