import { describe, expect, it } from 'vitest';
import { createI18n, type I18nOptions } from 'vue-i18n';
import type { AlertRule } from '../../../server/contract/alerts.ts';
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
