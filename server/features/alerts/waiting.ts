import type { QueueLive, WindowLive } from '#contract/hall-state.ts';
import type { Hall, Window } from '#contract/places.ts';
import { epoch } from './condition.ts';

export interface Waiting {
  people: number;
  /** Since when the one waits who waits longest, epoch ms. */
  longestSince: number | null;
}

export function waitingIn(row: QueueLive): Waiting {
  return { people: row.waiting, longestSince: epoch(row.longestSince) };
}

/** Everyone who waits in a queue of this window. */
export function waitingFor(window: Window, queues: ReadonlyMap<string, Waiting>): Waiting {
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
