import { describe, expect, it } from 'vitest';
import { createI18n, type I18nOptions } from 'vue-i18n';
import { ActKind, type AlertAct, type AlertStatus, type Verdict } from '#contract/alert-acts.ts';
import type { AlertLoad } from '#contract/alert-load.ts';
import { SilenceScope } from '#contract/alert-silences.ts';
import { keyActs } from '../../../client/features/alerts/act-keys.ts';
import { actText } from '../../../client/features/alerts/act-text.ts';
import { loadFigures } from '../../../client/features/alerts/load-figures.ts';
import { messages } from '../../../client/features/alerts/messages.ts';
import { scopeText } from '../../../client/features/alerts/scope-text.ts';
import { pageQuery, type Filter } from '../../../client/features/alerts/use-history.ts';
import type { Translate } from '../../../client/wall/alert-text.ts';
import { actOf } from '../../../server/features/alerts/handling.ts';
import { alertOf } from '../../helpers/alert-fixture.ts';
import { hall } from '../../helpers/hall-fixture.ts';

const options: I18nOptions = { legacy: false, locale: 'en', messages: messages as never, missingWarn: false };
const { t } = (createI18n(options) as unknown as { global: { t: Translate } }).global;

describe('what can be done with an alert by a key', () => {
  it('goes forward only, and judges what is closed', () => {
    const keys = (status: AlertStatus, verdict: Verdict | null = null) =>
      keyActs({ status, verdict })
        .map(({ key }) => key)
        .join('');
    expect(keys('open')).toBe('AHCX');
    expect(keys('acknowledged')).toBe('HCX');
    expect(keys('handled')).toBe('CX');
    expect(keys('closed')).toBe('CX');
    expect(keys('closed', 'confirmed')).toBe('X');
  });
});

describe('words of alerts', () => {
  it('say every act', () => {
    const row = (act: AlertAct['act']) => ({ ...actOf(alertOf(), null), act, assignedTo: 'li' });
    for (const act of ActKind.options) expect(actText(row(act), t)).not.toContain('alerts.');
    expect(actText(row('assign'), t)).toBe('gave it to li');
  });

  it('name what a silence covers', () => {
    const scope = SilenceScope.parse({ hallId: hall.id, windowId: 'w01' });
    const places = { halls: new Map([[hall.id, hall]]), cameras: new Map() };
    const say: Translate = (key, params) => `${key} ${String(params.label ?? '')}`;
    expect(scopeText(scope, places, 'en', say)).toBe('test · wall.windows.number 01');
  });
});

describe('a page of the history', () => {
  const filter: Filter = { status: [], severity: [], hallId: null, ruleId: null, hours: null };
  it('is asked for by what is chosen alone', () => {
    expect(pageQuery(filter, 0, null)).toBe('');
    const chosen: Filter = { ...filter, status: ['open', 'handled'], severity: ['red'], hallId: 'a', hours: 1 };
    expect(Object.fromEntries(new URLSearchParams(pageQuery(chosen, 3600_000, '01X')))).toEqual({
      ...{ status: 'open,handled', severity: 'red', hallId: 'a', before: '01X' },
      from: '1970-01-01T00:00:00.000Z',
    });
  });
});

describe('figures of the load', () => {
  const none: AlertLoad = {
    ...{ from: '', until: '', calls: 0, operators: [], callsPerTenMinutes: 0, floodShare: 0, unseen: 0 },
    ...{ chattering: 0, fleeting: 0, stale: 0, rules: [], raised: { blue: 0, yellow: 0, red: 0 } },
    ...{ acknowledgeSec: { median: null, p90: null }, clearSec: { median: 61, p90: 90 } },
  };
  it('say which are not as they should be', () => {
    const off = (load: AlertLoad) =>
      loadFigures(load)
        .filter((each) => each.off)
        .map(({ key }) => key);
    expect(off(none)).toEqual([]);
    expect(off({ ...none, callsPerTenMinutes: 2, floodShare: 0.01, stale: 1 })).toEqual(['rate', 'flood', 'stale']);
    expect(loadFigures(none).find(({ key }) => key === 'clear')).toMatchObject({ text: '1:01 / 1:30' });
    for (const { key } of loadFigures(none)) expect(t(`alerts.load.${key}.name`, {})).not.toContain('alerts.');
  });
});
