import type { WindowState } from '#contract/mqtt.ts';
import type { ClerkAction } from './clerk.ts';

/** What really happened in a simulated hall, whatever the terminals managed to say about it. Times are simulation seconds. */
export type Happening =
  | { what: 'arrived' | 'gave-up'; at: number; ticket: string; queue: string }
  | { what: 'called' | 'started' | 'skipped' | 'completed'; at: number; ticket: string; queue: string; window: string }
  | { what: 'rated'; at: number; ticket: string; window: string; score: number | null }
  | { what: 'came-to-work' | 'left-work'; at: number; window: string }
  /** The seat is empty though the window is open: what a supervisor wants to hear about. */
  | { what: 'walked-off' | 'returned'; at: number; window: string }
  | { what: 'paused'; at: number; window: string; plannedMin: number }
  | { what: 'resumed'; at: number; window: string };

/** A stretch of time; `to` is null while it lasts. */
export interface Absence {
  window: string;
  from: number;
  to: number | null;
}

/** The ledger of a twin, newest `limit` entries, so that a test can ask what really happened. */
export class GroundTruth {
  readonly #limit: number;
  #entries: Happening[] = [];

  constructor(limit = 100_000) {
    this.#limit = limit;
  }

  record(happening: Happening): void {
    this.#entries.push(happening);
    // Half at a time, so that the cost of forgetting is spread over many entries.
    if (this.#entries.length > this.#limit) this.#entries = this.#entries.slice(-Math.ceil(this.#limit / 2));
  }

  entries(): readonly Happening[] {
    return this.#entries;
  }

  /** How many tickets came to this point. */
  count(what: Happening['what']): number {
    return this.#entries.filter((entry) => entry.what === what).length;
  }

  /** Every time that a window was open with nobody behind it. */
  absences(): Absence[] {
    const absences: Absence[] = [];
    for (const entry of this.#entries) {
      if (entry.what === 'walked-off') absences.push({ window: entry.window, from: entry.at, to: null });
      if (entry.what !== 'returned') continue;
      const open = absences.find((absence) => absence.window === entry.window && absence.to === null);
      if (open) open.to = entry.at;
    }
    return absences;
  }
}

/** What a clerk's action was in truth; null where it changes nothing that anybody would ask about later. */
export function happeningOf(action: ClerkAction, at: number, window: string, state: WindowState): Happening | null {
  switch (action.type) {
    case 'login':
      return { what: 'came-to-work', at, window };
    case 'logout':
      return { what: 'left-work', at, window };
    case 'paused':
      return { what: 'paused', at, window, plannedMin: action.plannedMin };
    case 'resumed':
      return { what: 'resumed', at, window };
    case 'seat-left':
    case 'seat-taken':
      // Leaving a closed or a paused window is no walk-off.
      if (state === 'closed' || state === 'paused') return null;
      return { what: action.type === 'seat-left' ? 'walked-off' : 'returned', at, window };
    case 'recalled':
      return null;
    default:
      return { what: action.type, at, ticket: action.ticket.id, queue: action.ticket.queue, window };
  }
}
