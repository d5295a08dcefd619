import { z } from 'zod';
import { AlertRuleChange, type RuleKind } from './alert-rules.ts';
import { CameraId, HallId, Instant, QueueId, Severity, Ulid, WindowId } from './ids.ts';

/** Kinds of rules whose past can be judged again: what they watch is in the event log. */
export const BACKTESTED: readonly RuleKind[] = [
  ...(['window-unattended', 'window-never-opened', 'early-close', 'idle-with-queue', 'pause-overrun'] as const),
  ...(['long-service', 'wait-overtime', 'queue-overflow'] as const),
  ...(['no-show-rate', 'late-finish-rate', 'bad-review', 'review-anomaly'] as const),
];
export const LONGEST_BACKTEST_DAYS = 31;
/** So many rows are given; the counts are of all. */
export const MOST_BACKTEST_ROWS = 1000;

const DAY_MS = 24 * 3600_000;

/** `POST /api/rules/:id/backtests`: the rule as it is, or changed as here, over what was recorded in `[from, until)`. */
export const BacktestRequest = z
  .object({
    from: Instant,
    until: Instant,
    change: AlertRuleChange.pick({ params: true, hours: true, places: true }).default({}),
  })
  .refine(({ from, until }) => Date.parse(from) < Date.parse(until), { path: ['until'], message: 'must be after from' })
  .refine(({ from, until }) => Date.parse(until) - Date.parse(from) <= LONGEST_BACKTEST_DAYS * DAY_MS, {
    path: ['from'],
    message: `ask for ${LONGEST_BACKTEST_DAYS} days at most`,
  });
export type BacktestRequest = z.infer<typeof BacktestRequest>;

/** An alert that the rule would have raised, or did raise, or both. */
export const BacktestRow = z.object({
  hallId: HallId,
  windowId: WindowId.nullable(),
  queueId: QueueId.nullable(),
  ticketId: z.string().nullable(),
  /** What it would have been; null: it was raised and would not have been. */
  would: z
    .object({ severity: Severity, conditionSince: Instant, raisedAt: Instant, clearedAt: Instant.nullable() })
    .nullable(),
  /** What was raised; null: nothing. */
  was: z.object({ alertId: Ulid, severity: Severity, raisedAt: Instant }).nullable(),
  /** Cameras that see its subject, best first. */
  cameraIds: z.array(CameraId),
});
export type BacktestRow = z.infer<typeof BacktestRow>;

export const BacktestAnswer = z.object({
  from: Instant,
  until: Instant,
  halls: z.number().int(),
  /** Events of the log that were lived through again. */
  events: z.number().int(),
  tookMs: z.number(),
  would: z.number().int(),
  was: z.number().int(),
  both: z.number().int(),
  /** Newest first. */
  rows: z.array(BacktestRow),
});
export type BacktestAnswer = z.infer<typeof BacktestAnswer>;
