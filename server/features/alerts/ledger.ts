import { ulid } from 'ulid';
import type { Alert, AlertRule } from '#contract/alerts.ts';
import type { Severity } from '#contract/ids.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import type { Logger } from '#lib/logger.ts';
import type { Subject } from './condition.ts';

export interface LedgerDeps {
  clock: Clock;
  log: Logger;
  /** Takes every new state of an alert for storing. */
  store: (alert: Alert) => void;
}

/** What changes when an alert is raised or gets graver. */
export interface Grade {
  rule: AlertRule;
  severity: Severity;
  facts: Alert['facts'];
  cameraIds: string[];
}

/** The alerts that are not closed, and the only place where one changes. */
export class AlertLedger {
  /** Every new state of an alert; the closed one once. */
  readonly changed = new Emitter<Alert>();

  readonly #deps: LedgerDeps;
  readonly #open = new Map<string, Alert>();

  constructor(deps: LedgerDeps) {
    this.#deps = deps;
  }

  /** Takes over the alerts that were open when the program ended. */
  restore(alerts: readonly Alert[]): void {
    this.#open.clear();
    for (const alert of alerts) this.#open.set(alert.id, alert);
  }

  open(): Alert[] {
    return [...this.#open.values()];
  }

  raise(hallId: string, subject: Subject, since: number, { rule, severity, facts, cameraIds }: Grade): Alert {
    const now = this.#deps.clock.now();
    const at = iso(now);
    return this.#set({
      id: ulid(now),
      ruleId: rule.id,
      ruleVersion: rule.version,
      kind: rule.kind,
      hallId,
      windowId: subject.windowId,
      queueId: subject.queueId,
      cameraId: subject.cameraId,
      severity,
      status: 'open',
      conditionSince: iso(since),
      raisedAt: at,
      severityAt: at,
      acknowledgedAt: null,
      acknowledgedBy: null,
      clearedAt: null,
      closedAt: null,
      outcome: null,
      facts,
      cameraIds,
    });
  }

  /** A graver alert is open again: who acknowledged the lesser one has not seen this. */
  escalate(alertId: string, { rule, severity, facts, cameraIds }: Grade): void {
    const before = this.#get(alertId);
    if (before.status === 'acknowledged') {
      const { acknowledgedBy, acknowledgedAt, severity: from } = before;
      this.#deps.log.info(
        { alertId, from, to: severity, acknowledgedBy, acknowledgedAt },
        'acknowledged alert is open again',
      );
    }
    this.#set({
      ...before,
      ruleVersion: rule.version,
      severity,
      severityAt: this.#now(),
      status: 'open',
      acknowledgedAt: null,
      acknowledgedBy: null,
      facts,
      cameraIds,
    });
  }

  /** Throws NOT_FOUND where no such alert is open. Who acknowledged first stays. */
  acknowledge(alertId: string, username: string): Alert {
    const alert = this.#get(alertId);
    if (alert.status === 'acknowledged') return alert;
    return this.#set({ ...alert, status: 'acknowledged', acknowledgedAt: this.#now(), acknowledgedBy: username });
  }

  /** @param clearedAt when the condition was over; null where it was not */
  close(alertId: string, outcome: NonNullable<Alert['outcome']>, clearedAt: number | null): void {
    const alert = this.#get(alertId);
    this.#set({
      ...alert,
      status: 'closed',
      outcome,
      clearedAt: clearedAt === null ? null : iso(clearedAt),
      closedAt: this.#now(),
    });
  }

  #get(alertId: string): Alert {
    const alert = this.#open.get(alertId);
    if (!alert) throw new AppError('NOT_FOUND', `no open alert ${alertId}`);
    return alert;
  }

  #set(alert: Alert): Alert {
    if (alert.status === 'closed') this.#open.delete(alert.id);
    else this.#open.set(alert.id, alert);
    this.#deps.store(alert);
    this.changed.emit(alert);
    return alert;
  }

  #now(): string {
    return iso(this.#deps.clock.now());
  }
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
