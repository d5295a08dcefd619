import { z } from 'zod';
import { RuleKind } from './alert-rules.ts';
import type { Alert } from './alerts.ts';
import { CameraId, HallId, Instant, QueueId, Slug, Ulid, WindowId } from './ids.ts';

/** Nobody is on leave for longer; what is to be quiet for good is a rule to be changed. */
export const LONGEST_SILENCE_DAYS = 31;

/** What is silenced: alerts that agree with everything that is named. Null: any. */
export const SilenceScope = z
  .object({
    kind: RuleKind.nullable().default(null),
    ruleId: Slug.nullable().default(null),
    hallId: HallId.nullable().default(null),
    windowId: WindowId.nullable().default(null),
    queueId: QueueId.nullable().default(null),
    cameraId: CameraId.nullable().default(null),
  })
  .refine((scope) => Object.values(scope).some((value) => value !== null), 'name a rule, a hall or a subject')
  .refine(({ hallId, windowId, queueId }) => hallId !== null || (windowId === null && queueId === null), {
    path: ['hallId'],
    message: 'a window or a queue needs its hall',
  });
export type SilenceScope = z.infer<typeof SilenceScope>;

export const SilenceInput = z.object({
  scope: SilenceScope,
  until: Instant,
  reason: z.string().trim().min(1).max(500),
});
export type SilenceInput = z.infer<typeof SilenceInput>;

/** A silence 静默: it ends by itself, or is lifted before. */
export const Silence = z.object({
  id: Ulid,
  scope: SilenceScope,
  until: Instant,
  reason: z.string(),
  madeAt: Instant,
  madeBy: z.string(),
  liftedAt: Instant.nullable(),
  liftedBy: z.string().nullable(),
});
export type Silence = z.infer<typeof Silence>;

/** Whether a silence of this scope keeps the alert quiet. */
export function covers(scope: SilenceScope, alert: Pick<Alert, keyof SilenceScope>): boolean {
  return (Object.keys(scope) as (keyof SilenceScope)[]).every(
    (key) => scope[key] === null || scope[key] === alert[key],
  );
}
