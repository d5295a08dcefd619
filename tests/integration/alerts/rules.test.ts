import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { RuleVersion } from '#contract/alert-rules.ts';
import { at, hall, minutes, queueRow, tamper, TEN, terminalRow, windowRow } from '../../helpers/hall-fixture.ts';
import { shippedRules } from '../../helpers/shipped-rules.ts';
import { busy, useAlertsStage } from './stage.ts';

const everywhere = () => true;

describe('alert rules', () => {
  const stage = useAlertsStage();

  it('ship with their defaults', () => {
    expect(stage.alerts.rules(everywhere)).toEqual(shippedRules);
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
    expect(stage.alerts.rules(everywhere)[0]).toEqual(answer.json());
    expect(
      await stage.base.db.query(`SELECT version, made_by FROM alert_rule_version WHERE rule_id = 'window-unattended'`),
    ).toEqual([
      { version: 1, made_by: null },
      { version: 2, made_by: 'administrator' },
    ]);
  });

  it('keep their versions, each with who made it and when', async () => {
    await stage.send('PATCH', '/api/rules/early-close', { enabled: false });
    await stage.send('PATCH', '/api/rules/early-close', { enabled: true, hours: 'always' });
    const versions = z.array(RuleVersion).parse((await stage.send('GET', '/api/rules/early-close/versions')).json());
    expect(versions.map(({ rule, madeBy }) => [rule.version, rule.enabled, rule.hours, madeBy])).toEqual([
      [3, true, 'always', 'administrator'],
      [2, false, 'opening', 'administrator'],
      [1, true, 'opening', null],
    ]);
    expect(versions[2]!.rule).toEqual(shippedRules.find(({ id }) => id === 'early-close'));
    expect((await stage.send('GET', '/api/rules/none/versions')).statusCode).toBe(404);
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

  it('of reviews raise one for each bad score, kept in its row, and once over a restart', async () => {
    const rated = (tid: string, score: number) =>
      stage.happens({
        ...{ id: tid, hallId: 'hall-a', deviceId: 'w01', windowId: 'w01', at: stage.clock.now(), backfilled: false },
        body: { type: 'rating.submitted', tid, window: 'w01', score, tags: [], via: 'rater' },
      });
    rated('t1', 1);
    rated('t2', 4);
    rated('t3', 2);
    stage.clock.advance(2_000);
    // both in one look: which comes first says nothing
    const open = () => stage.alerts.open().map(({ kind, windowId, ticketId }) => `${kind} ${windowId} ${ticketId}`);
    expect(open().sort()).toEqual(['bad-review w01 t1', 'bad-review w01 t3']);
    await stage.alerts.stop();
    await stage.kill();
    expect(open().sort()).toEqual(['bad-review w01 t1', 'bad-review w01 t3']);
    stage.clock.advance(minutes(31));
    const rows = (await stage.rows()).map(({ status, outcome, subject }) => `${subject} ${status} ${outcome}`);
    expect(rows.sort()).toEqual(['hall-a/ticket:t1 closed cleared', 'hall-a/ticket:t3 closed cleared']);
  });

  it('of terminals raise one for a lost terminal, and go on after its return', async () => {
    stage.terminalIs(terminalRow());
    stage.clock.advance(minutes(1));
    stage.terminalIs(terminalRow({ link: 'lost' }));
    stage.clock.advance(minutes(2));
    expect(stage.alerts.open()).toMatchObject([
      {
        kind: 'terminal-offline',
        terminalId: 'caller/w01',
        windowId: 'w01',
        severity: 'blue',
        conditionSince: at(TEN + minutes(1)),
      },
    ]);
    stage.terminalIs(terminalRow({ lastHeardAt: at(stage.clock.now()) }));
    stage.clock.advance(6_000);
    expect(stage.alerts.open()).toEqual([]);
    // online, and it says nothing more
    stage.clock.advance(minutes(4));
    expect(stage.alerts.open()).toMatchObject([{ kind: 'terminal-silent', terminalId: 'caller/w01' }]);
    expect((await stage.rows()).map(({ subject }) => subject)).toEqual(Array(2).fill('hall-a/terminal:caller/w01'));
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
    await stage.send('PATCH', '/api/rules/window-unattended', { places: [] });
    expect(stage.heard.at(-1)).toMatchObject({ status: 'closed', outcome: 'rule-disabled' });
  });

  it('hold in a region, at a window or for a camera alone, and are told of places that one sees', async () => {
    stage.walkOff();
    stage.clock.advance(minutes(5));
    const rule = '/api/rules/window-unattended';
    const w02 = { of: 'window', hallId: 'hall-a', windowId: 'w02' };
    await stage.send('PATCH', rule, { places: [w02] });
    expect(stage.heard.at(-1)).toMatchObject({ status: 'closed', outcome: 'rule-disabled', windowId: 'w01' });
    const both = [w02, { of: 'region', regionId: hall.regionId }];
    await stage.send('PATCH', rule, { places: both });
    expect(stage.heard.at(-1)).toMatchObject({ status: 'open', windowId: 'w01' });
    expect(stage.alerts.rules(everywhere)[0]).toMatchObject({ places: both, cardAllowed: true });
    expect(stage.alerts.rules(() => false)[0]).toMatchObject({ places: [] });
    await stage.send('PATCH', '/api/rules/camera-event', {
      places: [{ of: 'camera', hallId: 'hall-a', cameraId: 'cam-1' }],
    });
    stage.cameraHeard.emit(tamper());
    stage.clock.advance(minutes(1));
    expect(stage.alerts.open().map(({ kind }) => kind)).toEqual(['window-unattended', 'camera-event']);
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
    ['a window that is not there', { places: [{ of: 'window', hallId: 'hall-a', windowId: 'w99' }] }],
    ['a camera, as it is about windows', { places: [{ of: 'camera', hallId: 'hall-a', cameraId: 'cam-1' }] }],
    ['a hall that is not there', { places: [{ of: 'hall', hallId: 'elsewhere' }] }],
  ])('refuse %s', async (_what, change) => {
    const answer = await stage.send('PATCH', '/api/rules/window-unattended', change);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error.code).toBe('REQUEST_INVALID');
    expect(stage.alerts.rules(everywhere)[0]!.version).toBe(1);
  });

  it('are found by their name', async () => {
    expect((await stage.send('PATCH', '/api/rules/none', { enabled: true })).json().error.code).toBe('NOT_FOUND');
    expect((await stage.send('GET', '/api/rules')).json()).toEqual(stage.alerts.rules(everywhere));
  });
});
