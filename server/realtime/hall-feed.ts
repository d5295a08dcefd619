import type { HallDelta, HallLive } from '#contract/hall-state.ts';
import type { Clock } from '#lib/clock.ts';
import { Coalescer } from '#lib/coalescer.ts';
import { mergeHallDeltas } from './hall-delta.ts';

/**
 * A quarter of a picture at 60 Hz: what comes in time for the next one is in it, and what comes faster is merged. Held
 * for a whole one it is in the one after (docs/terminals.md has the figures).
 */
const EVERY_MS = 4;

interface HallFeedDeps {
  clock: Clock;
  isWatched: (hallId: string) => boolean;
  send: (delta: HallDelta) => void;
}

/**
 * The deltas of every hall as they go out: merged, and numbered anew, because a watcher takes a gap in the numbers for
 * a loss. A snapshot may already contain what the next delta says; rows replace rows, so that does no harm.
 */
export class HallFeed {
  readonly #clock: Clock;
  readonly #revisions = new Map<string, number>();
  readonly #coalescer: Coalescer<HallDelta>;
  readonly #isWatched: (hallId: string) => boolean;

  constructor({ clock, isWatched, send }: HallFeedDeps) {
    this.#clock = clock;
    this.#isWatched = isWatched;
    this.#coalescer = new Coalescer<HallDelta>({
      clock,
      everyMs: EVERY_MS,
      merge: mergeHallDeltas,
      send: (hallId, delta) => {
        const revision = this.#revision(hallId) + 1;
        this.#revisions.set(hallId, revision);
        send({ ...delta, revision });
      },
    });
  }

  /** Nothing for a hall that nobody watches: whoever comes to it begins with all of it. */
  push(delta: HallDelta): void {
    if (this.#isWatched(delta.hallId)) this.#coalescer.push(delta.hallId, delta);
  }

  /** The hall's state under the number that the next delta follows. */
  snapshot(live: HallLive): HallLive {
    return { ...live, revision: this.#revision(live.hallId) };
  }

  /**
   * For a watcher who missed at least one delta: without rows, under the number of the next one. To him that is a gap,
   * so he watches again; the number is not used up by it.
   */
  marker(hallId: string): HallDelta {
    return { hallId, revision: this.#revision(hallId) + 1, at: new Date(this.#clock.now()).toISOString() };
  }

  /** The number stays: should the hall come back, its watchers must not take old numbers for new ones. */
  forget(hallId: string): void {
    this.#coalescer.forget(hallId);
  }

  stop(): void {
    this.#coalescer.stop();
  }

  #revision(hallId: string): number {
    return this.#revisions.get(hallId) ?? 0;
  }
}
