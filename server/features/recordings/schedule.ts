import type { Alert } from '#contract/alerts.ts';
import type { RecordingPlan } from '#contract/footage.ts';
import type { Assignment } from './ports.ts';

/** What decides whether a camera is recorded at a moment. */
export interface Circumstances {
  /** The camera is switched on here. */
  enabled: boolean;
  /** Null: nothing says so; then it is recorded. */
  open: boolean | null;
  /** An alert of what it sees lasts, or was over less than the post-roll ago. */
  alerted: boolean;
}

/** What a plan asks of the recorder at this moment. */
export function assignmentOf(
  plan: RecordingPlan,
  { enabled, open, alerted }: Circumstances,
): Pick<Assignment, 'record' | 'cause' | 'preRollMs'> {
  if (plan.mode === 'off') return { record: false, cause: 'not-planned', preRollMs: 0 };
  if (!enabled) return { record: false, cause: 'camera-disabled', preRollMs: 0 };
  if (plan.mode === 'continuous') return { record: true, cause: 'schedule', preRollMs: 0 };
  if (plan.mode === 'opening-hours') return { record: open !== false, cause: 'schedule', preRollMs: 0 };
  return { record: alerted, cause: 'schedule', preRollMs: plan.preRollSec * 1000 };
}

/** Whether an alert is about something that this camera sees; that it is away is not. */
export function isSeenBy(alert: Alert, cameraId: string): boolean {
  if (alert.kind === 'camera-offline') return false;
  return alert.cameraId === cameraId || alert.cameraIds.includes(cameraId);
}
