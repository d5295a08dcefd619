import { ulid } from 'ulid';
import type { ActRequest, AlertAct, AlertOutcome } from '#contract/alert-acts.ts';
import type { Silence } from '#contract/alert-silences.ts';
import { rankOf, type AlertRule } from '#contract/alert-rules.ts';
import type { Alert } from '#contract/alerts.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import { subjectKey, type Subject } from './condition.ts';
import { actOf, mayMove, moved, type Grade, type Move } from './handling.ts';

export interface LedgerDeps {
  clock: Clock;
  /** The silence that keeps an alert quiet. */
  silenceOf: (alert: Alert) => Pick<Silence, 'id' | 'reason' | 'madeBy'> | undefined;
  /** Takes every new state of an alert for storing, with what made it so. */
  store: (alert: Alert, act: AlertAct) => void;
}

/**
 * The alerts that someone still has to do with, and the only place where they change: those that are not closed, and those
 * that a person closed while their condition lasts.
 */
export class AlertLedger {
  /** Every new state of an alert. */
  readonly changed = new Emitter<Alert>();

  readonly #deps: LedgerDeps;
  readonly #kept = new Map<string, Alert>();

  constructor(deps: LedgerDeps) {
    this.#deps = deps;
  }

  /** Takes over the alerts that were kept when the program ended. */
  restore(alerts: readonly Alert[]): void {
    this.#kept.clear();
    for (const alert of alerts) this.#kept.set(alert.id, alert);
  }

  /** Those that are not closed, oldest first. */
  open(): Alert[] {
    return [...this.#kept.values()].filter(({ status }) => status !== 'closed');
  }

  /** Those that the engine follows, be they closed by a person or not. */
  followed(): Alert[] {
    return [...this.#kept.values()].filter(({ outcome }) => outcome === null);
  }

  get(alertId: string): Alert | undefined {
    return this.#kept.get(alertId);
  }

  /** A new alert; or the one about the same that someone still has in hand, which is open again. */
  raise(rule: AlertRule, hallId: string, subject: Subject, since: number, grade: Grade): Alert {
    const before = this.#inHand(rule.id, hallId, subject);
    if (before) return this.#move(before, { act: 'return', grade }, null);
    const now = this.#deps.clock.now();
    const at = iso(now);
    const alert: Alert = {
      id: ulid(now),
      ruleId: rule.id,
      kind: rule.kind,
      hallId,
      ...subject,
      ...grade,
      status: 'open',
      revision: 1,
      lastAct: { act: 'raise', at, by: null },
      conditionSince: iso(since),
      raisedAt: at,
      severityAt: at,
      openSince: at,
      escalatedAt: null,
      silenceId: null,
      acknowledgedAt: null,
      acknowledgedBy: null,
      assignedTo: null,
      clearedAt: null,
      closedAt: null,
      outcome: null,
      verdict: null,
    };
    const silence = this.#deps.silenceOf(alert);
    return this.#set({ ...alert, silenceId: silence?.id ?? null }, silence?.reason ?? null);
  }

  /** Nothing where it is as grave already, as it may be by escalation. */
  climb(alertId: string, grade: Grade): void {
    const alert = this.#followed(alertId);
    if (rankOf(grade.severity) > rankOf(alert.severity)) this.#move(alert, { act: 'climb', grade }, null);
  }

  escalate(alertId: string, levelUp: boolean): void {
    this.#move(this.#followed(alertId), { act: 'escalate', levelUp }, null);
  }

  /** Silences were made, lifted, or have ended: every alert that is not closed is quiet, or calls, as they say now. */
  silence(): void {
    for (const alert of this.open()) {
      const silence = this.#deps.silenceOf(alert);
      if (alert.silenceId === (silence?.id ?? null)) continue;
      if (silence) this.#move(alert, { act: 'silence', silenceId: silence.id, note: silence.reason }, silence.madeBy);
      else this.#move(alert, { act: 'unsilence' }, null);
    }
  }

  /** @param clearedAt when the condition was over, epoch ms; null where it was not seen to end */
  end(alertId: string, outcome: AlertOutcome, clearedAt: number | null): void {
    const move: Move = { act: 'end', outcome, clearedAt: clearedAt === null ? null : iso(clearedAt) };
    this.#move(this.#followed(alertId), move, null);
  }

  /** What a person does, be the alert kept or past. Throws ALERT_CHANGED with the last act where he saw an older state. */
  act(alert: Alert, request: ActRequest, username: string): Alert {
    if (!mayMove(alert, request)) throw new AppError('ALERT_CHANGED', alert.lastAct);
    return this.#move(alert, request, username);
  }

  #followed(alertId: string): Alert {
    const alert = this.#kept.get(alertId);
    if (!alert) throw new Error(`the engine follows ${alertId}, the ledger does not keep it`);
    return alert;
  }

  #inHand(ruleId: string, hallId: string, subject: Subject): Alert | undefined {
    const key = subjectKey(subject);
    return this.open().find((each) => each.ruleId === ruleId && each.hallId === hallId && subjectKey(each) === key);
  }

  #move(before: Alert, move: Move, by: string | null): Alert {
    const note = 'note' in move ? move.note : null;
    return this.#set(moved(before, move, iso(this.#deps.clock.now()), by), note);
  }

  #set(alert: Alert, note: string | null): Alert {
    if (alert.status === 'closed' && alert.outcome !== null) this.#kept.delete(alert.id);
    else this.#kept.set(alert.id, alert);
    this.#deps.store(alert, actOf(alert, note));
    this.changed.emit(alert);
    return alert;
  }
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
