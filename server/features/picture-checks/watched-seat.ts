import type { SeatRegion, SeatSeen } from '#contract/seats.ts';
import { messageOf } from '#lib/app-error.ts';
import type { Logger } from '#lib/logger.ts';
import type { TellSeat } from './ports.ts';
import { notLookedAt, seatAfter, type SeatState } from './seat-machine.ts';

/** What says nothing new is still told so often, so that a rebuild of the hall's state need not look back far. */
const AGAIN_MS = 3600_000;

export interface SeatDeps {
  hallId: string;
  tell: TellSeat;
  log: Logger;
}

/** The seat of a window as a camera sees it: what was seen last, and what of that was told. */
export class WatchedSeat {
  readonly place: SeatRegion;
  readonly #deps: SeatDeps;
  #state: SeatState = notLookedAt;
  #told: { word: SeatState['word']; at: number } | null = null;
  #telling = false;

  constructor(place: SeatRegion, deps: SeatDeps) {
    this.place = place;
    this.#deps = deps;
  }

  /** One more look, see `seatAfter`. What could not be told is told at the next one. */
  look(changed: number | null, at: number): void {
    this.#state = seatAfter(this.#state, changed, at);
    const { word } = this.#state;
    const isKnown = this.#told?.word === word && at - this.#told.at < AGAIN_MS;
    if (word !== null && !isKnown && !this.#telling) void this.#tell(word, at);
  }

  /** Nobody looks at it any more. */
  leave(at: number): void {
    if (this.#told !== null && this.#told.word !== 'unknown') void this.#tell('unknown', at);
  }

  get seen(): SeatSeen {
    const { word, since } = this.#state;
    return { ...this.place, seen: word ?? 'unknown', since: word === null ? null : new Date(since).toISOString() };
  }

  async #tell(word: NonNullable<SeatState['word']>, at: number): Promise<void> {
    const { hallId, tell, log } = this.#deps;
    const { windowId } = this.place;
    this.#telling = true;
    try {
      await tell({ hallId, windowId, word });
      this.#told = { word, at };
    } catch (error) {
      log.warn({ hallId, windowId, reason: messageOf(error) }, 'whether somebody sits at a window was not kept');
    } finally {
      this.#telling = false;
    }
  }
}
