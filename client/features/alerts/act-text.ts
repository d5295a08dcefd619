import type { AlertAct } from '#contract/alert-acts.ts';
import type { Translate } from '../../wall/alert-text.ts';

/** What happened, in words: "raised as yellow card", "given to li". */
export function actText({ act, severity, assignedTo, verdict, outcome }: AlertAct, t: Translate): string {
  const say = (key: string, params = {}) => t(`alerts.act.${key}`, params);
  if (act === 'raise' || act === 'climb') return say(act, { severity: t(`severity.${severity}`, {}) });
  if (act === 'assign') return say(act, { who: assignedTo ?? '' });
  if (act === 'close') return say(`close.${verdict ?? 'confirmed'}`);
  if (act === 'end') return say(`end.${outcome ?? 'cleared'}`);
  return say(act);
}
