import type { Alert } from '#contract/alerts.ts';

/**
 * What one thing raises in many halls at once: an output that is dead is so for all of them. Each has an alert of its own,
 * for whoever sees that hall alone; whoever sees several sees, and acknowledges, one. Null: nothing of that kind.
 */
export const sharedCause = ({ kind, facts }: Alert): string | null =>
  kind === 'output-dead' ? `${kind} ${String(facts['outputs'])}` : null;

/** The open alerts that the cause of this one raised elsewhere: they are acknowledged with it. */
export function alikeTo(alert: Alert, alerts: Iterable<Alert>): Alert[] {
  const cause = sharedCause(alert);
  if (cause === null) return [];
  return [...alerts].filter((each) => each.status === 'open' && each.id !== alert.id && sharedCause(each) === cause);
}
