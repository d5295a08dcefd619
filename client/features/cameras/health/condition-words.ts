import type { CameraCondition } from '#contract/cameras.ts';

export type ConditionStatus = CameraCondition['status'];
export type Reason = CameraCondition['reasons'][number];

/** As much of vue-i18n as is needed here. */
export type Translate = (key: string, values?: Record<string, unknown>) => string;

/** What a reason says beside its title: figures, faults by name, or the camera's own words. */
export function reasonDetail({ code, detail }: Reason, t: Translate): string {
  if (detail === null) return '';
  if (code !== 'CAMERA_PICTURE_FAULT') return detail;
  return detail
    .split(', ')
    .map((fault) => t(`pictureCheck.faults.${fault}`))
    .join(t('health.comma'));
}

/** Reasons whose detail is a figure or a name of ours. What a camera itself said is long, and for its page. */
const SHORT: ReadonlySet<string> = new Set([
  'CAMERA_FRAMES_MISSING',
  'CAMERA_LOSSY',
  'CAMERA_KEY_FRAMES_RARE',
  'CAMERA_CLOCK_OFF',
  'CAMERA_FLAPPING',
  'CAMERA_PICTURE_FAULT',
]);

/** All reasons in one line: "Few pictures 8.9 / 15 fps, packets are lost 3.1 %". */
export function reasonsLine(reasons: readonly Reason[], t: Translate): string {
  return reasons
    .map((reason) =>
      `${t(`errors.${reason.code}.title`)} ${SHORT.has(reason.code) ? reasonDetail(reason, t) : ''}`.trim(),
    )
    .join(t('health.comma'));
}
