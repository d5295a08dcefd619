import type { Advice } from '#contract/advice.ts';
import type { QueueForecast } from '#contract/forecast.ts';
import type { QueueLive, WindowLive } from '#contract/hall-state.ts';
import type { Hall } from '#contract/places.ts';
import type { WhatIfInput } from '#contract/what-if.ts';

/** Whole minutes, as people speak of waits, and halves below five; what is shorter than half a one is told as less than one. */
export function minutesText(sec: number): string {
  if (sec > 0 && sec < 30) return '<1';
  return String(sec < 300 ? Math.round(sec / 30) / 2 : Math.round(sec / 60));
}

/** A promise, with half minutes. */
export const promiseText = (sec: number): string => String(Math.round(sec / 6) / 10);

/** The advice that stands, if any: the newest that has not ended. */
export function standingOf(record: readonly Advice[] | undefined): Advice | null {
  return record?.find(({ ended }) => ended === null) ?? null;
}

/** Why an advice stands, as its queue is by `now` (epoch ms): as it was when the advice was given, where that is not known. */
export function reasonOf(
  { because, now: outlook }: Advice,
  row: QueueLive | undefined,
  now: number,
): Advice['because'] {
  if (row === undefined) return because;
  const { waiting, longestSince, staffedWindows } = row;
  const longestSec = longestSince === null ? 0 : Math.max(0, (now - Date.parse(longestSince)) / 1000);
  return { waiting, longestSec, staffedWindows, load: outlook?.load ?? because.load };
}

/** What was predicted for what was then done, for the queue that the advice was about, and what happened. Seconds. */
export function outcomeOf({ action, peaks, ended }: Advice) {
  const peak = peaks.find(({ queueId }) => queueId === action.queueId);
  return {
    without: peak?.without.middle ?? 0,
    with: peak?.with.middle ?? 0,
    predicted: (ended === 'taken' ? peak?.with : peak?.without)?.middle ?? 0,
    happened: peak?.happened ?? null,
  };
}

/** The worst wait that is to be expected of newcomers within so many seconds, by its middle; null where nobody comes. */
export function worstWait({ steps }: QueueForecast): number | null {
  const waits = steps.flatMap(({ wait }) => (wait === null ? [] : [wait.middle]));
  return waits.length === 0 ? null : Math.max(...waits);
}

export const isOpen = (row: WindowLive | undefined): boolean =>
  row !== undefined && row.state !== 'closed' && row.state !== 'unknown';

/** The windows that a queue can call its own: those that name it first. */
export function homeOf(hall: Hall, queueId: string): string[] {
  return hall.windows.filter(({ queueIds }) => queueIds[0] === queueId).map(({ id }) => id);
}

/**
 * Which windows would be opened or closed for each queue to have so many open: those that are open stay so first, and the
 * last in the row close first.
 */
export function windowChanges(
  hall: Hall,
  openNow: ReadonlySet<string>,
  wanted: ReadonlyMap<string, number>,
): NonNullable<WhatIfInput['windows']> {
  return [...wanted].flatMap(([queueId, count]) => {
    const home = homeOf(hall, queueId);
    const order = [...home.filter((id) => openNow.has(id)), ...home.filter((id) => !openNow.has(id))];
    return order.flatMap((windowId, i) => (openNow.has(windowId) === i < count ? [] : [{ windowId, open: i < count }]));
  });
}
