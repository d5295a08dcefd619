import type { z } from 'zod';
import type { HealthNow } from '#contract/camera-health.ts';
import type { Translate } from './health/condition-words.ts';

export const FIGURES = ['fps', 'kbps', 'keyInterval', 'loss', 'jitter', 'lostOfDay'] as const;
type Figure = (typeof FIGURES)[number];

/** What is measured of a stream now, in words. One that is away or not needed has no figures. */
export function streamFigures(
  now: z.infer<typeof HealthNow>[number] | undefined,
  t: Translate,
): Record<Figure, string> {
  const loss = now?.lossRatio ?? null;
  const lost = now?.lossesOfDay ?? null;
  return {
    fps: figure(now?.fps, 1),
    kbps: figure(now?.kbps, 0),
    keyInterval: figure(now?.keyIntervalSec, 1, ' s'),
    loss: figure(loss === null ? null : loss * 100, 1, ' %'),
    jitter: figure(now?.jitterMs, 0, ' ms'),
    lostOfDay: lost === null ? '–' : t('health.times', { n: lost }),
  };
}

function figure(value: number | null | undefined, digits: number, unit = ''): string {
  return value === null || value === undefined ? '–' : `${value.toFixed(digits)}${unit}`;
}
