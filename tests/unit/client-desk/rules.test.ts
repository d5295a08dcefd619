import { describe, expect, it } from 'vitest';
import { createI18n, type I18nOptions } from 'vue-i18n';
import { RuleKind, ruleParams, type AlertingEventKind, type AlertRule } from '../../../server/contract/alert-rules.ts';
import { checkParams, checkRule, nextRung, type Rung } from '../../../client/features/rules/ladder.ts';
import { messages } from '../../../client/features/rules/messages.ts';
import { paramFields } from '../../../client/features/rules/param-fields.ts';
import {
  durationText,
  handlingSentence,
  ruleSentence,
  scopeSentence,
  type Translate,
} from '../../../client/features/rules/rule-sentence.ts';

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
    clearAfterSec: 10,
    onlyWhileWaiting: true,
  },
};
const overtime: AlertRule = {
  id: 'wait-overtime',
  kind: 'wait-overtime',
  version: 1,
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
    clearAfterSec: 90,
  },
};

const ladder: Rung[] = [{ afterSec: 15, severity: 'yellow' }];
const base = {
  version: 1,
  enabled: true,
  places: null,
  hours: 'always' as const,
  escalation: null,
  telling: null,
  cardAllowed: false,
};
const event = (kinds: AlertingEventKind[], clearAfterSec: number): AlertRule => ({
  ...{ ...base, id: 'camera-event', kind: 'camera-event' },
  params: { kinds, ladder, clearAfterSec, holdSec: 30 },
});

describe('every kind of rule', () => {
  const worth: Record<string, unknown> = { onlyWhileWaiting: true, kinds: ['tamper'], share: 0.2 };
  /** A rule of this kind: nine in every parameter that has no better value. */
  const ruleOf = (kind: RuleKind, clearAfterSec: number) => {
    const names = Object.keys(ruleParams[kind].shape);
    const params = Object.fromEntries(names.map((name) => [name, worth[name] ?? 9]));
    return { kind, params: { ...params, ladder, clearAfterSec } } as Pick<AlertRule, 'kind' | 'params'>;
  };

  it.each(RuleKind.options)(
    '%s has a name, a field for each parameter, and a whole sentence in both languages',
    (kind) => {
      const rule = ruleOf(kind, 0);
      const own = Object.keys(rule.params).filter((name) => name !== 'ladder' && name !== 'clearAfterSec');
      expect(paramFields(rule.params).map(([name]) => name)).toEqual(own);
      for (const t of [zh, en]) {
        expect(t(`rules.kind.${kind}`)).not.toContain('rules.');
        for (const name of own) expect(t(`rules.param.${name}`)).not.toContain('rules.');
        for (const sentence of [ruleSentence(rule, t), ruleSentence(ruleOf(kind, 5), t)]) {
          expect(sentence).not.toMatch(/rules\.|[{}]|undefined/);
          // every parameter is said: each is nine of something, or has its own word
          const said = sentence.match(/\b9\b|90 ?秒|20 %|等候|people wait|遮挡|covered/g) ?? [];
          expect(said.length).toBeGreaterThanOrEqual(own.length);
        }
      }
    },
  );
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

  it('explains the rules about the flow of a hall', () => {
    const rules: AlertRule[] = [
      {
        ...{ ...base, id: 'queue-overflow', kind: 'queue-overflow' },
        params: { ladder, clearAfterSec: 60, perWindow: 10 },
      },
      { ...{ ...base, id: 'idle-with-queue', kind: 'idle-with-queue', params: { ladder, clearAfterSec: 0 } } },
      {
        ...{ ...base, id: 'pause-overrun', kind: 'pause-overrun' },
        params: { ladder, clearAfterSec: 0, unplannedSec: 900 },
      },
    ];
    expect(rules.map((rule) => ruleSentence(rule, en))).toEqual([
      'When more than 10 people wait for each staffed window of a queue (one, where none is staffed): yellow card after 15 s. Clears once the queue has been within the limit for 1 min.',
      'When a window is idle, its seat not empty, and people wait in a queue of it: yellow card after 15 s. Clears as soon as the window calls or nobody waits.',
      'When a window is paused for longer than planned (15 min, where nobody said how long): yellow card at 15 s over. Clears as soon as the pause is over.',
    ]);
    expect(rules.map((rule) => ruleSentence(rule, zh))).toEqual([
      '队列等候人数超过每个在办窗口 10 人（无人办理时按一个窗口计），满 15 秒发黄牌；等候人数降至限度以内满 1 分钟后解除。',
      '窗口空闲、座席未空，而其队列有人等候，满 15 秒发黄牌；窗口叫号或无人等候即解除。',
      '窗口暂停超过原定时间（未说明时长的按 15 分钟计），超出 15 秒发黄牌；暂停结束即解除。',
    ]);
    expect(checkRule(rules[0]!)).toMatchObject({ ok: true, data: { params: { perWindow: 10 } } });
  });

  it('says where and when it holds, and what follows', () => {
    const rule = { ...overtime, hours: 'opening' as const };
    expect(scopeSentence(rule, null, en)).toBe('Holds in every hall, in opening hours.');
    expect(scopeSentence(rule, ['Civic hall', 'Tax hall 03'], zh)).toBe(
      '仅在Civic hall、Tax hall 03，大厅开放时间内生效。',
    );
    expect(scopeSentence(rule, [], zh)).toBe('不适用于任何地方。');
    expect(handlingSentence({ escalation: null, cardAllowed: false }, en)).toBe('No card follows.');
    expect(handlingSentence({ escalation: { afterSec: 600, levelUp: true }, cardAllowed: true }, zh)).toBe(
      '10 分钟无人确认即上报并提高一级。 属实后可追责。',
    );
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
    expect(checkRule({ ...overtime, places: [] })).toMatchObject({
      ok: false,
      fields: { places: { key: 'chooseOne' } },
    });
    expect(checkRule({ ...overtime, places: [{ of: 'hall', hallId: 'civic' }] })).toEqual({
      ok: true,
      data: {
        enabled: true,
        places: [{ of: 'hall', hallId: 'civic' }],
        hours: 'always',
        escalation: null,
        telling: null,
        cardAllowed: false,
        params: overtime.params,
      },
    });
    expect(checkRule({ ...overtime, escalation: { afterSec: 0, levelUp: true } })).toMatchObject({
      ok: false,
      fields: { 'escalation.afterSec': { key: 'tooSoon' } },
    });
  });
});
