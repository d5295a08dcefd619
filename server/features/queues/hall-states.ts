import type { HallDelta, HallLive, HallSummary } from '#contract/hall-state.ts';
import type { Hall } from '#contract/places.ts';
import { messageOf } from '#lib/app-error.ts';
import { Backoff } from '#lib/backoff.ts';
import { pause, type Clock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import { hallDay } from '#lib/hall-day.ts';
import type { Logger } from '#lib/logger.ts';
import type { HallJournal } from './hall-journal.ts';
import { HallKeeper } from './hall-keeper.ts';
import { applyEvent, applyInside, beginDay, newHallState, type HallState } from './hall-reducer.ts';
import type { HallsPort, InsideReading, HallEvent, TerminalsPort } from './ports.ts';
import { TerminalsByHall } from './terminals-of-hall.ts';

export interface HallStatesDeps {
  clock: Clock;
  log: Logger;
  halls: HallsPort;
  terminals: TerminalsPort;
}

/** Windows keep their state overnight, so a rebuild looks back beyond midnight; snapshots are logged once an hour. */
const LOOK_BACK_MS = 24 * 3600_000;
const TICK_MS = 10_000;

type Slot =
  /** Being rebuilt; what is told meanwhile waits. */
  { is: 'opening'; waiting: (HallEvent | InsideReading)[] } | { is: 'open'; keeper: HallKeeper };

/**
 * The live state of every hall, in memory: rebuilt from the event log at the start, then moved on by each committed
 * event. Whatever was acknowledged is in the log, so a restart shows what was shown before.
 */
export class HallStates {
  readonly deltas = new Emitter<HallDelta>();
  /** Each event, after what it changed in the state of its hall was told. */
  readonly events = new Emitter<HallEvent>();
  readonly #deps: HallStatesDeps;
  readonly #terminals: TerminalsByHall;
  readonly #slots = new Map<string, Slot>();
  /** Halls that have something to tell when the present batch is through. */
  readonly #changed = new Set<HallKeeper>();
  /** Events that are to be told then. */
  #taken: HallEvent[] = [];
  #leave: (() => void)[] = [];
  #stopping: AbortController | null = null;

  constructor(deps: HallStatesDeps) {
    this.#deps = deps;
    this.#terminals = new TerminalsByHall(deps.terminals);
  }

  /** After halls and terminals have started, and before terminals are let in. */
  async start(): Promise<void> {
    if (this.#stopping !== null) return;
    this.#stopping = new AbortController();
    const { clock, halls, terminals } = this.#deps;
    this.#terminals.load();
    this.#leave = [
      terminals.event.on((event) => this.#take(event)),
      terminals.insideRead.on((reading) => this.#take(reading)),
      terminals.changed.on((terminal) => {
        this.#terminals.put(terminal);
        this.#touch(terminal.hallId, (keeper) => keeper.touchAll());
      }),
      terminals.removed.on((key) => {
        this.#terminals.delete(key);
        this.#touch(key.hallId, (keeper) => keeper.touchAll());
      }),
      halls.changed.on((hall) => this.#hallChanged(hall)),
      halls.removed.on((hallId) => this.#slots.delete(hallId)),
      clock.every(TICK_MS, () => {
        for (const hallId of this.#slots.keys()) this.#touch(hallId, (keeper) => keeper.tick());
      }),
    ];
    try {
      for (const hall of halls.list()) await this.#open(hall);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.#stopping?.abort();
    this.#stopping = null;
    for (const leave of this.#leave.splice(0)) leave();
    this.#slots.clear();
  }

  live(hallId: string): HallLive | undefined {
    return this.#keeper(hallId)?.live();
  }

  /** What happened in a hall lately. */
  journal(hallId: string): HallJournal | undefined {
    return this.#keeper(hallId)?.journal;
  }

  /** Since when each who waits in a queue does, epoch ms, in no order. */
  waitingSince(hallId: string, queueId: string): number[] {
    return this.#keeper(hallId)?.waitingSince(queueId) ?? [];
  }

  summaries(): HallSummary[] {
    return [...this.#slots.values()].flatMap((slot) => (slot.is === 'open' ? [slot.keeper.summary()] : []));
  }

  #keeper(hallId: string): HallKeeper | undefined {
    const slot = this.#slots.get(hallId);
    return slot?.is === 'open' ? slot.keeper : undefined;
  }

  #take(told: HallEvent | InsideReading): void {
    const slot = this.#slots.get(told.hallId);
    if (slot === undefined) return;
    if (slot.is === 'opening') return void slot.waiting.push(told);
    this.#touch(told.hallId, (keeper) => ('inside' in told ? keeper.inside(told) : keeper.event(told)));
    if (!('inside' in told)) this.#taken.push(told);
  }

  #hallChanged(hall: Hall): void {
    const keeper = this.#keeper(hall.id);
    if (keeper?.hall.timeZone === hall.timeZone) this.#touch(hall.id, () => keeper.setHall(hall));
    else void this.#openPatiently(hall.id);
  }

  /** A hall that came while we run must appear even where the database is away for the moment. */
  async #openPatiently(hallId: string): Promise<void> {
    const { clock, log, halls } = this.#deps;
    const signal = this.#stopping?.signal;
    const backoff = new Backoff({ firstMs: 500, maxMs: 10_000, jitter: 0.3 });
    for (;;) {
      const hall = halls.get(hallId);
      if (hall === undefined || signal === undefined || signal.aborted) return;
      try {
        return await this.#open(hall);
      } catch (error) {
        log.warn({ hallId, reason: messageOf(error) }, 'state of the hall not rebuilt yet');
        await pause(clock, backoff.next(), signal);
      }
    }
  }

  async #open(hall: Hall): Promise<void> {
    const slot: Slot = { is: 'opening', waiting: [] };
    this.#slots.set(hall.id, slot);
    const state = await this.#rebuild(hall);
    // The hall may have gone, changed or been opened anew meanwhile.
    if (this.#slots.get(hall.id) !== slot) return;
    for (const told of slot.waiting) {
      if ('inside' in told) applyInside(state, told);
      else applyEvent(state, told);
    }
    const keeper = new HallKeeper(this.#deps.halls.get(hall.id) ?? hall, state, {
      clock: this.#deps.clock,
      terminals: this.#terminals.of(hall.id),
    });
    this.#slots.set(hall.id, { is: 'open', keeper });
    this.#touch(hall.id, () => undefined);
  }

  async #rebuild({ id, timeZone }: Hall): Promise<HallState> {
    const { clock, log, terminals } = this.#deps;
    const now = clock.now();
    const from = hallDay(now, timeZone).begins - LOOK_BACK_MS;
    const state = newHallState(timeZone, from);
    const events = await terminals.eventsOf(id, from);
    for (const event of events) applyEvent(state, event);
    for (const reading of await terminals.insideOf(id, from)) applyInside(state, reading);
    if (now >= state.day.ends) beginDay(state, now);
    log.info(
      { hallId: id, events: events.length, ms: clock.now() - now },
      'state of the hall rebuilt from the event log',
    );
    return state;
  }

  /** Changes a hall; what changed is told when everything that came at once has been taken in. */
  #touch(hallId: string, change: (keeper: HallKeeper) => void): void {
    const keeper = this.#keeper(hallId);
    if (keeper === undefined) return;
    change(keeper);
    if (this.#changed.size === 0) queueMicrotask(() => this.#tell());
    this.#changed.add(keeper);
  }

  #tell(): void {
    const keepers = [...this.#changed];
    this.#changed.clear();
    for (const keeper of keepers) {
      const delta = this.#keeper(keeper.hall.id) === keeper ? keeper.delta() : null;
      if (delta !== null) this.deltas.emit(delta);
    }
    const taken = this.#taken;
    this.#taken = [];
    for (const event of taken) this.events.emit(event);
  }
}
