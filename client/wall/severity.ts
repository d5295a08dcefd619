import type { Alert } from '#contract/alerts.ts';
import type { Camera } from '#contract/cameras.ts';
import type { Severity } from '#contract/ids.ts';

export const severityRank: Record<Severity, number> = { blue: 1, yellow: 2, red: 3 };

/** Whether an alert waits for somebody to acknowledge it: it blinks and sounds. */
export const calls = ({ status, outcome, silenceId }: Alert) =>
  status === 'open' && outcome === null && silenceId === null;

/** The worst severity among alerts that last and are not silenced, or null where there are none. */
export function worst(alerts: Iterable<Alert>): Severity | null {
  let found: Severity | null = null;
  for (const { severity, outcome, silenceId } of alerts) {
    if (outcome === null && silenceId === null && (!found || severityRank[severity] > severityRank[found]))
      found = severity;
  }
  return found;
}

/**
 * What nobody has seen first, what is over or silenced last. Then the worst: a reminder that was escalated does not stand
 * before a red card. Of one severity what was escalated, then the newest.
 */
export function byUrgency(a: Alert, b: Alert): number {
  return (
    urgencyPlace(a) - urgencyPlace(b) ||
    severityRank[b.severity] - severityRank[a.severity] ||
    Number(isEscalated(b)) - Number(isEscalated(a)) ||
    Date.parse(b.raisedAt) - Date.parse(a.raisedAt)
  );
}

/** How far people are with it, 0 first. */
export function urgencyPlace(alert: Alert): number {
  if (alert.silenceId !== null) return 3;
  if (alert.outcome !== null) return 2;
  return alert.status === 'open' ? 0 : 1;
}

/** Nobody has seen it for so long that its rule calls louder. */
export const isEscalated = ({ status, escalatedAt }: Alert) => status === 'open' && escalatedAt !== null;

/**
 * Whether an alert is about what this camera shows. One about a camera is about that camera alone: the others that it
 * names show the same place and are well themselves.
 */
export function concerns(
  alert: Alert,
  { id, hallId, windowIds }: Pick<Camera, 'id' | 'hallId' | 'windowIds'>,
): boolean {
  if (alert.cameraId !== null) return alert.cameraId === id;
  if (alert.cameraIds.includes(id)) return true;
  return alert.hallId === hallId && alert.windowId !== null && windowIds.includes(alert.windowId);
}
