import type { Alert } from '#contract/alerts.ts';

/**
 * What one thing raises in many halls at once: an output that is dead is so for all of them. Each has an alert of its own,
 * for whoever sees that hall alone; whoever sees several sees, and acknowledges, one. Null: nothing of that kind.
 */
export const sharedCause = ({ kind, facts }: Alert): string | null =>
  kind === 'output-dead' ? `${kind} ${String(facts['outputs'])}` : null;
