import type { AlertingEventKind, AlertRule } from '#contract/alert-rules.ts';
import type { Output } from '#contract/outputs.ts';
import type { Telling } from '#contract/telling.ts';

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

/** The parameters of a rule as its sentence names them: spans in words, shares in per cent, events by name. */
function wordsOf(params: AlertRule['params'], t: Translate): Record<string, unknown> {
  const words = Object.entries(params).map(([name, value]): [string, unknown] => {
    if (name === 'share') return [name, Math.round(value * 100)];
    if (name === 'kinds') return ['events', eventsText(value, t)];
    if (name === 'limitSec') return ['limitOff', durationText(value, t)];
    return name.endsWith('Sec') ? [name.slice(0, -3), durationText(value, t)] : [name, value];
  });
  return Object.fromEntries(words);
}

/** What a rule does, in one sentence: what it watches, each rung of its ladder, and when it clears. */
export function ruleSentence(rule: Pick<AlertRule, 'kind' | 'params'>, t: Translate): string {
  const { ladder, clearAfterSec } = rule.params;
  const key = `rules.sentence.${rule.kind}`;
  const words = wordsOf(rule.params, t);
  const rungs = ladder
    .map(({ afterSec, severity }) =>
      t(`${key}.rung`, { time: durationText(afterSec, t), severity: t(`rules.severity.${severity}`) }),
    )
    .join(t('rules.sentence.comma'));
  const waiting = 'onlyWhileWaiting' in rule.params && rule.params.onlyWhileWaiting;
  const when = t(waiting ? `${key}.whenWaiting` : `${key}.when`, words);
  const clear = t(clearAfterSec === 0 ? `${key}.clearAtOnce` : `${key}.clearAfter`, {
    ...words,
    time: durationText(clearAfterSec, t),
    limit: durationText(ladder[0]?.afterSec ?? 0, t),
  });
  return t('rules.sentence.whole', { when, rungs, clear });
}

/** Where and when it holds; `places` by their names, null: everywhere. */
export function scopeSentence(
  { hours }: Pick<AlertRule, 'hours'>,
  places: readonly string[] | null,
  t: Translate,
): string {
  if (places?.length === 0) return t('rules.places.nowhereSentence');
  const where = places
    ? t('rules.places.someSentence', { places: places.join(t('rules.sentence.list')) })
    : t('rules.places.everywhereSentence');
  return t('rules.places.sentence', { where, hours: t(`rules.hours.${hours}Sentence`) });
}

/** What follows its alerts: escalation where nobody acknowledges, and whether somebody may be called to account. */
export function handlingSentence(
  { escalation, cardAllowed }: Pick<AlertRule, 'escalation' | 'cardAllowed'>,
  t: Translate,
): string {
  const escalated =
    escalation &&
    t(escalation.levelUp ? 'rules.escalation.graverSentence' : 'rules.escalation.sentence', {
      time: durationText(escalation.afterSec, t),
    });
  return [escalated, t(cardAllowed ? 'rules.card.allowedSentence' : 'rules.card.notSentence')]
    .filter((part) => part !== null)
    .join(' ');
}

/** To whom its alerts are told beside the wall, in one sentence; outputs that are gone by their id. */
export function tellingSentence(
  { from, to, repeatSec, end }: Telling,
  outputs: readonly Pick<Output, 'id' | 'name'>[],
  t: Translate,
): string {
  if (to.length === 0) return '';
  const names = to.map(({ outputId }) => outputs.find(({ id }) => id === outputId)?.name ?? outputId);
  return t('rules.telling.sentence', {
    severity: t(`rules.severity.${from}`),
    outputs: names.join(t('rules.sentence.list')),
    again: repeatSec === null ? '' : t('rules.telling.againSentence', { time: durationText(repeatSec, t) }),
    end: end ? t('rules.telling.endSentence') : '',
  });
}
