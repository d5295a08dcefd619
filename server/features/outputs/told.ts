import type { AlertAct } from '#contract/alert-acts.ts';
import { rankOf } from '#contract/alert-rules.ts';
import type { Alert } from '#contract/alerts.ts';
import type { Telling } from '#contract/telling.ts';
import type { What } from './words.ts';

const CALLS: ReadonlySet<AlertAct['act']> = new Set(['raise', 'climb', 'return', 'escalate', 'unsilence']);

/**
 * What is to be told of an alert after these acts, stored at once: the last that calls, or that it is over. Nothing where it
 * is silenced, where somebody has seen it meanwhile, or where it came and went before anybody could be told.
 */
export function whatIsTold(telling: Telling, alert: Alert, acts: readonly AlertAct[]): What | null {
  if (alert.silenceId !== null || rankOf(alert.severity) < rankOf(telling.from)) return null;
  const last = acts.findLast(({ act }) => CALLS.has(act) || act === 'end')?.act;
  if (last === 'end') return telling.end && !acts.some(({ act }) => act === 'raise') ? 'end' : null;
  return last !== undefined && alert.status === 'open' ? (last as What) : null;
}
