import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { Alert } from '#contract/alerts.ts';
import type { CameraEvent } from '#contract/camera-events.ts';
import type { CameraCondition } from '#contract/cameras.ts';
import type { HallDelta, HallLive } from '#contract/hall-state.ts';
import type { Hall } from '#contract/places.ts';
import type { Terminal } from '#contract/terminals.ts';
import { AppError } from '#lib/app-error.ts';
import { ManualClock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import { silentLogger } from '#lib/logger.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import type { Database } from '../../../server/db/database.ts';
import { alertRoutes } from '../../../server/features/alerts/routes.ts';
import { handoverRoutes } from '../../../server/features/alerts/handover-routes.ts';
import { Handovers } from '../../../server/features/alerts/handovers.ts';
import type { NoticesPort, Span } from '../../../server/features/alerts/ports.ts';
import { silenceRoutes } from '../../../server/features/alerts/silence-routes.ts';
import { AlertsService } from '../../../server/features/alerts/service.ts';
import { HallJournal } from '../../../server/features/queues/hall-journal.ts';
import { HallReplay } from '../../../server/features/queues/hall-replay.ts';
import type { HallEvent } from '../../../server/features/queues/ports.ts';
import { pastEvents } from '../../../server/features/terminals/event-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { at, cameraState, hall, hallLive, minutes, queueRow, TEN, windowRow } from '../../helpers/hall-fixture.ts';
import { openTestApp, type TestApp } from '../../helpers/test-app.ts';

export type Role = 'administrator' | 'supervisor';

/** A hall whose state the test sets, the real alerts over a real database, which the test can take away. */
export class AlertsStage {
  base!: TestDatabase;
  clock = new ManualClock(TEN);
  problems = new ProblemBoard(this.clock);
  live: HallLive = hallLive();
  camera = cameraState();
  away = false;
  alerts!: AlertsService;
  /** Every state of every alert that was told. */
  heard: Alert[] = [];
  /** When the hall is open; null: nobody has said. */
  spans: Span[] | null = null;
  calendarChanged = new Emitter<string | null>();
  cameraHeard = new Emitter<CameraEvent>();

  journal = new HallJournal();
  terminals: Terminal[] = [];
  terminalChanged = new Emitter<Terminal>();

  /** What would tell alerts beside the wall. */
  notices: NoticesPort = quiet;

  #deltas = new Emitter<HallDelta>();
  #events = new Emitter<HallEvent>();
  #stateChanged = new Emitter<typeof this.camera>();
  #test: TestApp | null = null;

  readonly db: Database = {
    query: (text, values) => (this.away ? Promise.reject(gone()) : this.base.db.query(text, values)),
    transaction: (work) => (this.away ? Promise.reject(gone()) : this.base.db.transaction(work)),
  };

  async reset(): Promise<void> {
    await this.base.db.query('TRUNCATE alert, alert_silence, shift_handover, account, terminal_event CASCADE');
    await this.base.db.query('DELETE FROM alert_rule_version WHERE version > 1');
    this.clock = new ManualClock(TEN);
    this.problems = new ProblemBoard(this.clock);
    this.live = hallLive();
    this.camera = cameraState();
    this.#deltas = new Emitter();
    this.#events = new Emitter();
    this.journal = new HallJournal();
    this.terminals = [];
    this.terminalChanged = new Emitter();
    this.#stateChanged = new Emitter();
    this.cameraHeard = new Emitter();
    this.away = false;
    this.notices = quiet;
    this.spans = null;
    this.calendarChanged = new Emitter();
    this.heard = [];
    this.alerts = await this.boot();
  }

  async tearDown(): Promise<void> {
    await this.#test?.close();
    this.#test = null;
    await this.alerts.stop();
  }

  /** Another program over the same database and hall. */
  async boot(): Promise<AlertsService> {
    const service = new AlertsService({
      ...{ db: this.db, clock: this.clock, log: silentLogger, problems: this.problems },
      halls: {
        list: () => [hall],
        get: (id) => (id === hall.id ? hall : undefined),
        changed: new Emitter<Hall>(),
        removed: new Emitter<string>(),
      },
      hallStates: {
        live: (id) => (id === hall.id ? this.live : undefined),
        journal: () => this.journal,
        ...{ deltas: this.#deltas, events: this.#events },
      },
      terminals: {
        list: () => this.terminals,
        get: ({ kind, deviceId }) => this.terminals.find((each) => each.kind === kind && each.deviceId === deviceId),
        ...{ changed: this.terminalChanged, removed: new Emitter() },
      },
      cameras: {
        ...{ states: () => [this.camera], stateChanged: this.#stateChanged, removed: new Emitter<string>() },
        ...{ camerasSeeing: () => ['cam-1', 'cam-2'], camerasAround: () => ['cam-2', 'cam-1'] },
      },
      cameraEvents: { lasting: () => [], heard: this.cameraHeard },
      calendar: { spans: () => this.spans, changed: this.calendarChanged },
      past: {
        events: (hallId, from, until, what) => pastEvents(this.db, hallId, from, until, what),
        again: (again, clock) => new HallReplay(again, clock),
      },
      notices: this.notices,
      regions: { above: () => [hall.regionId], has: (id) => id === hall.regionId, changed: new Emitter<void>() },
      people: {
        whoMay: async (_permission, hallIds) =>
          hallIds === null || hallIds.includes(hall.id) ? [{ username: 'zhao', displayName: '赵' }] : [],
      },
    });
    service.changed.on((alert) => this.heard.push(alert));
    await service.start();
    return service;
  }

  /** The program is killed and started again: nothing is said to it before. */
  async kill(): Promise<AlertsService> {
    const killed = this.alerts;
    this.alerts = await this.boot();
    return killed;
  }

  say(change: Partial<HallLive>): void {
    this.live = { ...this.live, ...change };
    this.#deltas.emit({ hallId: hall.id, revision: 0, at: at(this.clock.now()), ...change });
  }

  /** The clerk of w01 leaves now, with two people waiting. */
  walkOff(): void {
    this.say({
      windows: [windowRow({ seat: 'empty', seatSince: at(this.clock.now()) }), busy],
      queues: [queueRow({ waiting: 2, longestSince: at(this.clock.now()) }), queueRow({ queueId: 'tax' })],
    });
  }

  /** The clerk of w01 pauses now, for so many minutes as he says. */
  pause(pausePlannedMin: number): void {
    this.say({ windows: [windowRow({ state: 'paused', since: at(this.clock.now()), pausePlannedMin }), busy] });
  }

  comeBack(): void {
    this.say({
      windows: [windowRow({ state: 'serving', since: at(this.clock.now()), seatSince: at(this.clock.now()) }), busy],
    });
  }

  /** The clerk of w01 is away for long enough: the alert, as it is open. */
  async raised(): Promise<Alert> {
    this.walkOff();
    this.clock.advance(minutes(5));
    return this.alerts.open()[0]!;
  }

  /** The log has another event. */
  happens(event: HallEvent): void {
    this.journal.note(event);
    this.#events.emit(event);
  }

  /** A terminal is registered, or is otherwise than before. */
  terminalIs(terminal: Terminal): void {
    this.terminals = [...this.terminals.filter(({ deviceId }) => deviceId !== terminal.deviceId), terminal];
    this.terminalChanged.emit(terminal);
  }

  cameraIs(status: CameraCondition['status'], reasons: CameraCondition['reasons'] = []): void {
    this.camera = cameraState({ status, since: at(this.clock.now()), reasons });
    this.#stateChanged.emit(this.camera);
  }

  /** Stops the service first, which waits for what is still to be written. */
  async rows() {
    await this.alerts.stop();
    return this.base.db.query<{
      id: string;
      status: string;
      severity: string;
      outcome: string | null;
      subject: string;
    }>('SELECT id, status, severity, outcome, subject FROM alert ORDER BY id');
  }

  async send(method: 'GET' | 'PATCH' | 'POST' | 'DELETE', url: string, payload?: object, role: Role = 'administrator') {
    this.#test ??= await openTestApp({
      db: this.base.db,
      clock: this.clock,
      routes: (app) => {
        alertRoutes(app, { alerts: this.alerts });
        silenceRoutes(app, { alerts: this.alerts });
        handoverRoutes(app, { alerts: this.alerts, handovers: new Handovers({ db: this.db, clock: this.clock }) });
      },
    });
    const headers = { cookie: await this.#test.cookieOf(role) };
    return this.#test.app.inject({ method, url, headers, ...(payload && { payload }) });
  }
}

/** The other window: paused for the day, so that no rule minds it. */
export const busy = windowRow({ windowId: 'w02', state: 'paused', pausePlannedMin: 1440 });

/** Tells nobody. */
export const quiet: NoticesPort = {
  ...{ has: () => false, poke: () => undefined },
  ...{ put: () => Promise.resolve(), again: () => Promise.resolve() },
  ...{ deadOf: () => [], deadChanged: new Emitter() },
};

function gone(): AppError {
  return new AppError('DATABASE_UNREACHABLE');
}

/** A stage for the tests of a file, set anew for each of them. */
export function useAlertsStage(): AlertsStage {
  const stage = new AlertsStage();
  beforeAll(async () => {
    stage.base = await openTestDatabase();
  });
  afterAll(() => stage.base.close());
  beforeEach(() => stage.reset());
  afterEach(() => stage.tearDown());
  return stage;
}
