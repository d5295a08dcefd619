import type { AlertRule } from '#contract/alert-rules.ts';
import type { Alert } from '#contract/alerts.ts';
import { onceAt, type Clock } from '#lib/clock.ts';
import type { AlertLedger } from './ledger.ts';

export interface RepeatDeps {
  clock: Clock;
  ledger: AlertLedger;
  ruleOf: (ruleId: string) => AlertRule | undefined;
  /** Nobody acknowledged it until this instant, epoch ms. Called again for the same after a restart. */
  again: (alert: Alert, rule: AlertRule, at: number) => void;
}

/**
 * Has alerts told again for as long as nobody acknowledges, every so often as their rule says. It goes by what stands in the
 * alert and its rule, as escalation does: what became due while nobody was there is told once, at the start.
 */
export class RepeatWatch {
  readonly #deps: RepeatDeps;
  /** The last instant of each alert that was told. */
  #told = new Map<string, number>();
  #leave: (() => void) | null = null;
  #cancelTimer: (() => void) | null = null;

  constructor(deps: RepeatDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#leave ??= this.#deps.ledger.changed.on(() => this.look());
    this.look();
  }

  stop(): void {
    this.#leave?.();
    this.#leave = null;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  /** Tells what is due; after a change of rules as well. */
  look(): void {
    const { ledger, ruleOf, clock, again } = this.#deps;
    const told = new Map<string, number>();
    for (const alert of ledger.open()) {
      const rule = ruleOf(alert.ruleId);
      const at = last(alert, rule, clock.now());
      if (at === null) continue;
      told.set(alert.id, at);
      if (this.#told.get(alert.id) !== at) again(alert, rule!, at);
    }
    this.#told = told;
    this.#schedule();
  }

  #schedule(): void {
    const { ledger, ruleOf, clock } = this.#deps;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    const now = clock.now();
    let due = Infinity;
    for (const alert of ledger.open()) due = Math.min(due, next(alert, ruleOf(alert.ruleId), now));
    if (due < Infinity) this.#cancelTimer = onceAt(clock, due, () => this.look());
  }
}

const everyMs = ({ status, silenceId }: Alert, rule: AlertRule | undefined): number | null =>
  status === 'open' && silenceId === null && rule?.telling?.repeatSec ? rule.telling.repeatSec * 1000 : null;

/** The last instant at which it was to be told again; null: none yet. */
function last(alert: Alert, rule: AlertRule | undefined, now: number): number | null {
  const every = everyMs(alert, rule);
  if (every === null) return null;
  const since = Date.parse(alert.openSince);
  const times = Math.floor((now - since) / every);
  return times > 0 ? since + times * every : null;
}

function next(alert: Alert, rule: AlertRule | undefined, now: number): number {
  const every = everyMs(alert, rule);
  if (every === null) return Infinity;
  const since = Date.parse(alert.openSince);
  return since + (Math.max(0, Math.floor((now - since) / every)) + 1) * every;
}
