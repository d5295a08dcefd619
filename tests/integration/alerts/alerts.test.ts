import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Alert } from '#contract/alerts.ts';
import type { CameraEvent } from '#contract/camera-events.ts';
import type { CameraCondition, CameraState } from '#contract/cameras.ts';
import type { HallDelta, HallLive } from '#contract/hall-state.ts';
import type { Hall } from '#contract/places.ts';
import { AppError } from '#lib/app-error.ts';
import { ManualClock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import { silentLogger } from '#lib/logger.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import type { Database } from '../../../server/db/database.ts';
import { alertRoutes } from '../../../server/features/alerts/routes.ts';
import { AlertsService } from '../../../server/features/alerts/service.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import {
  at,
  cameraState,
  hall,
  hallLive,
  minutes,
  queueRow,
  tamper,
  TEN,
  windowRow,
} from '../../helpers/hall-fixture.ts';
import { openTestApp, type TestApp } from '../../helpers/test-app.ts';

describe('alerts', () => {
  let base: TestDatabase;
  let clock: ManualClock;
  let problems: ProblemBoard;
  let live: HallLive;
  let deltas: Emitter<HallDelta>;
  let camera: CameraState;
  let stateChanged: Emitter<CameraState>;
  let cameraHeard: Emitter<CameraEvent>;
  let away: boolean;
  let alerts: AlertsService;
  let heard: Alert[];

  /** The real database, which the test can take away. */
  const db: Database = {
    query: (text, values) =>
      away ? Promise.reject(new AppError('DATABASE_UNREACHABLE')) : base.db.query(text, values),
    transaction: (work) => base.db.transaction(work),
  };

  beforeAll(async () => {
    base = await openTestDatabase();
  });
  afterAll(() => base.close());
  beforeEach(async () => {
    await base.db.query('TRUNCATE alert');
    await base.db.query('DELETE FROM alert_rule_version WHERE version > 1');
    clock = new ManualClock(TEN);
    problems = new ProblemBoard(clock);
    live = hallLive();
    deltas = new Emitter();
    camera = cameraState();
    stateChanged = new Emitter();
    cameraHeard = new Emitter();
    away = false;
    heard = [];
    alerts = await boot();
  });
  afterEach(() => alerts.stop());

  async function boot(): Promise<AlertsService> {
    const service = new AlertsService({
      db,
      clock,
      log: silentLogger,
      problems,
      halls: {
        list: () => [hall],
        get: (id) => (id === hall.id ? hall : undefined),
        changed: new Emitter<Hall>(),
        removed: new Emitter<string>(),
      },
      hallStates: { live: (id) => (id === hall.id ? live : undefined), deltas },
      cameras: {
        ...{ states: () => [camera], stateChanged, removed: new Emitter<string>() },
        ...{ camerasSeeing: () => ['cam-1', 'cam-2'], camerasAround: () => ['cam-2', 'cam-1'] },
      },
      cameraEvents: { lasting: () => [], heard: cameraHeard },
    });
    service.changed.on((alert) => heard.push(alert));
    await service.start();
    return service;
  }

  function say(change: Partial<HallLive>): void {
    live = { ...live, ...change };
    deltas.emit({ hallId: hall.id, revision: 0, at: at(clock.now()) });
  }
  const busy = windowRow({ windowId: 'w02', state: 'serving' });
  const walkOff = () =>
    say({
      windows: [windowRow({ seat: 'empty', seatSince: at(clock.now()) }), busy],
      queues: [queueRow({ waiting: 2, longestSince: at(clock.now()) }), queueRow({ queueId: 'tax' })],
    });
  const comeBack = () => say({ windows: [windowRow({ state: 'serving', seatSince: at(clock.now()) }), busy] });
  const cameraIs = (status: CameraCondition['status'], reasons: CameraCondition['reasons'] = []) => {
    camera = cameraState({ status, since: at(clock.now()), reasons });
    stateChanged.emit(camera);
  };
  /** Stops the service first, which waits for what is still to be written. */
  const rows = async () => {
    await alerts.stop();
    return base.db.query<{ id: string; status: string; severity: string; outcome: string | null; subject: string }>(
      'SELECT id, status, severity, outcome, subject FROM alert ORDER BY id',
    );
  };

  it('ships its rules with their defaults', () => {
    expect(alerts.rules()).toEqual([
      {
        id: 'window-unattended',
        version: 1,
        kind: 'window-unattended',
        enabled: true,
        hallIds: null,
        params: {
          ladder: [
            { afterSec: 300, severity: 'blue' },
            { afterSec: 600, severity: 'yellow' },
          ],
          clearAfterSec: 15,
          onlyWhileWaiting: true,
        },
      },
      {
        id: 'wait-overtime',
        version: 1,
        kind: 'wait-overtime',
        enabled: true,
        hallIds: null,
        params: {
          ladder: [
            { afterSec: 1200, severity: 'yellow' },
            { afterSec: 1800, severity: 'red' },
          ],
          clearAfterSec: 60,
        },
      },
      {
        id: 'queue-overflow',
        version: 1,
        kind: 'queue-overflow',
        enabled: true,
        hallIds: null,
        params: { ladder: [{ afterSec: 300, severity: 'yellow' }], clearAfterSec: 60, perWindow: 10 },
      },
      {
        id: 'idle-with-queue',
        version: 1,
        kind: 'idle-with-queue',
        enabled: true,
        hallIds: null,
        params: { ladder: [{ afterSec: 180, severity: 'blue' }], clearAfterSec: 5 },
      },
      {
        id: 'pause-overrun',
        version: 1,
        kind: 'pause-overrun',
        enabled: true,
        hallIds: null,
        params: {
          ladder: [
            { afterSec: 120, severity: 'blue' },
            { afterSec: 600, severity: 'yellow' },
          ],
          clearAfterSec: 0,
          unplannedSec: 900,
        },
      },
      {
        id: 'camera-offline',
        version: 1,
        kind: 'camera-offline',
        enabled: true,
        hallIds: null,
        params: {
          ladder: [
            { afterSec: 15, severity: 'yellow' },
            { afterSec: 300, severity: 'red' },
          ],
          clearAfterSec: 5,
        },
      },
      {
        id: 'picture-fault',
        version: 1,
        kind: 'picture-fault',
        enabled: true,
        hallIds: null,
        params: { ladder: [{ afterSec: 60, severity: 'yellow' }], clearAfterSec: 30 },
      },
      {
        id: 'camera-event',
        version: 1,
        kind: 'camera-event',
        enabled: true,
        hallIds: null,
        params: { kinds: ['tamper'], ladder: [{ afterSec: 3, severity: 'yellow' }], clearAfterSec: 10, holdSec: 30 },
      },
    ]);
  });

  it('keeps one row from raise to close, with who acknowledged it', async () => {
    walkOff();
    clock.advance(minutes(5));
    const { id } = alerts.open()[0]!;
    clock.advance(minutes(1));
    await alerts.acknowledge(id, 'li');
    expect(await base.db.query('SELECT status, acknowledged_by FROM alert')).toEqual([
      { status: 'acknowledged', acknowledged_by: 'li' },
    ]);
    comeBack();
    clock.advance(15_000);
    expect(await rows()).toEqual([
      { id, status: 'closed', severity: 'blue', outcome: 'cleared', subject: 'hall-a/window:w01' },
    ]);
    expect(heard.map(({ status }) => status)).toEqual(['open', 'acknowledged', 'closed']);
    expect(await alerts.closed(10)).toEqual([heard.at(-1)]);
  });

  it('acknowledges once, and only what is open', async () => {
    walkOff();
    clock.advance(minutes(5));
    const { id } = alerts.open()[0]!;
    const first = await alerts.acknowledge(id, 'li');
    clock.advance(1000);
    expect(await alerts.acknowledge(id, 'wang')).toEqual(first);
    await expect(alerts.acknowledge('01ARZ3NDEKTSV4RRFFQ69G5FAV', 'li')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('goes on after a kill: the same row, read as it was written', async () => {
    walkOff();
    clock.advance(minutes(5));
    const open = await alerts.acknowledge(alerts.open()[0]!.id, 'li');
    const killed = alerts;
    alerts = await boot();
    expect(alerts.open()).toEqual([open]);
    expect(heard).toHaveLength(2);
    await killed.stop();
    clock.advance(minutes(5));
    expect(alerts.open()).toMatchObject([{ id: open.id, severity: 'yellow', status: 'open' }]);
    expect(await rows()).toMatchObject([{ id: open.id, severity: 'yellow' }]);
  });

  it('keeps an alert about a camera as one row, over a restart until it is cleared', async () => {
    cameraIs('offline', [{ code: 'CAMERA_UNREACHABLE', detail: 'connection refused' }]);
    clock.advance(15_000);
    const [open] = alerts.open();
    expect(open).toMatchObject({
      ...{ kind: 'camera-offline', cameraId: 'cam-1', windowId: null, queueId: null },
      ...{ facts: { code: 'CAMERA_UNREACHABLE', detail: 'connection refused' }, cameraIds: ['cam-2', 'cam-1'] },
    });
    await alerts.stop();
    cameraIs('connecting');
    alerts = await boot();
    expect(alerts.open()).toEqual([open]);
    cameraIs('live');
    clock.advance(5000);
    expect(await rows()).toEqual([
      { id: open!.id, status: 'closed', severity: 'yellow', outcome: 'cleared', subject: 'hall-a/camera:cam-1' },
    ]);
  });

  it('keeps alerts of several rules about one camera apart', async () => {
    cameraIs('degraded', [{ code: 'CAMERA_PICTURE_FAULT', detail: 'covered' }]);
    cameraHeard.emit(tamper());
    clock.advance(minutes(1));
    await alerts.stop();
    expect(await base.db.query('SELECT rule_id, subject, facts FROM alert ORDER BY rule_id')).toEqual([
      { rule_id: 'camera-event', subject: 'hall-a/camera:cam-1', facts: { event: 'tamper', source: 'VideoSource_1' } },
      { rule_id: 'picture-fault', subject: 'hall-a/camera:cam-1', facts: { faults: 'covered' } },
    ]);
  });

  it('cannot have two open alerts about one subject, even from two programs', async () => {
    const other = await boot();
    walkOff();
    clock.advance(minutes(5));
    expect(heard).toHaveLength(2);
    await other.stop();
    expect(await rows()).toHaveLength(1);
  });

  it('tells the wall while the database is away, and stores when it is back', async () => {
    away = true;
    walkOff();
    clock.advance(minutes(5));
    const { id } = alerts.open()[0]!;
    expect(await alerts.acknowledge(id, 'li')).toMatchObject({ status: 'acknowledged' });
    expect(problems.get('alerts')).toMatchObject({ code: 'DATABASE_UNREACHABLE' });
    away = false;
    const back = new Promise<void>((resolve) => problems.onChange(() => resolve()));
    clock.advance(500);
    await back;
    expect(problems.list()).toEqual([]);
    expect(await rows()).toMatchObject([{ id, status: 'acknowledged' }]);
  });

  describe('rules', () => {
    let test: TestApp;
    beforeEach(async () => {
      await base.db.query('TRUNCATE account CASCADE');
      test = await openTestApp({ db: base.db, clock, routes: (app) => alertRoutes(app, { alerts }) });
    });
    afterEach(() => test.close());

    async function send(
      method: 'GET' | 'PATCH' | 'POST',
      url: string,
      payload?: object,
      role = 'administrator' as const,
    ) {
      const headers = { cookie: await test.cookieOf(role) };
      return test.app.inject({ method, url, headers, ...(payload && { payload }) });
    }

    it('change by a new version, at once and for good', async () => {
      walkOff();
      clock.advance(minutes(3));
      const params = { ladder: [{ afterSec: 120, severity: 'red' }], clearAfterSec: 5, onlyWhileWaiting: false };
      const answer = await send('PATCH', '/api/rules/window-unattended', { params });
      expect(answer.json()).toMatchObject({ version: 2, enabled: true, params });
      expect(alerts.open()).toMatchObject([{ severity: 'red', ruleVersion: 2, conditionSince: at(TEN) }]);
      await alerts.stop();
      alerts = await boot();
      expect(alerts.rules()[0]).toEqual(answer.json());
      expect(
        await base.db.query(`SELECT version, made_by FROM alert_rule_version WHERE rule_id = 'window-unattended'`),
      ).toEqual([
        { version: 1, made_by: null },
        { version: 2, made_by: 'administrator' },
      ]);
    });

    it('of the flow of a hall change as well, and keep what is theirs alone', async () => {
      const ladder = [{ afterSec: 60, severity: 'blue' }];
      const full = { ladder, clearAfterSec: 0, perWindow: 2 };
      const paused = { ladder, clearAfterSec: 0, unplannedSec: 300 };
      expect((await send('PATCH', '/api/rules/queue-overflow', { params: full })).json()).toMatchObject({
        params: full,
      });
      const answer = await send('PATCH', '/api/rules/pause-overrun', { params: paused });
      expect(answer.json()).toMatchObject({ params: paused });
      say({
        windows: [windowRow({ state: 'paused', since: at(clock.now()), pausePlannedMin: 10 }), busy],
        queues: [queueRow({ waiting: 3, longestSince: at(clock.now()) }), queueRow({ queueId: 'tax' })],
      });
      clock.advance(minutes(1));
      expect(alerts.open()).toMatchObject([{ kind: 'queue-overflow', queueId: 'soc', conditionSince: at(TEN) }]);
      clock.advance(minutes(10));
      expect(alerts.open()).toMatchObject([
        { kind: 'queue-overflow' },
        { kind: 'pause-overrun', windowId: 'w01', conditionSince: at(TEN + minutes(10)) },
      ]);
    });

    it('of cameras change as well: which events are listened to, and for how long they count', async () => {
      const params = {
        ...{ kinds: ['motion', 'digital-input'], ladder: [{ afterSec: 1, severity: 'blue' }] },
        ...{ clearAfterSec: 0, holdSec: 60 },
      };
      const answer = await send('PATCH', '/api/rules/camera-event', { params });
      expect(answer.json()).toMatchObject({ version: 2, params });
      cameraHeard.emit(tamper());
      cameraHeard.emit(tamper({ kind: 'motion', topic: 'motion', active: null }));
      clock.advance(59_999);
      expect(alerts.open()).toMatchObject([{ severity: 'blue', facts: { event: 'motion' } }]);
      clock.advance(1);
      expect(alerts.open()).toEqual([]);
      const none = await send('PATCH', '/api/rules/camera-event', { params: { ...params, kinds: [] } });
      expect(none.json().error.code).toBe('REQUEST_INVALID');
    });

    it('close their alerts when they are switched off or no longer hold in the hall', async () => {
      walkOff();
      clock.advance(minutes(5));
      await send('PATCH', '/api/rules/window-unattended', { enabled: false });
      expect(heard.at(-1)).toMatchObject({ status: 'closed', outcome: 'rule-disabled' });
      await send('PATCH', '/api/rules/window-unattended', { enabled: true });
      expect(heard.at(-1)).toMatchObject({ status: 'open', ruleVersion: 3 });
      await send('PATCH', '/api/rules/window-unattended', { hallIds: [] });
      expect(heard.at(-1)).toMatchObject({ status: 'closed', outcome: 'rule-disabled' });
    });

    it.each([
      ['parameters of another kind', { params: { ladder: [{ afterSec: 60, severity: 'red' }], clearAfterSec: 1 } }],
      [
        'rungs that fall',
        {
          params: {
            ladder: [
              { afterSec: 60, severity: 'red' },
              { afterSec: 90, severity: 'blue' },
            ],
            clearAfterSec: 1,
            onlyWhileWaiting: true,
          },
        },
      ],
      ['a hall that is not there', { hallIds: ['elsewhere'] }],
    ])('refuse %s', async (_what, change) => {
      const answer = await send('PATCH', '/api/rules/window-unattended', change);
      expect(answer.statusCode).toBe(400);
      expect(answer.json().error.code).toBe('REQUEST_INVALID');
      expect(alerts.rules()[0]!.version).toBe(1);
    });

    it('are found by their name', async () => {
      expect((await send('PATCH', '/api/rules/none', { enabled: true })).json().error.code).toBe('NOT_FOUND');
      expect((await send('GET', '/api/rules')).json()).toEqual(alerts.rules());
    });

    it('show their alerts over REST: open, closed, acknowledged', async () => {
      walkOff();
      clock.advance(minutes(5));
      const [open] = (await send('GET', '/api/alerts')).json();
      expect(open).toEqual(alerts.open()[0]);
      const acknowledged = await send('POST', `/api/alerts/${open.id}/acknowledge`);
      expect(acknowledged.json()).toMatchObject({ status: 'acknowledged', acknowledgedBy: 'administrator' });
      comeBack();
      clock.advance(15_000);
      expect((await send('GET', '/api/alerts?status=open')).json()).toEqual([]);
      await alerts.stop();
      expect((await send('GET', '/api/alerts?status=closed&limit=5')).json()).toMatchObject([
        { id: open.id, outcome: 'cleared', cameraIds: ['cam-1', 'cam-2'] },
      ]);
    });
  });
});
