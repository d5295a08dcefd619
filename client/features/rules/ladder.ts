import type { z } from 'zod';
import { type AlertRule, ruleParams } from '#contract/alert-rules.ts';
import { Severity } from '#contract/ids.ts';
import { Telling } from '#contract/telling.ts';
import { byField, checkForm, type Checked, type FieldMessage } from '../admin/form-errors.ts';

export type Rung = AlertRule['params']['ladder'][number];
type Params = AlertRule['params'];

const rankOf = (severity: Rung['severity']) => Severity.options.indexOf(severity);

/** Parses the parameters of a rule. A ladder rises in time and in severity; the rung that does not is named. */
export function checkParams(kind: AlertRule['kind'], params: unknown): Checked<Params> {
  const checked = checkForm<z.ZodType<Params>>(ruleParams[kind], params);
  const ladder = (params as { ladder: Rung[] }).ladder;
  const falling = ladder.flatMap((rung, i): [string, FieldMessage][] => {
    const before = ladder[i - 1];
    if (before === undefined) return [];
    if (rung.afterSec <= before.afterSec) return [[`ladder.${i}.afterSec`, { key: 'mustRiseInTime', params: {} }]];
    if (rankOf(rung.severity) <= rankOf(before.severity))
      return [[`ladder.${i}.severity`, { key: 'mustRiseInSeverity', params: {} }]];
    return [];
  });
  if (checked.ok) return falling.length === 0 ? checked : { ok: false, fields: byField(falling) };
  // The schema can only say that the ladder as a whole does not rise; the rungs above say which one.
  const fields = Object.entries(checked.fields).filter(([path]) => path !== 'ladder' || falling.length === 0);
  return { ok: false, fields: byField([...fields, ...falling]) };
}

/** The rung that would follow: the next severity, twice as late; none when the ladder is at its top. */
export function nextRung(ladder: readonly Rung[]): Rung | undefined {
  const last = ladder.at(-1);
  if (last === undefined) return { afterSec: 300, severity: 'blue' };
  const severity = Severity.options[rankOf(last.severity) + 1];
  return severity === undefined ? undefined : { afterSec: last.afterSec * 2, severity };
}

/** Checks a whole rule; paths of its parameters start with `params.`. A rule for chosen places names at least one. */
export function checkRule(
  rule: AlertRule,
): Checked<Pick<AlertRule, 'enabled' | 'places' | 'hours' | 'escalation' | 'telling' | 'cardAllowed' | 'params'>> {
  const params = checkParams(rule.kind, rule.params);
  const nowhere = rule.places?.length === 0;
  const never = rule.escalation?.afterSec === 0;
  const told = checkForm(Telling.nullable(), rule.telling);
  const { enabled, places, hours, escalation, telling, cardAllowed } = rule;
  if (params.ok && !nowhere && !never && told.ok) {
    return { ok: true, data: { enabled, places, hours, escalation, telling, cardAllowed, params: params.data } };
  }
  return {
    ok: false,
    fields: byField([
      ...(params.ok ? [] : Object.entries(params.fields)).map(([path, message]): [string, FieldMessage] => [
        `params.${path}`,
        message,
      ]),
      ...(told.ok ? [] : Object.entries(told.fields)).map(([path, message]): [string, FieldMessage] => [
        `telling.${path}`,
        message,
      ]),
      ...(never ? [['escalation.afterSec', { key: 'tooSoon', params: {} }] as [string, FieldMessage]] : []),
      ...(nowhere ? [['places', { key: 'chooseOne', params: {} }] as [string, FieldMessage]] : []),
    ]),
  };
}
