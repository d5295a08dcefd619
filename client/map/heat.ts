import type { QueueLive } from '#contract/hall-state.ts';
import type { PlanPoint, PlanShape, Queue } from '#contract/places.ts';
import { saturation, SATURATION_LIMIT } from '../wall/queue-figures.ts';

/** What areas are shaded by: the longest wait against the promised one, or people against staffed windows. */
export type HeatBy = 'wait' | 'saturation';
export const HEAT_LEVELS = 5;

/** A waiting area with the people of its queues. */
export interface Area {
  points: readonly PlanPoint[];
  waiting: number;
  /** Longest wait of its queues, ms; null where nobody waits. */
  longestMs: number | null;
  /** Worst saturation of its queues. */
  saturation: number;
  /** How heavy it is, 0 (at ease) to HEAT_LEVELS - 1 (past the limit), by each measure. */
  level: Record<HeatBy, number>;
}

/** The waiting areas that have queues; queues of which nothing is known count for nothing. */
export function areasOf(
  shapes: readonly PlanShape[],
  queues: readonly Queue[],
  live: ReadonlyMap<string, QueueLive>,
  now: number,
): Area[] {
  const targetMs = new Map(queues.map(({ id, targetWaitSec }) => [id, targetWaitSec * 1000]));
  return shapes
    .filter(({ kind, queueIds }) => kind === 'waiting' && queueIds.length > 0)
    .map(({ points, queueIds }) => {
      const rows = queueIds.flatMap((id) => live.get(id) ?? []);
      const waits = rows.flatMap(({ queueId, longestSince }) =>
        longestSince === null
          ? []
          : [{ ms: now - Date.parse(longestSince), target: targetMs.get(queueId) ?? Infinity }],
      );
      const worst = Math.max(0, ...rows.map(saturation));
      return {
        points,
        waiting: rows.reduce((sum, { waiting }) => sum + waiting, 0),
        longestMs: waits.length === 0 ? null : Math.max(...waits.map(({ ms }) => ms)),
        saturation: worst,
        level: {
          wait: levelOf(Math.max(0, ...waits.map(({ ms, target }) => ms / target))),
          saturation: levelOf(worst / SATURATION_LIMIT),
        },
      };
    });
}

/** Quarters of the limit; past it is the last. */
function levelOf(share: number): number {
  return Math.min(HEAT_LEVELS - 1, Math.floor(Math.max(0, share) * (HEAT_LEVELS - 1)));
}
