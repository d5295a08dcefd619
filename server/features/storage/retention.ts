import type { FootageFile } from '#lib/footage-files.ts';
import type { Limits } from './limits.ts';

/** A finished segment as retention sees it. Times are epoch ms. */
export interface KeptSegment extends FootageFile {
  endedAt: number;
  volumeId: string;
  bytes: number;
}

export interface HeldSpan {
  cameraId: string;
  from: number;
  until: number;
}

export interface VolumeNeed {
  id: string;
  tier: number;
  /** What must leave it to be at its target; 0: nothing. */
  overBytes: number;
  /** What may be put on it. */
  roomBytes: number;
}

export interface Removal {
  segment: KeptSegment;
  cause: 'max-age' | 'space';
}
export interface Move {
  segment: KeptSegment;
  to: string;
}
export interface RetentionPlan {
  removals: Removal[];
  moves: Move[];
  /** What is still over on each volume when all that is done, as the rest is protected or was not among the segments. */
  short: Map<string, number>;
}

export interface RetentionFacts {
  /** In any order. */
  segments: readonly KeptSegment[];
  limitsOf: (cameraId: string) => Limits;
  holds: readonly HeldSpan[];
  volumes: readonly VolumeNeed[];
  /** Files that are copied in one go; what is over beyond them waits. */
  mostMoves: number;
}

/**
 * What goes and what moves, the oldest first. What is beyond its maximum goes. A volume that is over its target gives its
 * oldest to the next tier, protected or not; there room is made by removing what is older still. What finds no room is
 * removed where nothing protects it. A hold or a minimum protects: nothing protected is ever in `removals`. Removals are
 * to be carried out before moves.
 */
export function planRetention({ segments, limitsOf, holds, volumes, mostMoves }: RetentionFacts): RetentionPlan {
  const isHeld = heldIn(holds);
  const isFree = (segment: KeptSegment) =>
    segment.endedAt <= limitsOf(segment.cameraId).protectedFrom && !isHeld(segment);
  const oldestFirst = segments.toSorted((a, b) => a.startedAt - b.startedAt || a.number - b.number);
  const over = new Map(volumes.map(({ id, overBytes }) => [id, overBytes]));
  const room = new Map(volumes.map(({ id, roomBytes }) => [id, roomBytes]));
  const removals: Removal[] = [];
  const moves: Move[] = [];
  const gone = new Set<KeptSegment>();

  const leave = (segment: KeptSegment) => {
    gone.add(segment);
    over.set(segment.volumeId, (over.get(segment.volumeId) ?? 0) - segment.bytes);
  };
  const remove = (segment: KeptSegment, cause: Removal['cause']) => {
    removals.push({ segment, cause });
    leave(segment);
  };
  const staying = (volumeId: string) =>
    oldestFirst.filter((segment) => segment.volumeId === volumeId && !gone.has(segment));

  for (const segment of oldestFirst) {
    if (segment.endedAt <= limitsOf(segment.cameraId).removedBefore && !isHeld(segment)) remove(segment, 'max-age');
  }

  /** Makes room on a volume for a segment: what is older goes for it, and for a protected one anything that may go. */
  const makeRoom = (id: string, segment: KeptSegment): boolean => {
    let found = room.get(id) ?? 0;
    const victims: KeptSegment[] = [];
    for (const victim of found < segment.bytes ? staying(id) : []) {
      if (found >= segment.bytes) break;
      if (!isFree(victim) || (isFree(segment) && victim.startedAt >= segment.startedAt)) continue;
      victims.push(victim);
      found += victim.bytes;
    }
    if (found < segment.bytes) return false;
    for (const victim of victims) remove(victim, 'space');
    room.set(id, found - segment.bytes);
    return true;
  };
  const moveFrom = ({ id, tier }: VolumeNeed) => {
    const further = volumes.filter((volume) => volume.tier > tier).toSorted((a, b) => a.tier - b.tier);
    for (const segment of staying(id)) {
      if ((over.get(id) ?? 0) <= 0 || moves.length >= mostMoves) return;
      const to = further.find((volume) => makeRoom(volume.id, segment));
      if (!to) return;
      moves.push({ segment, to: to.id });
      leave(segment);
    }
  };
  const removeFrom = ({ id }: VolumeNeed) => {
    for (const segment of staying(id)) {
      if ((over.get(id) ?? 0) <= 0) return;
      if (isFree(segment)) remove(segment, 'space');
    }
  };
  // the last tier first, so that it has its own room before others ask for it
  for (const volume of volumes.toSorted((a, b) => b.tier - a.tier)) {
    moveFrom(volume);
    if (moves.length < mostMoves) removeFrom(volume);
  }
  const short = new Map([...over].filter(([, bytes]) => bytes > 0));
  return { removals, moves, short };
}

/** Whether any hold touches a segment. */
function heldIn(holds: readonly HeldSpan[]): (segment: KeptSegment) => boolean {
  const byCamera = Map.groupBy(holds, ({ cameraId }) => cameraId);
  return ({ cameraId, startedAt, endedAt }) =>
    byCamera.get(cameraId)?.some(({ from, until }) => startedAt < until && endedAt > from) ?? false;
}
