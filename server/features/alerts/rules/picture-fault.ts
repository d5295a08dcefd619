import type { Timing } from '#contract/alert-rules.ts';
import { absent, present, unknown } from '../condition.ts';
import { aboutCameras } from '../rule-logic.ts';

/**
 * Picture fault 画面异常: pictures come, and picture diagnosis says that something is wrong with them.
 *
 * A camera without pictures is unknown: that it is offline is an alert of its own, and two alerts about one camera say no
 * more than one. So nothing is raised meanwhile, and what was raised before waits for the pictures.
 */
export const pictureFault = aboutCameras<Timing>(({ camera: { condition }, view }, _params, held) => {
  const { status, reasons } = condition;
  const fault = reasons.find(({ code }) => code === 'CAMERA_PICTURE_FAULT');
  const dark = status === 'offline' || status === 'connecting';
  return {
    condition: dark ? unknown : fault ? present(held ?? view.now) : absent(),
    facts: { faults: fault?.detail ?? null },
  };
});
