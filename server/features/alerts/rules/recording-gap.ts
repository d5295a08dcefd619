import type { Timing } from '#contract/alert-rules.ts';
import { absent, present, unknown } from '../condition.ts';
import { aboutCameras } from '../rule-logic.ts';

/**
 * Recording gap 录像中断: a camera should be recorded now and is not. A camera without pictures is unknown: that it is
 * offline is an alert of its own, and the cause.
 *
 * Since when: since recording stopped; a try that fails again neither ends the gap nor begins it anew.
 */
export const recordingGap = aboutCameras<Timing>(({ camera: { condition, recording } }, _params, held) => {
  const failed = recording?.status === 'failed';
  const dark = condition.status === 'offline' || condition.status === 'connecting';
  return {
    condition: dark || !recording ? unknown : failed ? present(held ?? Date.parse(recording.since)) : absent(),
    facts: { code: failed ? recording.code : null },
  };
});
