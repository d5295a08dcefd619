import { beforeEach, describe, expect, it } from 'vitest';
import type { AlertRule } from '#contract/alert-rules.ts';
import type { Alert } from '#contract/alerts.ts';
import type { CameraEvent } from '#contract/camera-events.ts';
import type { CameraCondition, CameraState } from '#contract/cameras.ts';
import { ManualClock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import { AlertEngine } from '../../../server/features/alerts/engine.ts';
import { HallCameras } from '../../../server/features/alerts/hall-cameras.ts';
import { AlertLedger } from '../../../server/features/alerts/ledger.ts';
import { HallJournal } from '../../../server/features/queues/hall-journal.ts';
import { at, cameraState, hall, hallLive, minutes, tamper, TEN } from '../../helpers/hall-fixture.ts';

const base = {
  version: 1,
  enabled: true,
  places: null,
  hours: 'always',
  escalation: null,
  telling: null,
  cardAllowed: false,
} as const;
const rules: AlertRule[] = [
  {
    ...{ ...base, id: 'camera-offline', kind: 'camera-offline' },
    params: {
      ladder: [
        { afterSec: 15, severity: 'yellow' },
        { afterSec: 300, severity: 'red' },
      ],
      clearAfterSec: 5,
    },
  },
  {
    ...{ ...base, id: 'picture-fault', kind: 'picture-fault' },
    params: { ladder: [{ afterSec: 60, severity: 'yellow' }], clearAfterSec: 30 },
  },
  {
    ...{ ...base, id: 'camera-event', kind: 'camera-event' },
    params: { kinds: ['tamper'], ladder: [{ afterSec: 3, severity: 'yellow' }], clearAfterSec: 10, holdSec: 30 },
  },
];
const silent = { code: 'CAMERA_SILENT' as const, detail: null };
const covered = { code: 'CAMERA_PICTURE_FAULT' as const, detail: 'covered' };

/** A hall with one camera that the test speaks for, and every state of every alert that came of it. */
class Stage {
  readonly clock = new ManualClock(TEN);
  readonly stateChanged = new Emitter<CameraState>();
  readonly removed = new Emitter<string>();
  readonly heard = new Emitter<CameraEvent>();
  readonly history: Alert[] = [];
  looks = 0;
  state = cameraState();
  /** As the service of events would give them. */
  lasting: CameraEvent[] = [];
  cameras!: HallCameras;
  ledger!: AlertLedger;
  engine!: AlertEngine;

  constructor() {
    this.boot([]);
  }

  boot(open: Alert[]): void {
    this.ledger = new AlertLedger({
      clock: this.clock,
      silenceOf: () => undefined,
      store: (alert) => this.history.push(alert),
    });
    this.ledger.restore(open);
    const cameras = {
      ...{ states: () => [this.state], stateChanged: this.stateChanged, removed: this.removed },
      ...{ camerasSeeing: () => [], camerasAround: (cameraId: string) => ['beside', cameraId] },
    };
    this.cameras = new HallCameras({ cameras, cameraEvents: { lasting: () => this.lasting, heard: this.heard } });
    this.engine = new AlertEngine({
      clock: this.clock,
      halls: { list: () => [hall], get: () => hall, changed: new Emitter(), removed: new Emitter() },
      hallStates: {
        ...{ live: () => hallLive(), journal: () => new HallJournal() },
        ...{ deltas: new Emitter(), events: new Emitter() },
      },
      hallTerminals: { of: () => new Map(), changed: new Emitter() },
      hallOutputs: { deadOf: () => [], deadChanged: new Emitter() },
      cameras,
      hallCameras: this.cameras,
      hours: { of: () => null, changed: new Emitter<string>() },
      rulesOf: () => {
        this.looks += 1;
        return rules;
      },
      ledger: this.ledger,
    });
    this.cameras.start();
    this.engine.start();
  }

  shutDown(): Alert[] {
    this.engine.stop();
    this.cameras.stop();
    return this.ledger.followed();
  }

  is(status: CameraCondition['status'], reasons: CameraCondition['reasons'] = []): void {
    this.state = cameraState({ status, since: at(this.clock.now()), reasons });
    this.stateChanged.emit(this.state);
  }

  say(event: Partial<CameraEvent> = {}): void {
    this.heard.emit(tamper({ at: at(this.clock.now()), ...event }));
  }

  seconds(count: number): void {
    this.clock.advance(count * 1000);
  }

  get last(): Alert {
    return this.history.at(-1)!;
  }
}

describe('alerts about cameras', () => {
  let stage: Stage;
  beforeEach(() => {
    stage = new Stage();
  });

  it('are raised after 15 s without pictures, get red after five minutes, clear after 5 s with: one alert', () => {
    stage.is('offline', [silent]);
    stage.clock.advance(14_999);
    expect(stage.history).toEqual([]);
    stage.clock.advance(1);
    expect(stage.last).toMatchObject({
      ...{ kind: 'camera-offline', cameraId: 'cam-1', windowId: null, queueId: null },
      ...{ severity: 'yellow', status: 'open', conditionSince: at(TEN) },
      ...{ facts: { code: 'CAMERA_SILENT', detail: null }, cameraIds: ['beside', 'cam-1'] },
    });
    stage.seconds(285);
    expect(stage.last.severity).toBe('red');
    stage.is('live');
    stage.clock.advance(4999);
    expect(stage.last.status).toBe('open');
    stage.clock.advance(1);
    expect(stage.last).toMatchObject({ outcome: 'cleared', clearedAt: at(TEN + minutes(5)) });
    expect(new Set(stage.history.map(({ id }) => id)).size).toBe(1);
  });

  it('are not raised by a camera that comes back in time, and not cleared by one that flickers', () => {
    stage.is('offline', [silent]);
    stage.seconds(14);
    stage.is('live');
    stage.seconds(60);
    stage.is('offline', [silent]);
    stage.seconds(15);
    stage.is('live');
    stage.seconds(4);
    stage.is('offline', [silent]);
    stage.seconds(60);
    expect(stage.history.map(({ status }) => status)).toEqual(['open']);
  });

  it('are raised at night as by day', () => {
    stage.seconds(14 * 3600);
    stage.is('offline', [silent]);
    stage.seconds(15);
    expect(stage.last).toMatchObject({ kind: 'camera-offline', status: 'open' });
  });

  it('end with a camera that is switched off or removed, and concern no other one', () => {
    for (const end of [() => stage.is('off'), () => stage.removed.emit('cam-1')]) {
      stage = new Stage();
      stage.stateChanged.emit(cameraState({ status: 'offline', since: at(TEN), reasons: [silent] }, 'cam-2'));
      stage.is('offline', [silent]);
      stage.seconds(15);
      end();
      expect(stage.last).toMatchObject({ cameraId: 'cam-1', outcome: 'subject-removed' });
      stage.seconds(600);
      expect(stage.ledger.open().map(({ cameraId }) => cameraId)).toEqual(['cam-2']);
    }
  });

  it('tell one thing at a time: a dead camera has no picture that could be wrong', () => {
    stage.is('degraded', [covered]);
    stage.seconds(59);
    stage.is('offline', [silent]);
    stage.seconds(600);
    expect(stage.ledger.open().map(({ kind }) => kind)).toEqual(['camera-offline']);
    stage.is('degraded', [covered]);
    stage.seconds(59);
    expect(stage.ledger.open()).toEqual([]);
    stage.seconds(1);
    expect(stage.last).toMatchObject({ kind: 'picture-fault', severity: 'yellow', facts: { faults: 'covered' } });
    stage.is('offline', [silent]);
    stage.seconds(600);
    stage.is('connecting');
    stage.seconds(600);
    expect(stage.ledger.open().map(({ kind }) => kind)).toContain('picture-fault');
    stage.is('live');
    stage.seconds(30);
    expect(stage.ledger.open()).toEqual([]);
  });

  it('are raised by what a camera notices, and cleared when it takes that back', () => {
    stage.say();
    stage.seconds(3);
    expect(stage.last).toMatchObject({ kind: 'camera-event', severity: 'yellow', facts: { event: 'tamper' } });
    stage.say({ active: false });
    stage.seconds(10);
    expect(stage.last).toMatchObject({ outcome: 'cleared', clearedAt: at(TEN + 3000) });
  });

  it('clear by themselves after an event without a duration', () => {
    stage.say({ active: null });
    stage.seconds(3);
    expect(stage.last.status).toBe('open');
    stage.seconds(27 + 10);
    expect(stage.last).toMatchObject({ outcome: 'cleared', clearedAt: at(TEN + 30_000) });
  });

  it('are not raised by motion, by what is short, or by what was so before we came and has no duration', () => {
    stage.say({ kind: 'motion' });
    stage.say({ source: 'other' });
    stage.seconds(2);
    stage.say({ source: 'other', active: false });
    stage.say({ active: null, initial: true });
    stage.seconds(600);
    expect(stage.history).toEqual([]);
  });

  it('go on after a restart: same row, same count, and what lasts is known', () => {
    stage.say();
    stage.seconds(4);
    stage.is('offline', [silent]);
    stage.seconds(56);
    const open = stage.shutDown();
    expect(open.map(({ kind }) => kind).toSorted()).toEqual(['camera-event', 'camera-offline']);
    stage.lasting = [tamper()];
    stage.state = cameraState({ status: 'connecting', since: at(stage.clock.now()) });
    stage.boot(open);
    stage.seconds(10);
    stage.is('offline', [silent]);
    stage.seconds(234);
    const red = stage.history.slice(2);
    expect(red).toMatchObject([{ kind: 'camera-offline', severity: 'red', severityAt: at(TEN + minutes(5) + 4000) }]);
    stage.is('live');
    stage.say({ active: false, initial: true });
    stage.seconds(10);
    expect(stage.last).toMatchObject({ kind: 'camera-event', outcome: 'cleared' });
  });

  it('forget what a camera said before it was switched off', () => {
    stage.say();
    stage.is('off');
    stage.is('live');
    stage.seconds(600);
    expect(stage.history).toEqual([]);
  });

  it('cost a look four times a second at most, and none where nothing is new', () => {
    const before = stage.looks;
    for (let i = 0; i < 999; i += 1) {
      stage.is(i % 2 ? 'live' : 'offline');
      stage.clock.advance(1);
    }
    expect(stage.looks - before).toBe(20);
    stage.seconds(1);
    const quiet = stage.looks;
    for (let i = 0; i < 99; i += 1) stage.stateChanged.emit(stage.state);
    stage.seconds(1);
    expect(stage.looks).toBe(quiet);
  });

  it('follow no more sources of a camera than it can have', () => {
    stage.say({ source: 'lasts' });
    for (let i = 0; i < 1000; i += 1) stage.say({ source: String(i), active: false });
    const { events } = stage.cameras.of(hall.id).get('cam-1')!;
    expect(events).toHaveLength(64);
    expect(events[0]).toMatchObject({ source: 'lasts', active: true });
  });
});
