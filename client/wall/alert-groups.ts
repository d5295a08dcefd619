import type { Alert } from '#contract/alerts.ts';
import { sharedCause } from '../api/shared-cause.ts';
import { isEscalated, urgencyPlace } from './severity.ts';

/** So many alerts are read one by one; where there are more, those that are alike fold behind the first of them. */
const CALM = 12;
/** Fewer alike are not worth folding. */
const LEAST_FOLDED = 3;
/** So many rows are drawn at a time, whatever comes: a storm costs no more than a busy hour. */
export const ROWS = 40;

/** A row of the list. */
export interface AlertLine {
  alert: Alert;
  /** What its group is called. */
  group: string;
  /** How many that are alike stand behind it, unseen. */
  folded: number;
}

/** Same rule, hall, severity, and as far along; or the same cause, in whatever hall. */
const groupOf = (alert: Alert) =>
  `${alert.ruleId} ${sharedCause(alert) ?? alert.hallId} ${alert.severity} ${urgencyPlace(alert)} ${isEscalated(alert)}`;

/**
 * The rows of a list of alerts, in its order, and how many there are beyond the `most` that are drawn. What is selected stands
 * by itself, and what belongs to an opened group.
 */
export function alertLines(
  alerts: readonly Alert[],
  { opened, selected, most }: { opened: ReadonlySet<string>; selected: string | null; most: number },
): { lines: AlertLine[]; beyond: number } {
  const sizes = new Map<string, number>();
  for (const alert of alerts) sizes.set(groupOf(alert), (sizes.get(groupOf(alert)) ?? 0) + 1);
  const folds = (alert: Alert, group: string) =>
    !opened.has(group) &&
    (sharedCause(alert) !== null || (alerts.length > CALM && (sizes.get(group) ?? 0) >= LEAST_FOLDED));

  const lines: AlertLine[] = [];
  const first = new Map<string, AlertLine>();
  for (const alert of alerts) {
    const group = groupOf(alert);
    const known = first.get(group);
    if (known && folds(alert, group) && alert.id !== selected) known.folded += 1;
    else lines.push({ alert, group, folded: 0 });
    if (!known) first.set(group, lines.at(-1)!);
  }
  return { lines: lines.slice(0, most), beyond: Math.max(0, lines.length - most) };
}
