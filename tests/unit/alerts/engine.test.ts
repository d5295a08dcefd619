import { beforeEach, describe, expect, it } from 'vitest';
import type { AlertRule } from '#contract/alert-rules.ts';
import type { Alert } from '#contract/alerts.ts';
import type { HallDelta, HallLive } from '#contract/hall-state.ts';
import type { Hall } from '#contract/places.ts';
import type { Terminal } from '#contract/terminals.ts';
import { ManualClock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import { AlertEngine } from '../../../server/features/alerts/engine.ts';
import { AlertLedger } from '../../../server/features/alerts/ledger.ts';
import { HallJournal } from '../../../server/features/queues/hall-journal.ts';
import type { HallEvent } from '../../../server/features/queues/ports.ts';
import { HastyClock } from '../../helpers/hasty-clock.ts';
import { at, hall, hallLive, minutes, queueRow, TEN, windowRow } from '../../helpers/hall-fixture.ts';

const unattended: AlertRule = {
  id: 'window-unattended',
  version: 3,
  kind: 'window-unattended',
  enabled: true,
  places: null,
  hours: 'always',
  escalation: null,
  telling: null,
  cardAllowed: false,
  params: {
    ladder: [
      { afterSec: 300, severity: 'blue' },
      { afterSec: 600, severity: 'yellow' },
    ],
    clearAfterSec: 15,
    onlyWhileWaiting: true,
  },
};
const overtime: AlertRule = {
  id: 'wait-overtime',
  version: 1,
  kind: 'wait-overtime',
  enabled: true,
  places: null,
  hours: 'always',
  escalation: null,
  telling: null,
  cardAllowed: false,
  params: {
    ladder: [
      { afterSec: 1200, severity: 'yellow' },
      { afterSec: 1800, severity: 'red' },
    ],
    clearAfterSec: 60,
  },
};

/** A hall whose state the test sets, the engine over it, and every state of every alert that came of it. */
class Stage {
  readonly clock: ManualClock;
  readonly deltas = new Emitter<HallDelta>();
  readonly halls = new Map<string, Hall>([[hall.id, hall]]);
  readonly changed = new Emitter<Hall>();
  readonly removed = new Emitter<string>();
  readonly events = new Emitter<HallEvent>();
  readonly journal = new HallJournal();
  readonly terminals = new Map<string, Terminal>();
  readonly terminalChanged = new Emitter<{ hallId: string; terminalId: string }>();
  readonly history: Alert[] = [];
  rules: AlertRule[] = [unattended, overtime];
  looks = 0;
  live: HallLive = hallLive();
  ledger!: AlertLedger;
  engine!: AlertEngine;

  constructor(clock = new ManualClock(TEN)) {
    this.clock = clock;
    this.boot([]);
  }

  /** A program that starts with these alerts in its database. */
  boot(open: Alert[]): void {
    this.ledger = new AlertLedger({
      clock: this.clock,
      silenceOf: () => undefined,
      store: (alert) => this.history.push(alert),
    });
    this.ledger.restore(open);
    this.engine = new AlertEngine({
      clock: this.clock,
      halls: {
        list: () => [...this.halls.values()],
        get: (id) => this.halls.get(id),
        changed: this.changed,
        removed: this.removed,
      },
      hallStates: {
        live: (id) => (id === hall.id ? this.live : undefined),
        journal: () => this.journal,
        deltas: this.deltas,
        events: this.events,
      },
      cameras: {
        camerasSeeing: (hallId, windowId) => [`${hallId}-${windowId ?? 'hall'}`],
        camerasAround: (cameraId) => [`around-${cameraId}`],
      },
      hallCameras: { of: () => new Map(), changed: new Emitter() },
      hallTerminals: { of: () => this.terminals, changed: this.terminalChanged },
      hallOutputs: { deadOf: () => [], deadChanged: new Emitter() },
      hours: { of: () => null, changed: new Emitter<string>() },
      rulesOf: () => {
        this.looks += 1;
        return this.rules;
      },
      ledger: this.ledger,
    });
    this.engine.start();
  }

  say(change: Partial<HallLive>): void {
    this.live = { ...this.live, ...change };
    this.deltas.emit({ hallId: hall.id, revision: 0, at: at(this.clock.now()), ...change });
  }

  /** The clerk of w01 leaves now, with two people waiting. */
  walkOff(): void {
    this.say({
      windows: [windowRow({ seat: 'empty', seatSince: at(this.clock.now()) }), windowRow({ windowId: 'w02' })],
      queues: [queueRow({ waiting: 2, longestSince: at(this.clock.now()) }), queueRow({ queueId: 'tax' })],
    });
  }

  comeBack(): void {
    const seatSince = at(this.clock.now());
    this.say({ windows: [windowRow({ seatSince }), windowRow({ windowId: 'w02' })] });
  }

  get last(): Alert {
    return this.history.at(-1)!;
  }
}

describe('alert engine', () => {
  let stage: Stage;
  beforeEach(() => {
    stage = new Stage();
  });

  it('raises after the for-duration, escalates, clears after the return: one alert', () => {
    stage.walkOff();
    stage.clock.advance(minutes(5) - 1);
    expect(stage.history).toEqual([]);
    stage.clock.advance(1);
    expect(stage.last).toMatchObject({
      ruleId: 'window-unattended',
      ruleVersion: 3,
      hallId: 'hall-a',
      windowId: 'w01',
      queueId: null,
      severity: 'blue',
      status: 'open',
      conditionSince: at(TEN),
      raisedAt: at(TEN + minutes(5)),
      facts: { waiting: 2, longestWaitSec: 300, ticketNo: null, staff: 'u1' },
      cameraIds: ['hall-a-w01'],
    });
    stage.clock.advance(minutes(5));
    expect(stage.last).toMatchObject({ severity: 'yellow', severityAt: at(TEN + minutes(10)) });
    stage.comeBack();
    stage.clock.advance(15_000);
    expect(stage.last).toMatchObject({
      status: 'closed',
      outcome: 'cleared',
      clearedAt: at(TEN + minutes(10)),
      closedAt: at(TEN + minutes(10) + 15_000),
    });
    expect(new Set(stage.history.map(({ id }) => id)).size).toBe(1);
    expect(stage.ledger.open()).toEqual([]);
  });

  it('raises nothing when the clerk comes back in time', () => {
    stage.walkOff();
    stage.clock.advance(minutes(4));
    stage.comeBack();
    stage.clock.advance(minutes(60));
    expect(stage.history.filter((alert) => alert.kind === 'window-unattended')).toEqual([]);
  });

  it('raises at its time although the timer fires a moment before, and nothing else happens', () => {
    stage = new Stage(new HastyClock(TEN));
    stage.walkOff();
    stage.clock.advance(minutes(5));
    expect(stage.history.map(({ severity }) => severity)).toEqual(['blue']);
  });

  it('raises a wait at its computed instant without any event', () => {
    stage.say({ queues: [queueRow({ waiting: 1, longestSince: at(TEN) })] });
    stage.clock.advance(minutes(30));
    expect(stage.history.map(({ severity, queueId, severityAt }) => [severity, queueId, severityAt])).toEqual([
      ['yellow', 'soc', at(TEN + minutes(20))],
      ['red', 'soc', at(TEN + minutes(30))],
    ]);
    expect(stage.last.cameraIds).toEqual(['hall-a-hall']);
  });

  it('lets the next person in line keep the alert open, but reach red only by his own wait', () => {
    stage.say({ queues: [queueRow({ waiting: 2, longestSince: at(TEN) })] });
    stage.clock.advance(minutes(21));
    stage.say({ queues: [queueRow({ waiting: 1, longestSince: at(TEN + minutes(2)) })] });
    stage.clock.advance(minutes(10));
    expect(stage.history.map(({ severity }) => severity)).toEqual(['yellow']);
    stage.clock.advance(minutes(1));
    expect(stage.last.severity).toBe('red');
    expect(stage.last.conditionSince).toBe(at(TEN));
  });

  it('opens an acknowledged alert again when it gets graver', () => {
    stage.walkOff();
    stage.clock.advance(minutes(5));
    stage.ledger.act(stage.last, { act: 'acknowledge', revision: 1, note: null }, 'li');
    expect(stage.last).toMatchObject({ status: 'acknowledged', acknowledgedBy: 'li' });
    stage.clock.advance(minutes(5));
    expect(stage.last).toMatchObject({ severity: 'yellow', status: 'open', acknowledgedBy: null });
  });

  it('keeps an alert open while its caller is lost', () => {
    stage.walkOff();
    stage.clock.advance(minutes(5));
    stage.say({ windows: [windowRow({ stale: true })] });
    stage.clock.advance(minutes(60));
    expect(stage.ledger.open().filter(({ windowId }) => windowId === 'w01')).toMatchObject([{ severity: 'blue' }]);
  });

  it('goes on with its alerts after a restart: same row, same count', () => {
    stage.walkOff();
    stage.clock.advance(minutes(5));
    const open = stage.ledger.open();
    stage.engine.stop();
    stage.clock.advance(minutes(2));
    stage.boot(open);
    expect(stage.history).toHaveLength(1);
    stage.clock.advance(minutes(3));
    expect(stage.last).toMatchObject({ id: open[0]!.id, severity: 'yellow', severityAt: at(TEN + minutes(10)) });
  });

  it('clears after a restart what ended while it was down, as of when it ended', () => {
    stage.walkOff();
    stage.clock.advance(minutes(5));
    const open = stage.ledger.open();
    stage.engine.stop();
    stage.clock.advance(minutes(1));
    stage.comeBack();
    stage.clock.advance(minutes(9));
    stage.boot(open);
    expect(stage.last).toMatchObject({
      outcome: 'cleared',
      clearedAt: at(TEN + minutes(6)),
      closedAt: at(TEN + minutes(15)),
    });
  });

  it('closes with the reason when the rule no longer holds, the window goes, or the hall goes', () => {
    for (const [outcome, end] of [
      ['rule-disabled', () => ((stage.rules = [overtime]), stage.engine.lookAtAll())],
      ['subject-removed', () => stage.changed.emit(stage.halls.set(hall.id, { ...hall, windows: [] }).get(hall.id)!)],
      ['subject-removed', () => (stage.halls.delete(hall.id), stage.removed.emit(hall.id))],
    ] as const) {
      stage = new Stage();
      stage.walkOff();
      stage.clock.advance(minutes(5));
      end();
      expect(stage.last).toMatchObject({ status: 'closed', outcome, clearedAt: null });
      stage.clock.advance(minutes(9));
      expect(stage.history.filter(({ windowId }) => windowId === 'w01')).toHaveLength(2);
    }
  });

  it('looks at a loud hall twenty times a second', () => {
    const before = stage.looks;
    for (let i = 0; i < 999; i++) {
      stage.say({});
      stage.clock.advance(1);
    }
    expect(stage.looks - before).toBe(20);
  });

  it('sees the last of many changes', () => {
    stage.say({});
    stage.walkOff();
    stage.clock.advance(minutes(5));
    expect(stage.last.windowId).toBe('w01');
  });
});
