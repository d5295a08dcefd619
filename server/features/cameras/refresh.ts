import { Backoff } from '#lib/backoff.ts';
import { pause, type Clock } from '#lib/clock.ts';
import { Serial } from '#lib/serial.ts';

export interface RefreshDeps {
  clock: Clock;
  /** Asks the camera once; never rejects. */
  refresh: (cameraId: string, signal: AbortSignal) => Promise<void>;
  /** Chance for the jitter, 0..1. */
  random?: () => number;
}

/** When a switch fails, a hundred cameras are lost at once: so many are asked at the same time. */
const LANES = 4;
const FIRST_PAUSE_MS = 15_000;
const LONGEST_PAUSE_MS = 10 * 60_000;

/** Asks cameras again, at once and then ever more rarely, for as long as they are wanted. */
export class Refresh {
  readonly #deps: RefreshDeps;
  readonly #lanes = Array.from({ length: LANES }, () => new Serial());
  readonly #wanted = new Map<string, AbortController>();
  readonly #loops = new Set<Promise<void>>();
  #turn = 0;

  constructor(deps: RefreshDeps) {
    this.#deps = deps;
  }

  want(cameraId: string): void {
    if (this.#wanted.has(cameraId)) return;
    const ending = new AbortController();
    this.#wanted.set(cameraId, ending);
    const loop = this.#loop(cameraId, ending.signal).finally(() => this.#loops.delete(loop));
    this.#loops.add(loop);
  }

  drop(cameraId: string): void {
    this.#wanted.get(cameraId)?.abort();
    this.#wanted.delete(cameraId);
  }

  /** Resolves when nothing is asked any more. */
  async stop(): Promise<void> {
    for (const cameraId of [...this.#wanted.keys()]) this.drop(cameraId);
    await Promise.all(this.#loops);
  }

  async #loop(cameraId: string, signal: AbortSignal): Promise<void> {
    const { clock, refresh, random = Math.random } = this.#deps;
    const backoff = new Backoff({ firstMs: FIRST_PAUSE_MS, maxMs: LONGEST_PAUSE_MS, jitter: 0.3, random });
    const lane = this.#lanes[this.#turn++ % LANES]!;
    while (!signal.aborted) {
      await lane.run(async () => {
        if (!signal.aborted) await refresh(cameraId, signal);
      });
      await pause(clock, backoff.next(), signal);
    }
  }
}
