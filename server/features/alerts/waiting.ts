import type { HallLive, QueueLive, WindowLive } from '#contract/hall-state.ts';
import type { Hall, Window } from '#contract/places.ts';
import { epoch } from './condition.ts';

export interface Waiting {
  people: number;
  /** Since when the one waits who waits longest, epoch ms. */
  longestSince: number | null;
}

function waitingIn(row: QueueLive): Waiting {
  return { people: row.waiting, longestSince: epoch(row.longestSince) };
}

/** Each window as it is now, with everyone who waits in a queue of it. */
export function windowsOf(
  hall: Hall,
  live: HallLive,
): { window: Window; row: WindowLive | undefined; waiting: Waiting }[] {
  const rows = new Map(live.windows.map((row) => [row.windowId, row]));
  const queues = new Map(live.queues.map((row) => [row.queueId, waitingIn(row)]));
  return hall.windows.map((window) => ({ window, row: rows.get(window.id), waiting: waitingFor(window, queues) }));
}

/** Everyone who waits in a queue of this window. */
function waitingFor(window: Window, queues: ReadonlyMap<string, Waiting>): Waiting {
  const all: Waiting = { people: 0, longestSince: null };
  for (const id of window.queueIds) {
    const { people, longestSince } = queues.get(id) ?? { people: 0, longestSince: null };
    all.people += people;
    if (longestSince !== null) all.longestSince = Math.min(all.longestSince ?? longestSince, longestSince);
  }
  return all;
}

/**
 * True while every caller that could call from the queue is lost: who waits is then not known. Windows whose caller was
 * never heard say nothing either way.
 */
export function callersLost(hall: Hall, queueId: string, windows: ReadonlyMap<string, WindowLive>): boolean {
  const heard = hall.windows
    .filter((window) => window.queueIds.includes(queueId))
    .flatMap((window) => windows.get(window.id) ?? [])
    .filter((row) => row.state !== 'unknown');
  return heard.length > 0 && heard.every((row) => row.stale);
}
