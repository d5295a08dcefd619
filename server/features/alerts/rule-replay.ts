import type { AlertRule } from '#contract/alert-rules.ts';
import type { Alert } from '#contract/alerts.ts';
import type { HallDelta } from '#contract/hall-state.ts';
import type { Hall } from '#contract/places.ts';
import { ManualClock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import { AlertEngine } from './engine.ts';
import { HallHours } from './hall-hours.ts';
import { AlertLedger } from './ledger.ts';
import type { CalendarPort, CamerasPort, HallAgain, HallHappening, LoggedEvent, PastPort } from './ports.ts';

export interface ReplayDeps {
  hall: Hall;
  rule: AlertRule;
  /** When the first event may be, epoch ms. */
  from: number;
  past: Pick<PastPort, 'again'>;
  calendar: CalendarPort;
  cameras: Pick<CamerasPort, 'camerasSeeing' | 'camerasAround'>;
}

/** A fraction of a millisecond's work. */
const EVENTS_AT_ONCE = 16;

/**
 * One rule over the recorded events of one hall: the engine itself, with a clock that goes as the events did. What it
 * raises is what it would have raised; nothing of it is kept or told.
 */
export class RuleReplay {
  readonly #clock: ManualClock;
  readonly #engine: AlertEngine;
  readonly #hall: HallAgain;
  readonly #deltas = new Emitter<HallDelta>();
  readonly #events = new Emitter<HallHappening>();
  readonly #raised = new Map<string, Alert>();

  constructor({ hall, rule, from, past, calendar, cameras }: ReplayDeps) {
    const clock = new ManualClock(from);
    const halls = {
      ...{ list: () => [hall], get: (id: string) => (id === hall.id ? hall : undefined) },
      ...{ changed: new Emitter<Hall>(), removed: new Emitter<string>() },
    };
    const rules = [{ ...rule, enabled: true }];
    this.#clock = clock;
    this.#hall = past.again(hall, clock);
    this.#engine = new AlertEngine({
      ...{ clock, halls, cameras },
      hallStates: {
        ...{ live: () => this.#hall.live(), journal: () => this.#hall.journal },
        ...{ deltas: this.#deltas, events: this.#events },
      },
      hallCameras: { of: () => new Map(), changed: new Emitter() },
      hallTerminals: { of: () => new Map(), changed: new Emitter() },
      hallOutputs: { deadOf: () => [], deadChanged: new Emitter() },
      hours: new HallHours({ calendar, halls }),
      rulesOf: () => rules,
      lookEveryMs: 0,
      ledger: new AlertLedger({
        clock,
        silenceOf: () => undefined,
        store: (alert) => this.#raised.set(alert.id, alert),
      }),
    });
    this.#engine.start();
  }

  /** Events in the order in which they came. Yields often, so that others have their turn. */
  *take(events: readonly LoggedEvent[]): Generator<undefined, void> {
    let taken = 0;
    for (const event of events) {
      this.#advance(event.receivedAt);
      this.#deltas.emit(this.#hall.take(event));
      this.#events.emit(event);
      taken += 1;
      if (taken % EVENTS_AT_ONCE === 0) yield;
    }
  }

  /** Lets time go on until then and gives what was raised, each as it was last. */
  end(until: number): Alert[] {
    this.#advance(until);
    this.#engine.stop();
    return [...this.#raised.values()];
  }

  #advance(to: number): void {
    this.#clock.advance(Math.max(0, to - this.#clock.now()));
  }
}
