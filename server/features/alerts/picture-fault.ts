import type { PictureFaultParams } from '#contract/alerts.ts';
import type { CameraCondition } from '#contract/cameras.ts';
import { ofCamera, subjectKey, type Condition, type Evaluate } from './condition.ts';

/**
 * Picture fault 画面异常: pictures come, and picture diagnosis says that something is wrong with them.
 *
 * A camera without pictures is unknown: that it is offline is an alert of its own, and two alerts about one camera say no
 * more than one. So nothing is raised meanwhile, and what was raised before waits for the pictures.
 */
export const pictureFault: Evaluate<PictureFaultParams> = ({ cameras, now }, _params, heldSince) =>
  cameras
    .filter(({ condition }) => condition.status !== 'off')
    .map(({ cameraId, condition }) => {
      const subject = ofCamera(cameraId);
      const fault = condition.reasons.find(({ code }) => code === 'CAMERA_PICTURE_FAULT');
      return {
        subject,
        condition: conditionOf(condition, fault !== undefined, heldSince(subjectKey(subject)), now),
        facts: { faults: fault?.detail ?? null },
      };
    });

function conditionOf({ status }: CameraCondition, faulty: boolean, heldSince: number | null, now: number): Condition {
  if (status === 'offline' || status === 'connecting') return { is: 'unknown' };
  if (faulty) return { is: 'present', since: heldSince ?? now, armed: true };
  return { is: 'absent', since: null, beginsAt: null };
}
