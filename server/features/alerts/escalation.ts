import type { AlertRule } from '#contract/alert-rules.ts';
import type { Alert } from '#contract/alerts.ts';
import { onceAt, type Clock } from '#lib/clock.ts';
import type { AlertLedger } from './ledger.ts';

export interface EscalationDeps {
  clock: Clock;
  ledger: AlertLedger;
  ruleOf: (ruleId: string) => AlertRule | undefined;
}

/**
 * Escalates what nobody acknowledges in time: once for as long as nobody does. Everything that it goes by stands in the
 * alert and its rule, so that it goes on after a kill, and what became due meanwhile is escalated at once.
 */
export class EscalationWatch {
  readonly #deps: EscalationDeps;
  #leave: (() => void) | null = null;
  #cancelTimer: (() => void) | null = null;

  constructor(deps: EscalationDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#leave ??= this.#deps.ledger.changed.on(() => this.#schedule());
    this.look();
  }

  stop(): void {
    this.#leave?.();
    this.#leave = null;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  /** Escalates what is due; after a change of rules as well. */
  look(): void {
    const { ledger, ruleOf, clock } = this.#deps;
    for (const alert of ledger.open()) {
      const rule = ruleOf(alert.ruleId);
      if (dueAt(alert, rule) <= clock.now()) ledger.escalate(alert.id, rule!.escalation!.levelUp);
    }
    this.#schedule();
  }

  #schedule(): void {
    const { ledger, ruleOf, clock } = this.#deps;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    let next = Infinity;
    for (const alert of ledger.open()) next = Math.min(next, dueAt(alert, ruleOf(alert.ruleId)));
    if (next < Infinity) this.#cancelTimer = onceAt(clock, next, () => this.look());
  }
}

/** Epoch ms; Infinity where it does not become due. */
function dueAt({ status, silenceId, escalatedAt, openSince }: Alert, rule: AlertRule | undefined): number {
  if (status !== 'open' || silenceId !== null || escalatedAt !== null || !rule?.escalation) return Infinity;
  return Date.parse(openSince) + rule.escalation.afterSec * 1000;
}
