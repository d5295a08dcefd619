import type { AlertingEventKind, AlertRule } from '#contract/alerts.ts';

/** The translate function of vue-i18n, as much of it as is needed here. */
export type Translate = (key: string, params?: Record<string, unknown>) => string;

/** A span in words: 90 -> "1 min 30 s". */
export function durationText(seconds: number, t: Translate): string {
  const parts = [
    { n: Math.floor(seconds / 3600), key: 'rules.duration.h' },
    { n: Math.floor((seconds % 3600) / 60), key: 'rules.duration.min' },
    { n: seconds % 60, key: 'rules.duration.s' },
  ].filter(({ n }) => n > 0);
  return parts.length === 0 ? t('rules.duration.s', { n: 0 }) : parts.map(({ n, key }) => t(key, { n })).join(' ');
}

function eventsText(kinds: readonly AlertingEventKind[], t: Translate): string {
  return kinds.map((kind) => t(`rules.sentence.camera-event.kind.${kind}`)).join(t('rules.sentence.or'));
}

/** What a rule does, in one sentence: what it watches, each rung of its ladder, and when it clears. */
export function ruleSentence(rule: Pick<AlertRule, 'kind' | 'params'>, t: Translate): string {
  const { ladder, clearAfterSec } = rule.params;
  const key = `rules.sentence.${rule.kind}`;
  const rungs = ladder
    .map(({ afterSec, severity }) =>
      t(`${key}.rung`, { time: durationText(afterSec, t), severity: t(`rules.severity.${severity}`) }),
    )
    .join(t('rules.sentence.comma'));
  const when = t(
    'onlyWhileWaiting' in rule.params && rule.params.onlyWhileWaiting ? `${key}.whenWaiting` : `${key}.when`,
    {
      events: 'kinds' in rule.params ? eventsText(rule.params.kinds, t) : '',
      perWindow: 'perWindow' in rule.params ? rule.params.perWindow : 0,
      share: 'share' in rule.params ? Math.round(rule.params.share * 100) : 0,
      unplanned: durationText('unplannedSec' in rule.params ? rule.params.unplannedSec : 0, t),
    },
  );
  const clear = t(clearAfterSec === 0 ? `${key}.clearAtOnce` : `${key}.clearAfter`, {
    time: durationText(clearAfterSec, t),
    limit: durationText(ladder[0]?.afterSec ?? 0, t),
    hold: durationText('holdSec' in rule.params ? rule.params.holdSec : 0, t),
  });
  return t('rules.sentence.whole', { when, rungs, clear });
}
