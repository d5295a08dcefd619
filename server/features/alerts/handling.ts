import type { ActRequest, AlertAct, AlertOutcome, AlertStatus, PersonAct } from '#contract/alert-acts.ts';
import { Severity } from '#contract/ids.ts';
import { rankOf } from '#contract/alert-rules.ts';
import type { Alert } from '#contract/alerts.ts';

/** What the engine knows of an alert at a moment: what it is judged by, and how grave it is. */
export interface Grade {
  ruleVersion: number;
  severity: Alert['severity'];
  facts: Alert['facts'];
  cameraIds: string[];
}

/** What happens to an alert after it was raised. */
export type Move =
  /** The condition lasts, and is graver now. */
  | { act: 'climb'; grade: Grade }
  /** The condition is back before anyone was done with the alert. */
  | { act: 'return'; grade: Grade }
  /** The engine follows it no longer; `clearedAt` is null where the condition was not seen to end. */
  | { act: 'end'; outcome: AlertOutcome; clearedAt: string | null }
  /** Nobody acknowledged it in time. */
  | { act: 'escalate'; levelUp: boolean }
  /** It is quiet now. */
  | { act: 'silence'; silenceId: string; note: string }
  /** It calls again. */
  | { act: 'unsilence' }
  | ActRequest;

/** From where a person may take each step. */
const from: Record<PersonAct, ReadonlySet<AlertStatus>> = {
  acknowledge: new Set(['open']),
  assign: new Set(['open', 'acknowledged', 'assigned', 'handled']),
  handle: new Set(['open', 'acknowledged', 'assigned']),
  close: new Set(['open', 'acknowledged', 'assigned', 'handled', 'closed']),
  comment: new Set(['open', 'acknowledged', 'assigned', 'handled', 'closed']),
};

/** Whether a person may do so, who saw the alert as it is. */
export function mayMove({ status, revision }: Alert, request: ActRequest): boolean {
  return from[request.act].has(status) && (request.act === 'comment' || request.revision === revision);
}

/**
 * The alert after a move. People go forward: open, acknowledged, assigned, handled, closed; whoever takes a later step at
 * once has seen it, too. The engine opens it again when it gets graver or comes back, for whoever has seen the lesser has
 * not seen this; who is to see to it stays. What a person called a false alarm stays closed for as long as it lasts.
 *
 * @param by the person's username; null for the engine
 */
export function moved(alert: Alert, move: Move, at: string, by: string | null): Alert {
  const { act } = move;
  return { ...alert, ...changeOf(alert, move, at, by), revision: alert.revision + 1, lastAct: { act, at, by } };
}

/** The row that says what happened, as the alert stands afterwards. */
export function actOf(alert: Alert, note: string | null): AlertAct {
  const { id, revision, lastAct, status, severity, assignedTo, verdict, outcome } = alert;
  return { alertId: id, revision, ...lastAct, note, status, severity, assignedTo, verdict, outcome };
}

function changeOf(alert: Alert, move: Move, at: string, by: string | null): Partial<Alert> {
  switch (move.act) {
    case 'climb':
      return { ...graded(alert, move.grade, at), ...(alert.verdict !== 'false-alarm' && opened(at)) };
    case 'return':
      return { ...graded(alert, move.grade, at), ...opened(at), outcome: null, clearedAt: null };
    case 'end':
      return { outcome: move.outcome, clearedAt: move.clearedAt, ...(!isInHand(alert) && closed(alert, at)) };
    case 'escalate':
      return { escalatedAt: at, ...(move.levelUp && { severity: above(alert.severity), severityAt: at }) };
    case 'silence':
      return { silenceId: move.silenceId };
    case 'unsilence':
      return { silenceId: null, openSince: at };
    case 'acknowledge':
      return { status: alert.assignedTo === null ? 'acknowledged' : 'assigned', ...seen(alert, at, by) };
    case 'assign':
      return { status: 'assigned', assignedTo: move.to, ...seen(alert, at, by) };
    case 'handle':
      return { status: 'handled', ...seen(alert, at, by) };
    case 'close':
      return { verdict: move.verdict, ...closed(alert, at), ...(alert.status !== 'closed' && seen(alert, at, by)) };
    case 'comment':
      return {};
  }
}

function opened(at: string): Partial<Alert> {
  const unseen = { acknowledgedAt: null, acknowledgedBy: null, closedAt: null, verdict: null };
  return { status: 'open', openSince: at, ...unseen };
}

/** Severity never falls: what was graver once was so. */
function graded(alert: Alert, { severity, ...grade }: Grade, at: string): Partial<Alert> {
  const graver = rankOf(severity) > rankOf(alert.severity);
  return { ...grade, severity: graver ? severity : alert.severity, severityAt: at };
}

function above(severity: Severity): Severity {
  return Severity.options[rankOf(severity) + 1] ?? severity;
}

function isInHand({ status }: Alert): boolean {
  return status === 'assigned' || status === 'handled';
}

function closed({ closedAt }: Alert, at: string): Partial<Alert> {
  return { status: 'closed', closedAt: closedAt ?? at };
}

/** Who saw it first stays. */
function seen({ acknowledgedAt, acknowledgedBy }: Alert, at: string, by: string | null): Partial<Alert> {
  return { acknowledgedAt: acknowledgedAt ?? at, acknowledgedBy: acknowledgedBy ?? by, escalatedAt: null };
}
