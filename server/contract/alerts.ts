import { z } from 'zod';
import { AlertOutcome, AlertStatus, LastAct, Verdict } from './alert-acts.ts';
import { CameraEventKind } from './camera-events.ts';
import { CameraId, HallId, Instant, QueueId, Severity, Slug, Ulid, WindowId } from './ids.ts';

/** From when a rung of the ladder is reached. Rungs rise in time and severity. */
export const Ladder = z
  .array(z.object({ afterSec: z.number().int().positive(), severity: Severity }))
  .min(1)
  .refine(
    (rungs) => rungs.every((rung, i) => i === 0 || rung.afterSec > rungs[i - 1]!.afterSec),
    'rungs must rise in time',
  )
  .refine(
    (rungs) => rungs.every(({ severity }, i) => i === 0 || rankOf(severity) > rankOf(rungs[i - 1]!.severity)),
    'rungs must rise in severity',
  );
export type Ladder = z.infer<typeof Ladder>;

/** How grave a severity is: grows with it. */
export function rankOf(severity: Severity): number {
  return Severity.options.indexOf(severity);
}

/** Window unattended 离岗: terminal open + seat empty + people waiting, for so long. */
export const WindowUnattendedParams = z.object({
  ladder: Ladder,
  /** The seat must stay occupied this long before the alert clears. */
  clearAfterSec: z.number().int().nonnegative(),
  /** Raise only while someone waits in a queue of this window. */
  onlyWhileWaiting: z.boolean(),
});
export type WindowUnattendedParams = z.infer<typeof WindowUnattendedParams>;

/** Wait overtime 等候超时: the longest wait in a queue is over a limit. */
export const WaitOvertimeParams = z.object({
  ladder: Ladder,
  /** Clears when no wait has been over the first rung for this long. */
  clearAfterSec: z.number().int().nonnegative(),
});
export type WaitOvertimeParams = z.infer<typeof WaitOvertimeParams>;

/** Queue overflow 排队拥挤: more people wait in a queue than its staffed windows can take in their stride, for so long. */
export const QueueOverflowParams = z.object({
  ladder: Ladder,
  /** The queue must be at or below the limit this long before the alert clears. */
  clearAfterSec: z.number().int().nonnegative(),
  /** People waiting for each staffed window that are still in order. */
  perWindow: z.number().positive().max(1000),
});
export type QueueOverflowParams = z.infer<typeof QueueOverflowParams>;

/** Hall crowding 厅内拥挤: more people are inside than this share of the hall's capacity, for so long. */
export const HallCrowdingParams = z.object({
  ladder: Ladder,
  /** People inside must be within the share this long before the alert clears. */
  clearAfterSec: z.number().int().nonnegative(),
  share: z.number().positive().max(2),
});
export type HallCrowdingParams = z.infer<typeof HallCrowdingParams>;

/** Idle with queue 有人等候未叫号: a window is open and calls nobody while people wait in its queues, for so long. */
export const IdleWithQueueParams = z.object({
  ladder: Ladder,
  /** The window must be busy, or its queues empty, this long before the alert clears. */
  clearAfterSec: z.number().int().nonnegative(),
});
export type IdleWithQueueParams = z.infer<typeof IdleWithQueueParams>;

/** Pause overrun 暂停超时: a window is paused for longer than was said; rungs count from the end of the planned pause. */
export const PauseOverrunParams = z.object({
  ladder: Ladder,
  /** The pause must be over this long before the alert clears. */
  clearAfterSec: z.number().int().nonnegative(),
  /** How long a pause may last of which nobody said how long. */
  unplannedSec: z.number().int().positive(),
});
export type PauseOverrunParams = z.infer<typeof PauseOverrunParams>;

/** Camera offline 摄像机离线: no pictures come from a camera that is switched on, for so long. */
export const CameraOfflineParams = z.object({
  ladder: Ladder,
  /** Pictures must come this long before the alert clears. */
  clearAfterSec: z.number().int().nonnegative(),
});
export type CameraOfflineParams = z.infer<typeof CameraOfflineParams>;

/** Picture fault 画面异常: picture diagnosis finds something wrong with the pictures that come. */
export const PictureFaultParams = z.object({
  ladder: Ladder,
  /** The picture must be in order this long before the alert clears. */
  clearAfterSec: z.number().int().nonnegative(),
});
export type PictureFaultParams = z.infer<typeof PictureFaultParams>;

/** What of the things that cameras notice can raise an alert. */
export const AlertingEventKind = CameraEventKind.exclude(['other']);
export type AlertingEventKind = z.infer<typeof AlertingEventKind>;

/** Camera event 摄像机报警: a camera noticed something by itself, and says that it lasts. */
export const CameraEventParams = z.object({
  kinds: z.array(AlertingEventKind).min(1),
  ladder: Ladder,
  clearAfterSec: z.number().int().nonnegative(),
  /** How long an event counts that has no duration of its own. */
  holdSec: z.number().int().positive(),
});
export type CameraEventParams = z.infer<typeof CameraEventParams>;

export const RuleKind = z.enum([
  'window-unattended',
  'wait-overtime',
  'queue-overflow',
  'hall-crowding',
  'idle-with-queue',
  'pause-overrun',
  'camera-offline',
  'picture-fault',
  'camera-event',
]);
export type RuleKind = z.infer<typeof RuleKind>;

/** What each kind of rule can be told. */
export const ruleParams = {
  'window-unattended': WindowUnattendedParams,
  'wait-overtime': WaitOvertimeParams,
  'queue-overflow': QueueOverflowParams,
  'hall-crowding': HallCrowdingParams,
  'idle-with-queue': IdleWithQueueParams,
  'pause-overrun': PauseOverrunParams,
  'camera-offline': CameraOfflineParams,
  'picture-fault': PictureFaultParams,
  'camera-event': CameraEventParams,
} as const satisfies Record<RuleKind, z.ZodObject>;

/** When a rule holds: at all times, or while the hall is open by its timetable; always where it has none. */
export const RuleHours = z.enum(['always', 'opening']);
export type RuleHours = z.infer<typeof RuleHours>;

/** What happens to an alert that nobody acknowledges for so long: it is marked as escalated, or graver by one level too. */
export const Escalation = z.object({
  afterSec: z
    .number()
    .int()
    .positive()
    .max(7 * 24 * 3600),
  levelUp: z.boolean(),
});
export type Escalation = z.infer<typeof Escalation>;

const ruleBase = {
  id: Slug,
  version: z.number().int().positive(),
  enabled: z.boolean(),
  hallIds: z.array(HallId).nullable(),
  hours: RuleHours,
  escalation: Escalation.nullable(),
};
const ruleOf = <Kind extends RuleKind>(kind: Kind) =>
  z.object({ ...ruleBase, kind: z.literal(kind), params: ruleParams[kind] });

/** A rule as data. `hallIds: null` means every hall. Changing it makes a new version; alerts name the version. */
export const AlertRule = z.discriminatedUnion('kind', [
  ruleOf('window-unattended'),
  ruleOf('wait-overtime'),
  ruleOf('queue-overflow'),
  ruleOf('hall-crowding'),
  ruleOf('idle-with-queue'),
  ruleOf('pause-overrun'),
  ruleOf('camera-offline'),
  ruleOf('picture-fault'),
  ruleOf('camera-event'),
]);
export type AlertRule = z.infer<typeof AlertRule>;

/** `params` must fit the rule's kind; those of the other kinds are ladder and clear time, as of a wait. */
export const AlertRuleChange = z
  .object({
    enabled: z.boolean(),
    hallIds: z.array(HallId).nullable(),
    hours: RuleHours,
    escalation: Escalation.nullable(),
    params: z.union([
      WindowUnattendedParams,
      CameraEventParams,
      QueueOverflowParams,
      HallCrowdingParams,
      PauseOverrunParams,
      WaitOvertimeParams,
    ]),
  })
  .partial();
export type AlertRuleChange = z.infer<typeof AlertRuleChange>;

/** One alert from raise to close: one row. */
export const Alert = z.object({
  id: Ulid,
  ruleId: Slug,
  ruleVersion: z.number().int(),
  kind: RuleKind,
  hallId: HallId,
  windowId: WindowId.nullable(),
  queueId: QueueId.nullable(),
  cameraId: CameraId.nullable(),
  severity: Severity,
  status: AlertStatus,
  /** Counts what happened to it; an act on an older one is refused. */
  revision: z.number().int().positive(),
  lastAct: LastAct,
  /** When the condition began, which is before it was raised. */
  conditionSince: Instant,
  raisedAt: Instant,
  severityAt: Instant,
  /** Since when it has waited, or did wait, for someone to acknowledge it. */
  openSince: Instant,
  /** When it was escalated, as nobody acknowledged it; null again as soon as somebody does. */
  escalatedAt: Instant.nullable(),
  /** The silence that keeps it quiet. */
  silenceId: Ulid.nullable(),
  acknowledgedAt: Instant.nullable(),
  acknowledgedBy: z.string().nullable(),
  /** Username of who is to see to it; stays when it is open again. */
  assignedTo: z.string().nullable(),
  /** When the condition was over. */
  clearedAt: Instant.nullable(),
  closedAt: Instant.nullable(),
  /** Why the engine follows it no longer; null: its condition may still last, even where a person has closed it. */
  outcome: AlertOutcome.nullable(),
  verdict: Verdict.nullable(),
  /** For the message: people waiting, ticket number; why a camera is away, what is wrong with its picture. */
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  /** Cameras that see its subject, best first. */
  cameraIds: z.array(CameraId),
});
export type Alert = z.infer<typeof Alert>;
