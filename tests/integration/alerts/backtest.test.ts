import { describe, expect, it } from 'vitest';
import { BacktestAnswer } from '#contract/backtest.ts';
import { insertEvents } from '../../../server/features/terminals/event-rows.ts';
import type { Statement } from '../../../server/features/terminals/stored-event.ts';
import { at, hall, minutes, TEN } from '../../helpers/hall-fixture.ts';
import { useAlertsStage } from './stage.ts';

describe('a rule over recorded history', () => {
  const stage = useAlertsStage();
  let count = 0;

  /** What the log holds of window w01, minutes after ten. */
  const log = (...events: [minute: number, body: Statement][]) =>
    insertEvents(
      stage.base.db,
      events.map(([minute, body]) => {
        const when = TEN + minutes(minute);
        count += 1;
        return {
          ...{ id: `backtest-${count}`, hallId: hall.id, kind: 'caller' as const, deviceId: 'w01', windowId: 'w01' },
          ...{ channel: 'evt' as const, sid: 's', seq: count, body, backfilled: false, misdated: false },
          ...{ occurredAt: when, at: when, receivedAt: when },
        };
      }),
    );
  const paused: Statement = { type: 'window.paused', window: 'w01', reason: '喝水', plannedMin: 5 };
  const resumed: Statement = { type: 'window.resumed', window: 'w01' };
  const ask = async (change: object, ruleId = 'pause-overrun') => {
    const span = { from: at(TEN), until: at(TEN + minutes(90)) };
    return stage.send('POST', `/api/rules/${ruleId}/backtests`, { ...span, change });
  };

  it('gives what it would have raised beside what was raised, and raises nothing', async () => {
    await log([10, paused], [20, resumed], [40, paused], [46, resumed]);
    // what was raised then: the live engine sees the first pause as the log has it
    stage.clock.advance(minutes(10));
    stage.pause(5);
    stage.clock.advance(minutes(10));
    stage.comeBack();
    stage.clock.advance(minutes(80));
    const before = stage.heard.length;

    const asItIs = BacktestAnswer.parse((await ask({})).json());
    expect(asItIs).toMatchObject({ halls: 1, events: 4, would: 1, was: 1, both: 1 });
    expect(asItIs.rows).toEqual([
      {
        ...{ hallId: hall.id, windowId: 'w01', queueId: null, ticketId: null, cameraIds: ['cam-1', 'cam-2'] },
        would: {
          ...{ severity: 'blue', conditionSince: at(TEN + minutes(15)), raisedAt: at(TEN + minutes(17)) },
          clearedAt: at(TEN + minutes(20)),
        },
        was: { alertId: stage.heard[0]!.id, severity: 'blue', raisedAt: at(TEN + minutes(17)) },
      },
    ]);

    const ladder = [{ afterSec: 30, severity: 'yellow' }];
    const stricter = BacktestAnswer.parse(
      (await ask({ params: { ladder, clearAfterSec: 0, unplannedSec: 900 } })).json(),
    );
    expect(stricter).toMatchObject({ would: 2, was: 1, both: 1 });
    expect(stricter.rows[0]).toMatchObject({ would: { severity: 'yellow' }, was: null });

    const laxer = [{ afterSec: 3600, severity: 'yellow' }];
    const none = BacktestAnswer.parse(
      (await ask({ params: { ladder: laxer, clearAfterSec: 0, unplannedSec: 900 } })).json(),
    );
    expect(none).toMatchObject({ would: 0, was: 1, both: 0, rows: [{ would: null, was: { severity: 'blue' } }] });
    expect(stage.heard).toHaveLength(before);
  });

  it('is refused for a change that does not fit, and for what the log does not hold', async () => {
    expect((await ask({ params: { ladder: [], clearAfterSec: 0 } })).statusCode).toBe(400);
    expect((await ask({}, 'camera-offline')).json()).toMatchObject({ error: { code: 'REQUEST_INVALID' } });
    expect((await ask({}, 'no-such-rule')).json()).toMatchObject({ error: { code: 'NOT_FOUND' } });
    const long = { from: at(TEN - minutes(60 * 24 * 40)), until: at(TEN) };
    expect((await stage.send('POST', '/api/rules/pause-overrun/backtests', long)).statusCode).toBe(400);
  });
});
