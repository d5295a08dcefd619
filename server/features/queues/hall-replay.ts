import type { HallDelta, HallLive, QueueLive } from '#contract/hall-state.ts';
import type { Hall, Window } from '#contract/places.ts';
import type { Terminal } from '#contract/terminals.ts';
import type { Clock } from '#lib/clock.ts';
import type { HallJournal } from './hall-journal.ts';
import { applyEvent, newHallState, type HallState } from './hall-reducer.ts';
import { isStaffed, windowLive, type HallTerminals } from './hall-view.ts';
import type { HallEvent } from './ports.ts';

const NONE: readonly string[] = [];

/**
 * A hall that lives through its recorded events again, by the same steps as the live one; a month of it in seconds, so
 * rows are made only of what an event touched, and of queues only what rules go by. What the log does not hold is taken
 * as it should be: every terminal that spoke was there all the while, and a sensor sits where it spoke from.
 */
export class HallReplay {
  readonly #hall: Hall;
  readonly #state: HallState;
  readonly #terminals: HallTerminals;
  readonly #windows: ReadonlyMap<string, Window>;
  /** By device. */
  readonly #sensors = new Map<string, Terminal>();
  readonly #staffed = new Set<string>();
  /** How many of them feed from a queue. */
  readonly #staffedAt = new Map<string, number>();
  #day = 0;

  constructor(hall: Hall, clock: Clock) {
    this.#hall = hall;
    this.#state = newHallState(hall.timeZone, clock.now());
    this.#windows = new Map(hall.windows.map((window) => [window.id, window]));
    this.#terminals = {
      all: () => [],
      find: (kind, deviceId) => (kind === 'sensor' ? this.#sensors.get(deviceId) : undefined),
    };
  }

  get journal(): HallJournal {
    return this.#state.journal;
  }

  live(): HallLive {
    const windows = this.#hall.windows.map((window) => this.#window(window));
    const queues = this.#hall.queues.map(({ id }) => this.#queue(id));
    const none = { inside: null, terminals: { total: 0, online: 0, lost: 0 } };
    return { hallId: this.#hall.id, revision: 0, at: '', windows, queues, ...none };
  }

  /** What the event touched. */
  take(event: HallEvent): HallDelta {
    if (event.body.type === 'seat.occupied' || event.body.type === 'seat.empty') this.#seat(event);
    const { windowId, queueIds } = applyEvent(this.#state, event);
    // a new day begins with empty queues
    if (this.#state.day.begins !== this.#day) {
      this.#day = this.#state.day.begins;
      return this.live();
    }
    const window = windowId === null ? undefined : this.#windows.get(windowId);
    const wasStaffed = window && this.#staffed.has(window.id);
    const windows = window ? [this.#window(window)] : [];
    const others = window && this.#staffed.has(window.id) !== wasStaffed ? window.queueIds : NONE;
    const queues: QueueLive[] = [];
    for (const id of queueIds) queues.push(this.#queue(id));
    for (const id of others) if (!queueIds.has(id)) queues.push(this.#queue(id));
    return { hallId: this.#hall.id, revision: 0, at: '', windows, queues };
  }

  #window(window: Window) {
    const row = windowLive(window, this.#state.windows.get(window.id), this.#terminals);
    const [was, is] = [this.#staffed.has(window.id), isStaffed(row)];
    if (was === is) return row;
    if (is) this.#staffed.add(window.id);
    else this.#staffed.delete(window.id);
    for (const id of window.queueIds) this.#staffedAt.set(id, (this.#staffedAt.get(id) ?? 0) + (is ? 1 : -1));
    return row;
  }

  #queue(queueId: string): QueueLive {
    const book = this.#state.queues.get(queueId);
    const longest = book?.longestSince ?? null;
    return {
      queueId,
      staffedWindows: this.#staffedAt.get(queueId) ?? 0,
      waiting: book?.waiting ?? 0,
      get longestSince() {
        return longest === null ? null : new Date(longest).toISOString();
      },
      meanIssuedAt: null,
      servedWaitSec: null,
      issuedToday: 0,
      calledToday: 0,
      completedToday: 0,
    };
  }

  #seat({ hallId, deviceId, windowId }: HallEvent): void {
    if (this.#sensors.get(deviceId)?.windowId === windowId) return;
    this.#sensors.set(deviceId, {
      ...{ hallId, kind: 'sensor', deviceId, windowId, name: '', model: '', firmware: '' },
      ...{ link: 'online', lastHeardAt: null, clockSkewMs: null, missingEvents: 0, keyIssuedAt: null },
    });
  }
}
