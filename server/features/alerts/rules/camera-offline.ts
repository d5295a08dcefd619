import type { Timing } from '#contract/alert-rules.ts';
import type { CameraCondition } from '#contract/cameras.ts';
import { absent, present, unknown, type Condition } from '../condition.ts';
import { aboutCameras } from '../rule-logic.ts';

/**
 * Camera offline 摄像机离线: a camera that is switched on gives no pictures. By day and by night: who comes when the hall
 * is closed is to be seen too.
 *
 * Since when: since the pictures stopped. While a camera is connecting for the first time no one can tell yet; one that
 * was lost stays offline while it is asked again, so attempts neither end the loss nor begin it anew. After a restart the
 * condition of the camera is a new one, and the beginning that the alert holds goes on. A camera that is switched off has
 * no finding: its alert closes.
 */
export const cameraOffline = aboutCameras<Timing>(({ camera: { condition } }, _params, held) => {
  const [reason] = condition.status === 'offline' ? condition.reasons : [];
  return {
    condition: conditionOf(condition, held),
    facts: { code: reason?.code ?? null, detail: reason?.detail ?? null },
  };
});

function conditionOf({ status, since }: CameraCondition, held: number | null): Condition {
  if (status === 'connecting') return unknown;
  const at = Date.parse(since);
  return status === 'offline' ? present(held ?? at) : absent(at);
}
