import type { QueueLive } from '#contract/hall-state.ts';

/** Waiting per staffed window that a hall takes in its stride, and where the queue overflows (docs/figures.md). */
export const SATURATION_NORMAL = 5;
export const SATURATION_LIMIT = 10;

/** Saturation 饱和度: waiting / staffed windows; infinite where people wait and nobody serves. */
export function saturation({ waiting, staffedWindows }: QueueLive): number {
  if (waiting === 0) return 0;
  return staffedWindows === 0 ? Infinity : waiting / staffedWindows;
}

/** Mean wait of those waiting now, ms; null where nobody waits. */
export const meanWaitMs = ({ meanIssuedAt }: QueueLive, now: number): number | null =>
  meanIssuedAt === null ? null : now - Date.parse(meanIssuedAt);
