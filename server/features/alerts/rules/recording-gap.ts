import type { Timing } from '#contract/alert-rules.ts';
import { absent, present, unknown, type Condition } from '../condition.ts';
import type { CameraView } from '../hall-view.ts';
import { aboutCameras } from '../rule-logic.ts';

/**
 * Recording gap 录像中断: a camera should be recorded now and is not. A camera without pictures is unknown: that it is
 * offline is an alert of its own, and the cause.
 *
 * Since when: since recording stopped and there were pictures for it. Those that come after a loss take half a second until they
 * are on a disk, and the time before them is told by the other alert. A try that fails again neither ends the gap nor begins it anew.
 */
export const recordingGap = aboutCameras<Timing>(({ camera }, _params, held) => ({
  condition: conditionOf(camera, held),
  facts: { code: camera.recording?.status === 'failed' ? camera.recording.code : null },
}));

function conditionOf({ condition, recording }: CameraView, held: number | null): Condition {
  const dark = condition.status === 'offline' || condition.status === 'connecting';
  if (dark || !recording) return unknown;
  if (recording.status !== 'failed') return absent();
  return present(held ?? Math.max(Date.parse(recording.since), Date.parse(condition.since)));
}
