import { z } from 'zod';
import { AlertOutcome, AlertStatus, LastAct, Verdict } from './alert-acts.ts';
import { RuleKind } from './alert-rules.ts';
import { CameraId, HallId, Instant, QueueId, Severity, Slug, Ulid, WindowId } from './ids.ts';

/** The clip of an alert: what its cameras saw from so long before it was raised until so long after. */
export const CLIP_BEFORE_MS = 10_000;
export const CLIP_AFTER_MS = 20_000;

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
  /** `kind/device`, as in its topic. */
  terminalId: z.string().nullable(),
  /** The visitor's ticket whose review it is about. */
  ticketId: z.string().nullable(),
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
