import type { CameraCondition } from '#contract/cameras.ts';

export type ConditionStatus = CameraCondition['status'];
export type Reason = CameraCondition['reasons'][number];

/** As much of vue-i18n as is needed here. */
export type Translate = (key: string) => string;

/** What a reason says beside its title: figures, faults by name, or the camera's own words. */
export function reasonDetail({ code, detail }: Reason, t: Translate): string {
  if (detail === null) return '';
  if (code !== 'CAMERA_PICTURE_FAULT') return detail;
  return detail
    .split(', ')
    .map((fault) => t(`pictureCheck.faults.${fault}`))
    .join(t('health.comma'));
}

/** All reasons in one line: "Few pictures 8.9 / 15 fps, packets are lost 3.1 %". */
export function reasonsLine(reasons: readonly Reason[], t: Translate): string {
  return reasons
    .map((reason) => `${t(`errors.${reason.code}.title`)} ${reasonDetail(reason, t)}`.trim())
    .join(t('health.comma'));
}
