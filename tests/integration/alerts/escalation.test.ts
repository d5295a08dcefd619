import { describe, expect, it } from 'vitest';
import type { Telling } from '#contract/telling.ts';
import { at, minutes, TEN } from '../../helpers/hall-fixture.ts';
import { quiet, useAlertsStage } from './stage.ts';

describe('escalation', () => {
  const stage = useAlertsStage();
  const escalations = () => stage.heard.filter(({ lastAct }) => lastAct.act === 'escalate');
  const rule = (escalation: { afterSec: number; levelUp: boolean } | null) =>
    stage.alerts.changeRule(
      'window-unattended',
      {
        escalation,
        params: { ladder: [{ afterSec: 300, severity: 'blue' }], clearAfterSec: 15, onlyWhileWaiting: true },
      },
      'admin',
    );

  it('comes once, at its time, when nobody acknowledges; and again only after somebody did', async () => {
    await rule({ afterSec: 180, levelUp: true });
    const { id } = await stage.raised();
    stage.clock.advance(minutes(3) - 1);
    expect(escalations()).toEqual([]);
    stage.clock.advance(1);
    expect(escalations()).toMatchObject([
      { id, severity: 'yellow', status: 'open', escalatedAt: at(TEN + minutes(8)) },
    ]);
    stage.clock.advance(minutes(10));
    expect(escalations()).toHaveLength(1);
    const seen = await stage.alerts.act(id, { act: 'acknowledge', revision: 2, note: null }, 'li');
    expect(seen).toMatchObject({ escalatedAt: null, severity: 'yellow' });
    stage.clock.advance(minutes(10));
    expect(escalations()).toHaveLength(1);
  });

  it('fires at its time after a kill, and at once where that passed meanwhile; never twice', async () => {
    await rule({ afterSec: 180, levelUp: false });
    await stage.raised();
    await stage.alerts.stop();
    stage.clock.advance(minutes(1));
    stage.alerts = await stage.boot();
    stage.clock.advance(minutes(2) - 1);
    expect(escalations()).toEqual([]);
    stage.clock.advance(1);
    expect(escalations()).toMatchObject([{ severity: 'blue', escalatedAt: at(TEN + minutes(8)) }]);
    await stage.alerts.stop();
    stage.alerts = await stage.boot();
    stage.clock.advance(minutes(5));
    expect(escalations()).toHaveLength(1);
    stage.comeBack();
    stage.clock.advance(15_000);
    await stage.raised();
    await stage.alerts.stop();
    stage.clock.advance(minutes(60));
    stage.alerts = await stage.boot();
    expect(escalations()).toMatchObject([{}, { escalatedAt: at(stage.clock.now()) }]);
  });

  it('follows a change of its rule', async () => {
    await rule(null);
    await stage.raised();
    stage.clock.advance(minutes(5));
    expect(escalations()).toEqual([]);
    await rule({ afterSec: 60, levelUp: false });
    expect(escalations()).toHaveLength(1);
  });
});

describe('an alert that is told beside the wall', () => {
  const stage = useAlertsStage();
  const telling: Telling = {
    from: 'blue',
    to: [{ outputId: 'mail', recipients: [] }],
    ...{ repeatSec: 600, end: true, zh: null, en: null },
  };

  it('is put down with each act that is stored, and again as its rule says for as long as nobody acknowledges', async () => {
    const put: string[] = [];
    const again = new Set<string>();
    stage.notices = {
      ...quiet,
      has: (outputId) => outputId === 'mail',
      put: async (_db, _alert, acts, rule) => {
        if (rule.id === 'window-unattended') put.push(...acts.map(({ act }) => act));
      },
      again: async (alert, _rule, instant) => void again.add(`${alert.severity} ${at(instant)}`),
    };
    await stage.alerts.stop();
    stage.alerts = await stage.boot();
    const change = { telling: { ...telling, to: [{ outputId: 'none', recipients: [] }] } };
    expect((await stage.send('PATCH', '/api/rules/window-unattended', change)).statusCode).toBe(400);
    await stage.alerts.changeRule('window-unattended', { telling }, 'admin');
    const { id } = await stage.raised();
    const raisedAt = stage.clock.now();
    // it gets graver meanwhile, and waits anew since then; it is escalated at the very instant
    stage.clock.advance(minutes(15) - 1);
    expect([...again]).toEqual([]);
    stage.clock.advance(1);
    expect([...again]).toEqual([`yellow ${at(raisedAt + minutes(15))}`]);
    await stage.alerts.stop();
    stage.clock.advance(minutes(25));
    stage.alerts = await stage.boot();
    // what fell into the time without a program is told once; the last one may be asked for again
    expect([...again]).toEqual([15, 35].map((n) => `yellow ${at(raisedAt + minutes(n))}`));
    const { revision } = stage.alerts.open()[0]!;
    await stage.alerts.act(id, { act: 'acknowledge', revision, note: null }, 'li');
    stage.clock.advance(minutes(30));
    expect(again.size).toBe(2);
    expect(put).toEqual(['raise', 'climb', 'escalate', 'acknowledge']);
  });
});

describe('a rule that holds in opening hours', () => {
  const stage = useAlertsStage();

  it('counts from the opening, is over at the close, and follows the calendar', async () => {
    stage.spans = [{ from: TEN + minutes(10), until: TEN + minutes(30) }];
    stage.calendarChanged.emit(null);
    stage.walkOff();
    stage.clock.advance(minutes(15) - 1);
    expect(stage.heard).toEqual([]);
    stage.clock.advance(1);
    expect(stage.alerts.open()).toMatchObject([{ kind: 'window-unattended', conditionSince: at(TEN + minutes(10)) }]);
    stage.clock.advance(minutes(15) + 15_000);
    expect(stage.alerts.open()).toEqual([]);
    expect(stage.heard.at(-1)).toMatchObject({ outcome: 'cleared', clearedAt: at(TEN + minutes(30)) });
    stage.spans = [{ from: TEN, until: TEN + minutes(120) }];
    stage.calendarChanged.emit('hall-a');
    stage.clock.advance(250);
    expect(stage.alerts.open()).toMatchObject([{ kind: 'window-unattended' }, { kind: 'wait-overtime' }]);
  });
});
