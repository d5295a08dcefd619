import type { HallDelta, HallLive, HallSummary, QueueLive, WindowLive } from '#contract/hall-state.ts';
import type { Hall, Window } from '#contract/places.ts';
import type { Clock } from '#lib/clock.ts';
import type { HallJournal } from './hall-journal.ts';
import { applyEvent, applyInside, beginDay, type HallState } from './hall-reducer.ts';
import { countOf, insideOf, isStaffed, queueLive, windowLive, type HallTerminals } from './hall-view.ts';
import type { HallEvent, InsideReading } from './ports.ts';

/**
 * One hall: its state, and what of it has been told. Changes are taken in as they come and told together, as the rows
 * that differ from those told before: a batch of events makes one delta.
 */
export class HallKeeper {
  readonly #clock: Clock;
  readonly #terminals: HallTerminals;
  readonly #state: HallState;
  #hall: Hall;
  #revision = 0;
  /** Rows that may have changed since the last delta. */
  readonly #windows = new Set<string>();
  readonly #queues = new Set<string>();
  /** Windows that are staffed, as of their last row. */
  readonly #staffed = new Set<string>();
  /** The rows as they were told last, as JSON. */
  readonly #told = new Map<string, string>();

  constructor(hall: Hall, state: HallState, { clock, terminals }: { clock: Clock; terminals: HallTerminals }) {
    this.#clock = clock;
    this.#terminals = terminals;
    this.#state = state;
    this.#hall = hall;
    this.touchAll();
  }

  get hall(): Hall {
    return this.#hall;
  }

  get journal(): HallJournal {
    return this.#state.journal;
  }

  /** Windows or queues were changed; all rows will be told. The zone must be the same. */
  setHall(hall: Hall): void {
    this.#hall = hall;
    this.#told.clear();
    this.#staffed.clear();
    this.touchAll();
  }

  event(event: HallEvent): void {
    const dayBefore = this.#state.day;
    const { windowId, queueIds } = applyEvent(this.#state, event);
    if (this.#state.day !== dayBefore) this.touchAll();
    if (windowId !== null) this.#windows.add(windowId);
    for (const queueId of queueIds) this.#queues.add(queueId);
  }

  inside(reading: InsideReading): void {
    applyInside(this.#state, reading);
  }

  /** Time has passed: figures of the last hour change by themselves, and the day ends. */
  tick(): void {
    const now = this.#clock.now();
    if (now >= this.#state.day.ends) beginDay(this.#state, now);
    for (const { id } of this.#hall.queues) this.#queues.add(id);
  }

  /** Anything may have changed, such as how the hall's terminals are. */
  touchAll(): void {
    for (const { id } of this.#hall.windows) this.#windows.add(id);
    for (const { id } of this.#hall.queues) this.#queues.add(id);
  }

  /** What changed since the delta before; null where nothing did. */
  delta(): HallDelta | null {
    const windows = this.#changedWindows();
    const queues = this.#changedQueues();
    const inside = insideOf(this.#state, this.#terminals);
    const terminals = countOf(this.#terminals);
    const rows = {
      ...(windows.length > 0 && { windows }),
      ...(queues.length > 0 && { queues }),
      ...(this.#isNews('inside', inside) && { inside }),
      ...(this.#isNews('terminals', terminals) && { terminals }),
    };
    if (Object.keys(rows).length === 0) return null;
    this.#revision += 1;
    return { hallId: this.#hall.id, revision: this.#revision, at: new Date(this.#clock.now()).toISOString(), ...rows };
  }

  live(): HallLive {
    return {
      hallId: this.#hall.id,
      revision: this.#revision,
      at: new Date(this.#clock.now()).toISOString(),
      windows: this.#hall.windows.map((window) => this.#window(window)),
      queues: this.#hall.queues.map(({ id }) => this.#queue(id)),
      inside: insideOf(this.#state, this.#terminals),
      terminals: countOf(this.#terminals),
    };
  }

  /** Since when each who waits in a queue does, epoch ms, in no order. */
  waitingSince(queueId: string): number[] {
    return [...(this.#state.queues.get(queueId)?.waitingTickets().values() ?? [])];
  }

  summary(): HallSummary {
    const { hallId, windows, queues, inside, terminals } = this.live();
    const longest = queues.flatMap(({ longestSince }) => longestSince ?? []).sort();
    return {
      hallId,
      waiting: queues.reduce((sum, queue) => sum + queue.waiting, 0),
      longestSince: longest[0] ?? null,
      windowsOpen: windows.filter(({ state }) => state !== 'closed' && state !== 'unknown').length,
      windowsTotal: windows.length,
      inside,
      terminalsLost: terminals.lost,
    };
  }

  /** Windows before queues: whether a window is staffed counts in its queues. */
  #changedWindows(): WindowLive[] {
    const touched = this.#hall.windows.filter(({ id }) => this.#windows.has(id));
    this.#windows.clear();
    return touched.flatMap((window) => {
      const row = this.#window(window);
      if (!this.#isNews(`window ${row.windowId}`, row)) return [];
      for (const queueId of window.queueIds) this.#queues.add(queueId);
      return [row];
    });
  }

  #changedQueues(): QueueLive[] {
    const touched = this.#hall.queues.filter(({ id }) => this.#queues.has(id));
    this.#queues.clear();
    return touched.map(({ id }) => this.#queue(id)).filter((row) => this.#isNews(`queue ${row.queueId}`, row));
  }

  #isNews(name: string, row: unknown): boolean {
    const text = JSON.stringify(row);
    if (this.#told.get(name) === text) return false;
    this.#told.set(name, text);
    return true;
  }

  #window(window: Window): WindowLive {
    const row = windowLive(window, this.#state.windows.get(window.id), this.#terminals);
    if (isStaffed(row)) this.#staffed.add(window.id);
    else this.#staffed.delete(window.id);
    return row;
  }

  #queue(queueId: string): QueueLive {
    const staffed = this.#hall.windows.filter(
      ({ id, queueIds }) => this.#staffed.has(id) && queueIds.includes(queueId),
    );
    return queueLive(queueId, this.#state.queues.get(queueId), staffed.length, this.#clock.now());
  }
}
