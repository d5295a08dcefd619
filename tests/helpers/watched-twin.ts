import type { AlertRule } from '#contract/alert-rules.ts';
import type { Alert } from '#contract/alerts.ts';
import type { Hall } from '#contract/places.ts';
import type { Terminal } from '#contract/terminals.ts';
import { ManualClock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import { silentLogger } from '#lib/logger.ts';
import { Random } from '#lib/random.ts';
import type { SimulatedHall } from '../../devices/simulators/city.ts';
import type { Happening } from '../../devices/simulators/hall/ground-truth.ts';
import { HallTwin, type Notice } from '../../devices/simulators/hall/twin.ts';
import { AlertEngine } from '../../server/features/alerts/engine.ts';
import { HallHours } from '../../server/features/alerts/hall-hours.ts';
import { AlertLedger } from '../../server/features/alerts/ledger.ts';
import type { CalendarPort } from '../../server/features/alerts/ports.ts';
import { HallStates } from '../../server/features/queues/hall-states.ts';
import type { HallEvent, HallStatement, InsideReading } from '../../server/features/queues/ports.ts';
import { hall as anyHall, terminalRow } from './hall-fixture.ts';

/** Monday 9 March 2026, eight in the morning in Shanghai: simulation seconds count from eight each day. */
export const FIRST_DAY = Date.parse('2026-03-09T08:00:00+08:00');
export const DAY_MS = 24 * 3600_000;
export const CLOSES_SEC = 9 * 3600;

/** A line of the log as the server has it. */
export type Logged = HallEvent & { receivedAt: number };

export interface TwinDay {
  /** Epoch ms of its second 0. */
  begins: number;
  events: Logged[];
  truth: readonly Happening[];
}

/** A hall of the product that stands for a simulated one. */
export function hallOf({ id, queues, windows }: SimulatedHall): Hall {
  const name = { zh: id, en: id };
  return {
    ...anyHall,
    ...{ id, name },
    queues: queues.map((queue) => ({ id: queue.id, name, targetWaitSec: 900 })),
    windows: windows.map((window) => ({
      ...{ id: window.id, label: window.label, name },
      queueIds: window.queueIds,
      place: null,
    })),
  };
}

/** Open from eight to five, every day. */
export const workdays: CalendarPort = {
  spans: (_hallId, from, until) => {
    const first = Math.floor((from - FIRST_DAY) / DAY_MS);
    const last = Math.ceil((until - FIRST_DAY) / DAY_MS);
    return Array.from({ length: last - first + 1 }, (_, i) => FIRST_DAY + (first + i) * DAY_MS)
      .map((begins) => ({ from: begins, until: begins + CLOSES_SEC * 1000 }))
      .filter((span) => span.until > from && span.from < until);
  },
  changed: new Emitter(),
};

/**
 * A day of a twin as its terminals tell it, and what really happened. On a calm one nothing goes wrong; on any other, people
 * stay away, go early, walk off, dawdle and overstay their pauses, and crowds come.
 */
export function twinDay(hall: SimulatedHall, day: number, seed: number, calm: boolean): TwinDay {
  const begins = FIRST_DAY + day * DAY_MS;
  const luck = new Random(seed * 7919 + day);
  const staffed = hall.windows.filter(({ staff }) => staff !== null).map(({ id }) => id);
  /** For an hour and a half nobody hears the loudspeaker. */
  const deaf = luck.between(2, 6) * 3600;
  const away = !calm && luck.chance(0.5) ? [luck.pick(staffed)] : [];
  const twin = new HallTwin({
    hall: { ...hall, seed: seed * 1000 + day },
    hourAt: (sec) => 8 + Math.floor(sec / 3600),
    wallAt: (sec) => begins + sec * 1000,
    walkOffEverySec: calm ? 0 : 2400,
    openingCrowd: 0,
    ...{ calm, away, noShows: (sec) => (!calm && deaf <= sec && sec < deaf + 5400 ? 0.45 : 0.06) },
  });
  const events: Logged[] = [];
  const note = (deviceId: string, windowId: string | null, body: HallStatement) => {
    const at = begins + Math.round(twin.now * 1000);
    const id = `${String(day).padStart(4, '0')}-${String(events.length).padStart(7, '0')}`;
    events.push({ id, hallId: hall.id, deviceId, windowId, at, receivedAt: at, backfilled: false, body });
  };
  if (day === 0) for (const window of staffed) note(window, window, closed(window, begins - 1000));
  twin.noticed.on((notice) => tell(hall, notice, note));
  twin.open();
  const faults = calm ? [] : faultsOf(twin, hall, staffed, luck);
  for (const { at, apply } of faults.toSorted((a, b) => a.at - b.at)) {
    twin.advanceTo(at);
    apply();
  }
  twin.advanceTo(CLOSES_SEC);
  twin.close();
  twin.advanceTo(CLOSES_SEC + 3 * 3600);
  return { begins, events, truth: twin.truth.entries() };
}

function closed(window: string, at: number): HallStatement {
  return { type: 'caller.state', window, state: 'closed', since: new Date(at).toISOString() };
}

function faultsOf(twin: HallTwin, hall: SimulatedHall, staffed: string[], luck: Random) {
  const within = (from: number, to: number) => luck.between(from * 3600, to * 3600);
  const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);
  const pause = (window: string, left: number): void => {
    // he is busy: he goes when he is free
    if (!twin.pause(window, 5, 3) && left > 0) twin.after(20, () => pause(window, left - 1));
  };
  return [
    ...times(2, () => ({ at: within(1, 7), apply: () => twin.dawdle(luck.pick(staffed), luck.between(240, 700)) })),
    ...times(2, () => ({ at: within(1, 7), apply: () => pause(luck.pick(staffed), 200) })),
    ...times(1, () => ({ at: within(5, 8), apply: () => twin.goHome(luck.pick(staffed)) })),
    ...times(2, () => ({ at: within(1, 7), apply: () => twin.rush(luck.pick(hall.queues).id, 45) })),
  ];
}

/** What the terminals of a hall say of what they notice. */
function tell(
  hall: SimulatedHall,
  notice: Notice,
  note: (deviceId: string, windowId: string | null, body: HallStatement) => void,
): void {
  switch (notice.device) {
    case 'kiosk': {
      const { id: tid, no, queue } = notice.ticket;
      const ticket = { tid, no, queue };
      if (notice.type === 'cancelled') return note(notice.kiosk, null, { type: 'ticket.cancelled', ...ticket });
      return note(notice.kiosk, null, { type: 'ticket.issued', ...ticket, prio: 'normal' });
    }
    case 'door':
      return;
    case 'rater': {
      const { window, ticket, type } = notice;
      const rating = { tid: ticket.id, window };
      if (type !== 'submitted') return note(window, window, { type: `rating.${type}`, ...rating });
      return note(window, window, { type: 'rating.submitted', ...rating, score: notice.score, tags: [], via: 'rater' });
    }
    case 'window': {
      const { window, action } = notice;
      const staff = hall.windows.find(({ id }) => id === window)?.staff ?? '';
      switch (action.type) {
        case 'seat-left':
          return note(`seat-${window}`, window, { type: 'seat.empty' });
        case 'seat-taken':
          return note(`seat-${window}`, window, { type: 'seat.occupied' });
        case 'login':
        case 'logout':
          return note(window, window, { type: `staff.${action.type}`, window, staff });
        case 'paused': {
          const { reason, plannedMin } = action;
          return note(window, window, { type: 'window.paused', window, reason, plannedMin });
        }
        case 'resumed':
          return note(window, window, { type: 'window.resumed', window });
        default: {
          const { id: tid, no, queue } = action.ticket;
          return note(window, window, { type: `ticket.${action.type}`, tid, no, queue, window });
        }
      }
    }
  }
}

/** The live state and the alert engine over a simulated hall, as they stand in the program, on a clock of their own. */
export class WatchedTwin {
  readonly clock: ManualClock;
  /** Every alert as it was last, in the order in which they were raised. */
  readonly alerts = new Map<string, Alert>();

  readonly #terminals: Terminal[];
  readonly #event = new Emitter<HallEvent>();
  readonly #states: HallStates;
  readonly #engine: AlertEngine;

  constructor(simulated: SimulatedHall, rules: readonly AlertRule[]) {
    const hall = hallOf(simulated);
    const clock = (this.clock = new ManualClock(FIRST_DAY - 60_000));
    const row = (kind: 'caller' | 'sensor', deviceId: string, windowId: string) =>
      terminalRow({ hallId: hall.id, kind, deviceId, windowId });
    this.#terminals = hall.windows.flatMap(({ id }) => [row('caller', id, id), row('sensor', `seat-${id}`, id)]);
    const halls = {
      ...{ list: () => [hall], get: (id: string) => (id === hall.id ? hall : undefined) },
      ...{ changed: new Emitter<Hall>(), removed: new Emitter<string>() },
    };
    this.#states = new HallStates({
      ...{ clock, log: silentLogger, halls },
      terminals: {
        list: () => this.#terminals,
        get: ({ kind, deviceId }) => this.#terminals.find((each) => each.kind === kind && each.deviceId === deviceId),
        ...{
          changed: new Emitter(),
          removed: new Emitter(),
          event: this.#event,
          insideRead: new Emitter<InsideReading>(),
        },
        ...{ eventsOf: async () => [], insideOf: async () => [] },
      },
    });
    this.#engine = new AlertEngine({
      ...{ clock, halls, hallStates: this.#states },
      cameras: { camerasSeeing: () => [], camerasAround: () => [] },
      hallCameras: { of: () => new Map(), changed: new Emitter() },
      hallTerminals: { of: () => new Map(), changed: new Emitter() },
      hallOutputs: { deadOf: () => [], deadChanged: new Emitter() },
      hours: new HallHours({ calendar: workdays, halls }),
      rulesOf: () => [...rules],
      ledger: new AlertLedger({
        clock,
        silenceOf: () => undefined,
        store: (alert) => this.alerts.set(alert.id, alert),
      }),
    });
  }

  async start(): Promise<void> {
    await this.#states.start();
    this.#engine.start();
  }

  async stop(): Promise<void> {
    this.#engine.stop();
    await this.#states.stop();
  }

  /** Events in their order, each at its time. What came at once is told at once, as in the program. */
  async play(events: readonly Logged[]): Promise<void> {
    for (const event of events) {
      this.clock.advance(Math.max(0, event.receivedAt - this.clock.now()));
      this.#event.emit(event);
      await undefined;
    }
  }
}
