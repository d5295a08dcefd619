import { describe, expect, it } from 'vitest';
import { Emitter } from '#lib/emitter.ts';
import type { DeadOutput } from '../../../server/features/alerts/ports.ts';
import { at, hall, minutes, tamper, TEN } from '../../helpers/hall-fixture.ts';
import { quiet, useAlertsStage } from './stage.ts';

describe('alerts', () => {
  const stage = useAlertsStage();

  it('keeps one row from raise to close, and one for each thing that happened to it', async () => {
    const { id } = await stage.raised();
    stage.clock.advance(minutes(1));
    await stage.alerts.act(id, { act: 'acknowledge', revision: 1, note: null }, 'li');
    expect(await stage.base.db.query('SELECT status, acknowledged_by FROM alert')).toEqual([
      { status: 'acknowledged', acknowledged_by: 'li' },
    ]);
    stage.comeBack();
    stage.clock.advance(15_000);
    expect(stage.heard.map(({ status }) => status)).toEqual(['open', 'acknowledged', 'closed']);
    const { alert, acts } = await stage.alerts.story(id);
    expect(alert).toEqual(stage.heard.at(-1));
    expect(acts.map(({ revision, act, by, status, at }) => [revision, act, by, status, at])).toEqual([
      [1, 'raise', null, 'open', at(TEN + minutes(5))],
      [2, 'acknowledge', 'li', 'acknowledged', at(TEN + minutes(6))],
      [3, 'end', null, 'closed', at(TEN + minutes(6) + 15_000)],
    ]);
    expect(await stage.rows()).toEqual([
      { id, status: 'closed', severity: 'blue', outcome: 'cleared', subject: 'hall-a/window:w01' },
    ]);
  });

  it('goes on after a kill: the same row, read as it was written', async () => {
    const { id } = await stage.raised();
    const open = await stage.alerts.act(id, { act: 'acknowledge', revision: 1, note: null }, 'li');
    const killed = await stage.kill();
    expect(stage.alerts.open()).toEqual([open]);
    expect(stage.heard).toHaveLength(2);
    await killed.stop();
    stage.clock.advance(minutes(5));
    expect(stage.alerts.open()).toMatchObject([{ id, severity: 'yellow', status: 'open' }]);
    expect(await stage.rows()).toMatchObject([{ id, severity: 'yellow' }]);
  });

  it('tells a hall that its alerts do not get out, over a restart until they do', async () => {
    let dead: DeadOutput[] | null = [];
    const deadChanged = new Emitter<string>();
    stage.notices = { ...quiet, deadOf: () => dead, deadChanged };
    await (await stage.kill()).stop();
    const become = (state: typeof dead) => {
      dead = state;
      deadChanged.emit(hall.id);
      stage.clock.advance(1000);
    };
    become([{ name: 'Mail', since: TEN - 6000, code: 'OUTPUT_UNREACHABLE' }]);
    expect(stage.alerts.open()).toMatchObject([
      {
        kind: 'output-dead',
        severity: 'yellow',
        facts: { outputs: 'Mail', code: 'OUTPUT_UNREACHABLE' },
        cameraIds: [],
      },
    ]);
    expect(await stage.rows()).toHaveLength(1);
    // nobody has tried again yet
    dead = null;
    await (await stage.kill()).stop();
    expect(stage.alerts.open()).toHaveLength(1);
    become([]);
    expect(stage.alerts.open()).toEqual([]);
  });

  it('keeps an alert about a camera as one row, over a restart until it is cleared', async () => {
    stage.cameraIs('offline', [{ code: 'CAMERA_UNREACHABLE', detail: 'connection refused' }]);
    stage.clock.advance(15_000);
    const [open] = stage.alerts.open();
    expect(open).toMatchObject({
      ...{ kind: 'camera-offline', cameraId: 'cam-1', windowId: null, queueId: null },
      ...{ facts: { code: 'CAMERA_UNREACHABLE', detail: 'connection refused' }, cameraIds: ['cam-2', 'cam-1'] },
    });
    await stage.alerts.stop();
    stage.cameraIs('connecting');
    stage.alerts = await stage.boot();
    expect(stage.alerts.open()).toEqual([open]);
    stage.cameraIs('live');
    stage.clock.advance(5000);
    expect(await stage.rows()).toEqual([
      { id: open!.id, status: 'closed', severity: 'yellow', outcome: 'cleared', subject: 'hall-a/camera:cam-1' },
    ]);
  });

  it('keeps alerts of several rules about one camera apart', async () => {
    stage.cameraIs('degraded', [{ code: 'CAMERA_PICTURE_FAULT', detail: 'covered' }]);
    stage.cameraHeard.emit(tamper());
    stage.clock.advance(minutes(1));
    await stage.alerts.stop();
    expect(await stage.base.db.query('SELECT rule_id, subject, facts FROM alert ORDER BY rule_id')).toEqual([
      { rule_id: 'camera-event', subject: 'hall-a/camera:cam-1', facts: { event: 'tamper', source: 'VideoSource_1' } },
      { rule_id: 'picture-fault', subject: 'hall-a/camera:cam-1', facts: { faults: 'covered' } },
    ]);
  });

  it('cannot have two open alerts about one subject, even from two programs', async () => {
    const other = await stage.boot();
    stage.walkOff();
    stage.clock.advance(minutes(5));
    expect(stage.heard).toHaveLength(2);
    await other.stop();
    expect(await stage.rows()).toHaveLength(1);
  });

  it('tells the wall while the database is away, and stores when it is back', async () => {
    stage.away = true;
    stage.walkOff();
    stage.clock.advance(minutes(5));
    const { id } = stage.alerts.open()[0]!;
    const seen = { act: 'acknowledge', revision: 1, note: null } as const;
    expect(await stage.alerts.act(id, seen, 'li')).toMatchObject({ status: 'acknowledged' });
    expect(stage.problems.get('alerts')).toMatchObject({ code: 'DATABASE_UNREACHABLE' });
    stage.away = false;
    const back = new Promise<void>((resolve) => stage.problems.onChange(() => resolve()));
    stage.clock.advance(500);
    await back;
    expect(stage.problems.list()).toEqual([]);
    expect(await stage.rows()).toMatchObject([{ id, status: 'acknowledged' }]);
  });
});
