import type { Window } from '#contract/places.ts';
import { epoch, present, type Condition } from '../condition.ts';
import { placesOf, type HallView } from '../hall-view.ts';

export interface Waiting {
  people: number;
  /** Since when the one waits who waits longest, epoch ms. */
  longestSince: number | null;
}

/** Everyone who waits in a queue of this window. */
export function waitingFor(window: Window, { queues }: Pick<HallView, 'queues'>): Waiting {
  const all: Waiting = { people: 0, longestSince: null };
  for (const id of window.queueIds) {
    const row = queues.get(id);
    if (!row) continue;
    all.people += row.waiting;
    const since = epoch(row.longestSince);
    if (since !== null) all.longestSince = Math.min(all.longestSince ?? since, since);
  }
  return all;
}

/** Who is called at once has not waited. */
const NOT_YET_WAITING_MS = 10_000;

/** Lasts since then; and calls somebody only while people wait who were not called at once. */
export function presentWhileWaiting(since: number, { longestSince }: Waiting, now: number): Condition {
  if (longestSince === null) return present(since, false);
  const armsAt = longestSince + NOT_YET_WAITING_MS;
  return now < armsAt ? { ...present(since, false), armsAt } : present(since);
}

/**
 * True while every caller that could call from the queue is lost: who waits is then not known. Windows whose caller was
 * never heard say nothing either way.
 */
export function callersLost({ hall, windows }: Pick<HallView, 'hall' | 'windows'>, queueId: string): boolean {
  let heard = false;
  for (const { id } of placesOf(hall).windowsOf(queueId)) {
    const row = windows.get(id);
    if (!row || row.state === 'unknown') continue;
    if (!row.stale) return false;
    heard = true;
  }
  return heard;
}
