import type { CameraOfflineParams } from '#contract/alerts.ts';
import type { CameraCondition } from '#contract/cameras.ts';
import { ofCamera, subjectKey, type Condition, type Evaluate } from './condition.ts';

/**
 * Camera offline 摄像机离线: a camera that is switched on gives no pictures. By day and by night: who comes when the hall
 * is closed is to be seen too.
 *
 * Since when: since the pictures stopped. While a camera is connecting for the first time no one can tell yet; one that
 * was lost stays offline while it is asked again, so attempts neither end the loss nor begin it anew. After a restart the
 * condition of the camera is a new one, and the beginning that the alert holds goes on. A camera that is switched off has
 * no finding: its alert closes.
 */
export const cameraOffline: Evaluate<CameraOfflineParams> = ({ cameras }, _params, heldSince) =>
  cameras
    .filter(({ condition }) => condition.status !== 'off')
    .map(({ cameraId, condition }) => {
      const subject = ofCamera(cameraId);
      const [reason] = condition.status === 'offline' ? condition.reasons : [];
      return {
        subject,
        condition: conditionOf(condition, heldSince(subjectKey(subject))),
        facts: { code: reason?.code ?? null, detail: reason?.detail ?? null },
      };
    });

function conditionOf({ status, since }: CameraCondition, heldSince: number | null): Condition {
  if (status === 'connecting') return { is: 'unknown' };
  const at = Date.parse(since);
  if (status === 'offline') return { is: 'present', since: heldSince ?? at, armed: true };
  return { is: 'absent', since: at, beginsAt: null };
}
