import type { HallLive } from '#contract/hall-state.ts';
import type { Hall } from '#contract/places.ts';
import { messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { Database } from '../../db/database.ts';
import { writeSamples, type Sample } from './figures.ts';
import { isStaffed } from './hall-view.ts';

export interface FigureSamplerDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  halls: { list(): Hall[] };
  hallStates: { live(hallId: string): HallLive | undefined };
}

const EVERY_MS = 10_000;

/** Writes the queue figures of every hall down every 10 s. What cannot be written is left out: the line has a gap. */
export class FigureSampler {
  readonly #deps: FigureSamplerDeps;
  #end: (() => void) | null = null;
  #writing: Promise<void> | null = null;

  constructor(deps: FigureSamplerDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#end ??= this.#deps.clock.every(EVERY_MS, () => {
      // One at a time: a slow database gets fewer samples, not more connections.
      this.#writing ??= this.#sample().finally(() => {
        this.#writing = null;
      });
    });
  }

  async stop(): Promise<void> {
    this.#end?.();
    this.#end = null;
    await this.settled();
  }

  /** When what is being written is written: until then nothing else is. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #sample(): Promise<void> {
    const { db, clock, log, halls, hallStates } = this.#deps;
    const now = clock.now();
    const samples = halls.list().flatMap(({ id }) => {
      const live = hallStates.live(id);
      return live ? samplesOf(live, now) : [];
    });
    if (samples.length === 0) return;
    try {
      await writeSamples(db, now, samples);
    } catch (error) {
      log.debug({ reason: messageOf(error) }, 'figures not written');
    }
  }
}

/** The figures of one hall at this moment: of each queue, and of the hall as a whole. */
export function samplesOf({ hallId, windows, queues }: HallLive, now: number): Sample[] {
  const wait = (since: string | null) =>
    since === null ? 0 : Math.max(0, Math.round((now - Date.parse(since)) / 1_000));
  const of = (queueId: string | null, waiting: number, longest: number, staffed: number): Sample[] => [
    { hallId, queueId, figure: 'waiting', value: waiting },
    { hallId, queueId, figure: 'longest_wait_sec', value: longest },
    { hallId, queueId, figure: 'staffed_windows', value: staffed },
  ];
  const waiting = queues.reduce((sum, queue) => sum + queue.waiting, 0);
  const longest = Math.max(0, ...queues.map(({ longestSince }) => wait(longestSince)));
  return [
    ...of(null, waiting, longest, windows.filter(isStaffed).length),
    ...queues.flatMap((queue) => of(queue.queueId, queue.waiting, wait(queue.longestSince), queue.staffedWindows)),
  ];
}
