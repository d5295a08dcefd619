import { describe, expect, it } from 'vitest';
import { at, minutes, queueRow, tamper, TEN, windowRow } from '../../helpers/hall-fixture.ts';
import { busy, useAlertsStage } from './stage.ts';

describe('alert rules', () => {
  const stage = useAlertsStage();

  it('ship with their defaults', () => {
    const rungs = (...ladder: [number, string][]) => ladder.map(([afterSec, severity]) => ({ afterSec, severity }));
    const shipped = (kind: string, hours: 'always' | 'opening', params: object) => ({
      ...{ id: kind, version: 1, kind, enabled: true, hallIds: null, hours, params },
      escalation: { afterSec: 600, levelUp: false },
    });
    expect(stage.alerts.rules()).toEqual([
      shipped('window-unattended', 'opening', {
        ladder: rungs([300, 'blue'], [600, 'yellow']),
        ...{ clearAfterSec: 15, onlyWhileWaiting: true },
      }),
      shipped('wait-overtime', 'opening', { ladder: rungs([1200, 'yellow'], [1800, 'red']), clearAfterSec: 60 }),
      shipped('queue-overflow', 'opening', { ladder: rungs([300, 'yellow']), clearAfterSec: 60, perWindow: 10 }),
      shipped('hall-crowding', 'always', { ladder: rungs([60, 'yellow']), clearAfterSec: 60, share: 0.8 }),
      {
        ...shipped('hall-crowding', 'always', { ladder: rungs([60, 'red']), clearAfterSec: 60, share: 1 }),
        id: 'hall-overfull',
      },
      shipped('idle-with-queue', 'opening', { ladder: rungs([180, 'blue']), clearAfterSec: 5 }),
      shipped('pause-overrun', 'opening', {
        ladder: rungs([120, 'blue'], [600, 'yellow']),
        ...{ clearAfterSec: 0, unplannedSec: 900 },
      }),
      shipped('camera-offline', 'always', { ladder: rungs([15, 'yellow'], [300, 'red']), clearAfterSec: 5 }),
      shipped('picture-fault', 'always', { ladder: rungs([60, 'yellow']), clearAfterSec: 30 }),
      shipped('camera-event', 'always', {
        ...{ kinds: ['tamper'], ladder: rungs([3, 'yellow']), clearAfterSec: 10, holdSec: 30 },
      }),
    ]);
  });

  it('change by a new version, at once and for good', async () => {
    stage.walkOff();
    stage.clock.advance(minutes(3));
    const params = { ladder: [{ afterSec: 120, severity: 'red' }], clearAfterSec: 5, onlyWhileWaiting: false };
    const answer = await stage.send('PATCH', '/api/rules/window-unattended', { params });
    expect(answer.json()).toMatchObject({ version: 2, enabled: true, params });
    expect(stage.alerts.open()).toMatchObject([{ severity: 'red', ruleVersion: 2, conditionSince: at(TEN) }]);
    await stage.alerts.stop();
    stage.alerts = await stage.boot();
    expect(stage.alerts.rules()[0]).toEqual(answer.json());
    expect(
      await stage.base.db.query(`SELECT version, made_by FROM alert_rule_version WHERE rule_id = 'window-unattended'`),
    ).toEqual([
      { version: 1, made_by: null },
      { version: 2, made_by: 'administrator' },
    ]);
  });

  it('of the flow of a hall change as well, and keep what is theirs alone', async () => {
    const ladder = [{ afterSec: 60, severity: 'blue' }];
    const full = { ladder, clearAfterSec: 0, perWindow: 2 };
    const paused = { ladder, clearAfterSec: 0, unplannedSec: 300 };
    expect((await stage.send('PATCH', '/api/rules/queue-overflow', { params: full })).json()).toMatchObject({
      params: full,
    });
    const answer = await stage.send('PATCH', '/api/rules/pause-overrun', { params: paused });
    expect(answer.json()).toMatchObject({ params: paused });
    stage.say({
      windows: [windowRow({ state: 'paused', since: at(stage.clock.now()), pausePlannedMin: 10 }), busy],
      queues: [queueRow({ waiting: 3, longestSince: at(stage.clock.now()) }), queueRow({ queueId: 'tax' })],
    });
    stage.clock.advance(minutes(1));
    expect(stage.alerts.open()).toMatchObject([{ kind: 'queue-overflow', queueId: 'soc', conditionSince: at(TEN) }]);
    stage.clock.advance(minutes(10));
    expect(stage.alerts.open()).toMatchObject([
      { kind: 'queue-overflow' },
      { kind: 'pause-overrun', windowId: 'w01', conditionSince: at(TEN + minutes(10)) },
    ]);
  });

  it('of cameras change as well: which events are listened to, and for how long they count', async () => {
    const params = {
      ...{ kinds: ['motion', 'digital-input'], ladder: [{ afterSec: 1, severity: 'blue' }] },
      ...{ clearAfterSec: 0, holdSec: 60 },
    };
    const answer = await stage.send('PATCH', '/api/rules/camera-event', { params });
    expect(answer.json()).toMatchObject({ version: 2, params });
    stage.cameraHeard.emit(tamper());
    stage.cameraHeard.emit(tamper({ kind: 'motion', topic: 'motion', active: null }));
    stage.clock.advance(59_999);
    expect(stage.alerts.open()).toMatchObject([{ severity: 'blue', facts: { event: 'motion' } }]);
    stage.clock.advance(1);
    expect(stage.alerts.open()).toEqual([]);
    const none = await stage.send('PATCH', '/api/rules/camera-event', { params: { ...params, kinds: [] } });
    expect(none.json().error.code).toBe('REQUEST_INVALID');
  });

  it('close their alerts when they are switched off or no longer hold in the hall', async () => {
    stage.walkOff();
    stage.clock.advance(minutes(5));
    await stage.send('PATCH', '/api/rules/window-unattended', { enabled: false });
    expect(stage.heard.at(-1)).toMatchObject({ status: 'closed', outcome: 'rule-disabled' });
    await stage.send('PATCH', '/api/rules/window-unattended', { enabled: true });
    expect(stage.heard.at(-1)).toMatchObject({ status: 'open', ruleVersion: 3 });
    await stage.send('PATCH', '/api/rules/window-unattended', { hallIds: [] });
    expect(stage.heard.at(-1)).toMatchObject({ status: 'closed', outcome: 'rule-disabled' });
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
    const answer = await stage.send('PATCH', '/api/rules/window-unattended', change);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error.code).toBe('REQUEST_INVALID');
    expect(stage.alerts.rules()[0]!.version).toBe(1);
  });

  it('are found by their name', async () => {
    expect((await stage.send('PATCH', '/api/rules/none', { enabled: true })).json().error.code).toBe('NOT_FOUND');
    expect((await stage.send('GET', '/api/rules')).json()).toEqual(stage.alerts.rules());
  });
});
