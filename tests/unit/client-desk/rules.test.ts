import { describe, expect, it } from 'vitest';
import { createI18n, type I18nOptions } from 'vue-i18n';
import type { AlertingEventKind, AlertRule } from '../../../server/contract/alerts.ts';
import { checkParams, checkRule, nextRung, type Rung } from '../../../client/features/rules/ladder.ts';
import { messages } from '../../../client/features/rules/messages.ts';
import { durationText, ruleSentence, type Translate } from '../../../client/features/rules/rule-sentence.ts';

function translate(language: 'zh-CN' | 'en'): Translate {
  const options: I18nOptions = { legacy: false, locale: language, messages: messages as never };
  const { global } = createI18n(options) as unknown as { global: { t: Translate } };
  return global.t;
}
const [zh, en] = [translate('zh-CN'), translate('en')];

const unattended: AlertRule = {
  id: 'window-unattended',
  kind: 'window-unattended',
  version: 1,
  enabled: true,
  hallIds: null,
  params: {
    ladder: [
      { afterSec: 300, severity: 'blue' },
      { afterSec: 600, severity: 'yellow' },
    ],
    clearAfterSec: 10,
    onlyWhileWaiting: true,
  },
};
const overtime: AlertRule = {
  id: 'wait-overtime',
  kind: 'wait-overtime',
  version: 1,
  enabled: true,
  hallIds: null,
  params: {
    ladder: [
      { afterSec: 1200, severity: 'yellow' },
      { afterSec: 1800, severity: 'red' },
    ],
    clearAfterSec: 90,
  },
};

const ladder: Rung[] = [{ afterSec: 15, severity: 'yellow' }];
const base = { version: 1, enabled: true, hallIds: null };
const event = (kinds: AlertingEventKind[], clearAfterSec: number): AlertRule => ({
  ...{ ...base, id: 'camera-event', kind: 'camera-event' },
  params: { kinds, ladder, clearAfterSec, holdSec: 30 },
});

describe('a rule in one sentence', () => {
  it('explains an unattended window', () => {
    expect(ruleSentence(unattended, en)).toBe(
      'When a window is open, people wait and its seat is empty: blue reminder after 5 min, yellow card after 10 min. Clears once the seat has been occupied again for 10 s.',
    );
    expect(ruleSentence(unattended, zh)).toBe(
      '窗口已开放、有人等候而座席无人，满 5 分钟发蓝色提醒，满 10 分钟发黄牌；座席重新有人满 10 秒后解除。',
    );
  });

  it('follows its parameters', () => {
    const changed = { ...unattended, params: { ...unattended.params, onlyWhileWaiting: false, clearAfterSec: 0 } };
    expect(ruleSentence(changed, en)).toBe(
      'When a window is open and its seat is empty: blue reminder after 5 min, yellow card after 10 min. Clears as soon as the seat is occupied again.',
    );
    expect(ruleSentence(changed, zh)).toBe(
      '窗口已开放而座席无人，满 5 分钟发蓝色提醒，满 10 分钟发黄牌；座席重新有人即解除。',
    );
  });

  it('explains an overlong wait', () => {
    expect(ruleSentence(overtime, en)).toBe(
      'When anyone in a queue waits too long: yellow card over 20 min, red card over 30 min. Clears once nobody has waited over 20 min for 1 min 30 s.',
    );
    expect(ruleSentence(overtime, zh)).toBe(
      '队列中有人等候过久，超过 20 分钟发黄牌，超过 30 分钟发红牌；不再有人等候超过 20 分钟，且保持 1 分钟 30 秒后解除。',
    );
  });

  it('explains the rules about cameras', () => {
    const offline: AlertRule = {
      ...{ ...base, id: 'camera-offline', kind: 'camera-offline', params: { ladder, clearAfterSec: 5 } },
    };
    expect(ruleSentence(offline, en)).toBe(
      'When a camera that is switched on gives no pictures, by day or night: yellow card after 15 s. Clears once pictures have come again for 5 s.',
    );
    expect(ruleSentence(offline, zh)).toBe(
      '已启用的摄像机没有画面（昼夜都算），满 15 秒发黄牌；画面恢复满 5 秒后解除。',
    );
    const fault: AlertRule = {
      ...{ ...base, id: 'picture-fault', kind: 'picture-fault', params: { ladder, clearAfterSec: 0 } },
    };
    expect(ruleSentence(fault, en)).toContain('Clears as soon as the picture is in order');
    expect(ruleSentence(fault, zh)).toContain('图像诊断判定画面异常，满 15 秒发黄牌');
  });

  it('names the events that it listens for, and how long one without a duration counts', () => {
    expect(ruleSentence(event(['tamper', 'motion'], 10), en)).toBe(
      'When a camera reports by itself that it is covered, turned away or damaged or that something moves: yellow card after 15 s. Clears once the report has been over for 10 s; a report without a duration counts for 30 s.',
    );
    expect(ruleSentence(event(['digital-input'], 0), zh)).toBe(
      '摄像机自行报告报警输入触发，满 15 秒发黄牌；报告结束即解除；没有持续状态的报告按 30 秒计。',
    );
  });

  it('writes spans in hours, minutes and seconds', () => {
    expect([0, 59, 60, 90, 3600, 3661].map((seconds) => durationText(seconds, en))).toEqual([
      '0 s',
      '59 s',
      '1 min',
      '1 min 30 s',
      '1 h',
      '1 h 1 min 1 s',
    ]);
  });
});

describe('a ladder', () => {
  const wrong = (ladder: Rung[]) => {
    const checked = checkParams('wait-overtime', { ladder, clearAfterSec: 0 });
    return checked.ok ? {} : Object.fromEntries(Object.entries(checked.fields).map(([path, { key }]) => [path, key]));
  };

  it('rises in time and in severity', () => {
    expect(wrong(overtime.params.ladder)).toEqual({});
    expect(
      wrong([
        { afterSec: 600, severity: 'blue' },
        { afterSec: 600, severity: 'yellow' },
      ]),
    ).toEqual({ 'ladder.1.afterSec': 'mustRiseInTime' });
    expect(
      wrong([
        { afterSec: 600, severity: 'red' },
        { afterSec: 900, severity: 'yellow' },
      ]),
    ).toEqual({ 'ladder.1.severity': 'mustRiseInSeverity' });
  });

  it('of camera events listens for something', () => {
    expect(checkRule(event([], 0))).toMatchObject({ ok: false, fields: { 'params.kinds': { key: 'tooFew' } } });
    expect(checkRule(event(['tamper'], 0))).toMatchObject({ ok: true });
  });

  it('has rungs, each later than nothing', () => {
    expect(wrong([])).toEqual({ ladder: 'tooFew' });
    expect(wrong([{ afterSec: 0, severity: 'blue' }])).toEqual({ 'ladder.0.afterSec': 'mustExceed' });
  });

  it('grows up to red', () => {
    expect(nextRung([])).toEqual({ afterSec: 300, severity: 'blue' });
    expect(nextRung([{ afterSec: 300, severity: 'blue' }])).toEqual({ afterSec: 600, severity: 'yellow' });
    expect(nextRung(overtime.params.ladder)).toBeUndefined();
  });

  it('belongs to a rule that applies somewhere', () => {
    expect(checkRule({ ...overtime, hallIds: [] })).toMatchObject({
      ok: false,
      fields: { hallIds: { key: 'chooseOne' } },
    });
    expect(checkRule({ ...overtime, hallIds: ['civic'] })).toEqual({
      ok: true,
      data: { enabled: true, hallIds: ['civic'], params: overtime.params },
    });
  });
});
