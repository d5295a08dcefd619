import type { SilenceScope } from '#contract/alert-silences.ts';
import type { Camera } from '#contract/cameras.ts';
import type { Hall } from '#contract/places.ts';
import { nameIn, type Translate } from '../../wall/alert-text.ts';

interface Places {
  halls: ReadonlyMap<string, Hall>;
  cameras: ReadonlyMap<string, Camera>;
}

/** What a silence covers, from the rule to the subject: "Window unattended · Social security hall · Window 03". */
export function scopeText(scope: SilenceScope, { halls, cameras }: Places, language: string, t: Translate): string {
  const hall = halls.get(scope.hallId ?? '');
  const window = hall?.windows.find(({ id }) => id === scope.windowId);
  const queue = hall?.queues.find(({ id }) => id === scope.queueId);
  const named = [
    scope.kind && t(`rules.kind.${scope.kind}`, {}),
    scope.ruleId,
    scope.hallId && (hall ? nameIn(hall.name, language) : scope.hallId),
    scope.windowId && t('wall.windows.number', { label: window?.label ?? scope.windowId }),
    scope.queueId && (queue ? nameIn(queue.name, language) : scope.queueId),
    scope.cameraId && (cameras.get(scope.cameraId)?.name ?? scope.cameraId),
  ];
  return named.filter((part) => part !== null && part !== '').join(' · ');
}
