import { isDeepStrictEqual } from 'node:util';
import type { HallSummary } from '#contract/hall-state.ts';
import type { Clock } from '#lib/clock.ts';
import { Coalescer } from '#lib/coalescer.ts';

const EVERY_MS = 250;

export interface OverviewDeps {
  clock: Clock;
  summaries: () => HallSummary[];
  send: (lines: HallSummary[]) => void;
}

/** The lines of the halls that changed, for everyone: at once, then at most four times a second. */
export class OverviewFeed {
  readonly #coalescer: Coalescer<Set<string>>;
  readonly #sent = new Map<string, HallSummary>();

  constructor({ clock, summaries, send }: OverviewDeps) {
    this.#coalescer = new Coalescer<Set<string>>({
      clock,
      everyMs: EVERY_MS,
      merge: (older, newer) => older.union(newer),
      send: (_key, hallIds) => {
        const lines = summaries().filter((line) => hallIds.has(line.hallId) && this.#isNews(line));
        for (const line of lines) this.#sent.set(line.hallId, line);
        if (lines.length > 0) send(lines);
      },
    });
  }

  push(hallId: string): void {
    this.#coalescer.push('all', new Set([hallId]));
  }

  stop(): void {
    this.#coalescer.stop();
  }

  #isNews(line: HallSummary): boolean {
    return !isDeepStrictEqual(this.#sent.get(line.hallId), line);
  }
}
