import type { TimelineGap, TimelineMark } from '#contract/footage.ts';
import { instantText, spanText } from '../../i18n/time.ts';

/** The translate function of vue-i18n and its test for a key, as much of them as is needed here. */
export type Translate = (key: string, params?: Record<string, unknown>) => string;

/** Why there is no footage, from when to when: "Camera or network lost, 14:03:27 to 14:04:10 (0:43)". */
export function gapWords(gap: TimelineGap, t: Translate, now: number, zone: string): string {
  return `${t(`footage.cause.${gap.cause}`)} · ${spanWords(gap.from, gap.until, t, now, zone)}`;
}

export function spanWords(from: string, until: string, t: Translate, now: number, zone: string): string {
  return t('footage.gap.span', {
    from: instantText(from, now, zone),
    until: instantText(until, now, zone),
    // begun seconds: what was less than one was not nothing
    length: spanText(Math.ceil((Date.parse(until) - Date.parse(from)) / 1000) * 1000),
  });
}

/** What a mark says, in the words that the rest of the product has for it. */
export function markWords({ kind, label }: TimelineMark, t: Translate, te: (key: string) => boolean): string {
  const known: Partial<Record<TimelineMark['kind'], string>> = {
    alert: `rules.kind.${label}`,
    window: `wall.windows.state.${label}`,
    'camera-event': `health.event.kind.${label}`,
    'picture-fault': `pictureCheck.faults.${label}`,
  };
  const key = known[kind];
  const word = key !== undefined && te(key) ? t(key) : label;
  return kind === 'alert' ? word : t(`footage.timeline.mark.${kind}`, { label: word });
}
