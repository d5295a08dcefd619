import type { HallLive, WindowLive } from '#contract/hall-state.ts';
import type { Hall } from '#contract/places.ts';
import type { Situation, WindowNow } from './situation.ts';

/** A pause of which nobody said how long it lasts is taken for this long, and one that is overdue for a minute more. */
const PAUSE_SEC = 600;
const OVERDUE_SEC = 60;

/**
 * How a hall stands, for a run to begin with. The live state does not say which tickets have priority, nor which queue a
 * window serves just now: all who wait count alike, and a window is taken to serve the first of its queues.
 */
export function situationOf(hall: Hall, live: HallLive, waitingSince: (queueId: string) => number[]): Situation {
  const now = Date.parse(live.at);
  const rows = new Map(live.windows.map((row) => [row.windowId, row]));
  return {
    queues: hall.queues.map(({ id }) => ({
      queueId: id,
      waiting: waitingSince(id)
        .sort((a, b) => a - b)
        .map((since) => ({ issuedAt: Math.min(0, (since - now) / 1000), priority: false })),
    })),
    windows: hall.windows.map(({ id, queueIds }) => ({
      windowId: id,
      queueIds,
      now: nowOf(rows.get(id), queueIds, now),
    })),
  };
}

function nowOf(row: WindowLive | undefined, queueIds: readonly string[], now: number): WindowNow['now'] {
  const [queueId] = queueIds;
  if (row === undefined || queueId === undefined || row.stale) return { is: 'closed' };
  const sinceSec = row.since === null ? 0 : Math.min(0, (Date.parse(row.since) - now) / 1000);
  switch (row.state) {
    case 'idle':
      return row.seat === 'empty' ? { is: 'paused', backAt: PAUSE_SEC / 2 } : { is: 'idle' };
    case 'calling':
    case 'serving':
      return { is: 'busy', queueId, calledAt: sinceSec };
    case 'paused': {
      const planned = row.pausePlannedMin === null ? PAUSE_SEC : 60 * row.pausePlannedMin;
      return { is: 'paused', backAt: Math.max(OVERDUE_SEC, sinceSec + planned) };
    }
    default:
      return { is: 'closed' };
  }
}
