import type { RetentionRule } from '#contract/storage.ts';
import { messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { Database } from '../../db/database.ts';
import { unlinkDoomed } from './doomed.ts';
import { keptDays, keptDaysOfUnknown, limitsAt, type KeptDays, type Limits, type PlannedCamera } from './limits.ts';
import { moveSegment } from './mover.ts';
import type { Place } from './place.ts';
import { removeSegments } from './removal.ts';
import type { StorageRepository } from './repository.ts';
import { planRetention, type KeptSegment, type Move, type Removal, type VolumeNeed } from './retention.ts';
import type { Volumes } from './volumes.ts';

/** Segments of one stream that are looked at in one go. */
const BATCH = 64;
/** Files that are copied before the needs are looked at again. */
const MOVES = 16;

export interface KeeperDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  repository: StorageRepository;
  volumes: Volumes;
}

/** How long footage of each camera that there is or was stays. */
export async function daysOfCameras(
  repository: StorageRepository,
): Promise<{ rules: RetentionRule[]; cameras: PlannedCamera[]; days: Map<string, KeptDays> }> {
  const [rules, cameras, kept] = await Promise.all([
    repository.rules(),
    repository.cameras(),
    repository.keptCameras(),
  ]);
  const days = new Map(kept.map((id) => [id, keptDaysOfUnknown(rules)]));
  for (const camera of cameras) days.set(camera.cameraId, keptDays(camera, rules));
  return { rules, cameras, days };
}

export function limitsOf(days: ReadonlyMap<string, KeptDays>, now: number): Map<string, Limits> {
  return new Map([...days].map(([id, each]) => [id, limitsAt(now, each)]));
}

/** Carries retention out: removes, moves and unlinks in bounded batches until every volume is as it should be. */
export class Keeper {
  readonly #deps: KeeperDeps;
  readonly #stopping = new AbortController();

  constructor(deps: KeeperDeps) {
    this.#deps = deps;
  }

  stop(): void {
    this.#stopping.abort();
  }

  /** One round: until nothing is left to do, or it is stopped. Failures of one volume do not keep the others from theirs. */
  async round(): Promise<void> {
    const { signal } = this.#stopping;
    const { volumes } = this.#deps;
    // as they are now, not as they were at the last look
    await Promise.all(volumes.list().map(({ row }) => volumes.isThere(row.id)));
    await this.unlink();
    const failing = new Set<string>();
    while (!signal.aborted) {
      const plan = await this.#plan(failing);
      const removed = await this.#remove(plan.removals);
      if (removed > 0) await this.unlink();
      const moved = await this.#move(plan.moves, failing);
      if (moved > 0) await this.unlink();
      if (removed + moved === 0) break;
    }
    await this.#measure(failing);
  }

  /** Unlinks what is doomed on volumes that are there. */
  async unlink(): Promise<void> {
    const { db, clock, log, volumes } = this.#deps;
    const places = new Map<string, Place>();
    for (const { row, place } of this.#usable()) {
      if (await volumes.isThere(row.id)) places.set(row.id, place);
    }
    await unlinkDoomed({
      db,
      places,
      now: clock.now(),
      isThere: (id) => volumes.isThere(id),
      onRefusal: (volume, error) => log.warn({ volume, reason: messageOf(error) }, 'a file could not be removed'),
    });
  }

  #usable() {
    const { volumes } = this.#deps;
    return volumes.list().filter(({ watch }) => watch.state.status === 'ok' || watch.state.status === 'slow');
  }

  async #plan(failing: ReadonlySet<string>) {
    const { clock, repository } = this.#deps;
    const now = clock.now();
    const limits = limitsOf((await daysOfCameras(repository)).days, now);
    const until = (edge: keyof Limits) => new Map([...limits].map(([id, each]) => [id, each[edge]]));
    const needs = await this.#needs(failing);
    const found = new Map<string, KeptSegment>();
    const look = async (volumeId: string, edge: Map<string, number>, query: { held: boolean; intact: boolean }) => {
      const { segments, all } = await repository.oldest(volumeId, { until: edge, now, limit: BATCH, ...query });
      for (const segment of segments) found.set(`${segment.run}/${segment.number}`, segment);
      return all;
    };
    const last = Math.max(...needs.map(({ tier }) => tier));
    const firstOver = Math.min(...needs.filter(({ overBytes }) => overBytes > 0).map(({ tier }) => tier));
    for (const need of needs) {
      await look(need.id, until('removedBefore'), { held: false, intact: false });
      // what is over in an earlier tier may need room here
      if (need.overBytes > 0 || need.tier > firstOver) {
        await look(need.id, until('protectedFrom'), { held: false, intact: false });
      }
      if (need.overBytes > 0 && need.tier < last)
        await look(need.id, new Map([...limits.keys()].map((id) => [id, now])), { held: true, intact: true });
    }
    const holds = await repository.holds(now);
    return planRetention({
      segments: [...found.values()],
      limitsOf: (id) => limits.get(id) ?? { protectedFrom: -Infinity, removedBefore: -Infinity },
      holds,
      volumes: needs,
      mostMoves: MOVES,
    });
  }

  /** What each usable volume needs; one that failed in this round neither gives nor takes. */
  async #needs(failing: ReadonlySet<string>): Promise<VolumeNeed[]> {
    const { repository, volumes } = this.#deps;
    const used = await repository.usedBytes();
    return this.#usable()
      .filter(({ row }) => !failing.has(row.id))
      .map((entry) => {
        const usedBytes = used.get(entry.row.id) ?? 0;
        // what it is left with counts, not what it is found with: it is not called full before room was made
        const { capacityBytes, targetBytes } = volumes.capacity(entry, usedBytes);
        return {
          id: entry.row.id,
          tier: entry.row.tier,
          overBytes: Math.max(0, usedBytes - targetBytes),
          roomBytes: Math.max(0, (capacityBytes + targetBytes) / 2 - usedBytes),
        };
      });
  }

  async #remove(removals: readonly Removal[]): Promise<number> {
    const { db, clock, log } = this.#deps;
    let count = 0;
    const byStream = Map.groupBy(removals, ({ segment: { cameraId, role }, cause }) => `${cameraId}/${role}/${cause}`);
    for (const ofStream of byStream.values()) {
      if (this.#stopping.signal.aborted) return count;
      const { cause, segment } = ofStream[0]!;
      const segments = ofStream.map((removal) => removal.segment);
      const removed = await removeSegments(db, segments, cause, clock.now());
      count += removed.length;
      const { cameraId: camera, role } = segment;
      log.debug({ camera, role, cause, segments: removed.length }, 'footage removed');
    }
    return count;
  }

  async #move(moves: readonly Move[], failing: Set<string>): Promise<number> {
    const { db, log, volumes } = this.#deps;
    let count = 0;
    for (const move of moves) {
      const { segment, to } = move;
      if (this.#stopping.signal.aborted || failing.has(to) || failing.has(segment.volumeId)) return count;
      const moving = {
        db,
        placeOf: (id: string) => volumes.get(id)!.place,
        isThere: (id: string) => volumes.isThere(id),
      };
      try {
        const moved = await moveSegment(moving, move, this.#stopping.signal);
        count += 1;
        if (typeof moved === 'object') {
          log.warn(
            { camera: segment.cameraId, volume: segment.volumeId, ...moved },
            'a file of footage is not as it was',
          );
        }
      } catch (error) {
        if (this.#stopping.signal.aborted) return count;
        // whichever of the two it was: neither takes part in the rest of this round
        failing.add(to).add(segment.volumeId);
        log.warn({ from: segment.volumeId, to, reason: messageOf(error) }, 'footage could not be moved');
      }
    }
    return count;
  }

  /** What each volume is left with, for those who ask between rounds. */
  async #measure(failing: ReadonlySet<string>): Promise<void> {
    const { clock, repository, volumes } = this.#deps;
    const [used, written] = [await repository.usedBytes(), await repository.written(clock.now())];
    // by whole hours alone, a new volume would have no headroom in its first
    const inflow = await repository.inflow(clock.now());
    for (const entry of volumes.list()) {
      const usedBytes = used.get(entry.row.id) ?? 0;
      const bytesPerSec = Math.max(written.perSec.get(entry.row.id) ?? 0, inflow.get(entry.row.id) ?? 0);
      const stuck = !failing.has(entry.row.id) && usedBytes > volumes.capacity(entry).targetBytes;
      volumes.filled(entry.row.id, { usedBytes, bytesPerSec, stuck });
    }
  }
}
