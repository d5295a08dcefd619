import type { AlertAct } from '#contract/alert-acts.ts';
import type { Alert } from '#contract/alerts.ts';
import { AppError, messageOf } from '#lib/app-error.ts';
import { Backoff } from '#lib/backoff.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { ProblemBoard } from '#lib/problem-board.ts';
import { violationOf } from '../../db/violations.ts';

/** Alerts that may wait for a database that is away. Open ones are as many as there are subjects, so these are closed ones. */
const LIMIT = 20_000;

/** The last state of an alert, and everything that happened to it since it was written. */
interface Waiting {
  alert: Alert;
  acts: readonly AlertAct[];
}

export interface AlertWriterDeps {
  /** One transaction. */
  save: (alert: Alert, acts: readonly AlertAct[]) => Promise<void>;
  clock: Clock;
  log: Logger;
  problems: ProblemBoard;
}

/**
 * Writes alerts behind the engine, so that the wall hears of one at once and goes on hearing while the database is away.
 * Of each alert waits its last state, with all acts that led there, in the order in which they first changed: an alert is
 * closed in the database before the next one about the same subject is inserted. What a crash loses is found again: its condition still lasts.
 */
export class AlertWriter {
  readonly #deps: AlertWriterDeps;
  readonly #waiting = new Map<string, Waiting>();
  readonly #backoff = new Backoff({ firstMs: 500, maxMs: 10_000, jitter: 0.2 });
  #acts = 0;
  #pass: Promise<void> | null = null;
  #cancelRetry: (() => void) | null = null;
  #stopped = false;

  constructor(deps: AlertWriterDeps) {
    this.#deps = deps;
  }

  /** True while so much waits that people are asked to wait, too. */
  get full(): boolean {
    return this.#acts >= LIMIT;
  }

  /** The state of an alert that waits to be written. */
  newest(alertId: string): Alert | undefined {
    return this.#waiting.get(alertId)?.alert;
  }

  put(alert: Alert, act: AlertAct): void {
    this.#waiting.set(alert.id, { alert, acts: [...(this.#waiting.get(alert.id)?.acts ?? []), act] });
    this.#acts += 1;
    if (this.#waiting.size > LIMIT) this.#dropOldestClosed();
    if (!this.#cancelRetry) void this.settled();
  }

  /** Resolves when everything that waits now was tried once, written or not. */
  async settled(): Promise<void> {
    if (this.#waiting.size > 0) await (this.#pass ??= this.#writeAll());
  }

  start(): void {
    this.#stopped = false;
  }

  /** Tries once more, then rests. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    await this.settled();
  }

  async #writeAll(): Promise<void> {
    try {
      for (let next = this.#first(); next; next = this.#first()) {
        await this.#write(next);
        this.#forget(next);
      }
      this.#backoff.reset();
      this.#deps.problems.clear('alerts');
    } catch (error) {
      this.#retryLater(error);
    } finally {
      // in the same turn as the last look at what waits, so that nothing put meanwhile is overlooked
      this.#pass = null;
    }
  }

  async #write({ alert, acts }: Waiting): Promise<void> {
    try {
      await this.#deps.save(alert, acts);
    } catch (error) {
      // A row that the database will never take must not hold up all others.
      if (!violationOf(error)) throw error;
      this.#deps.log.error({ err: error, code: 'INTERNAL', alertId: alert.id }, 'alert could not be stored');
    }
  }

  /** What was written; acts that came meanwhile go on waiting. */
  #forget({ alert, acts }: Waiting): void {
    const now = this.#waiting.get(alert.id);
    const later = now?.acts.slice(acts.length) ?? [];
    this.#acts -= acts.length;
    if (now && later.length > 0) this.#waiting.set(alert.id, { alert: now.alert, acts: later });
    else this.#waiting.delete(alert.id);
  }

  #first(): Waiting | undefined {
    return this.#waiting.values().next().value;
  }

  #retryLater(error: unknown): void {
    const code = error instanceof AppError ? error.code : 'INTERNAL';
    this.#deps.problems.raise('alerts', code, messageOf(error));
    if (this.#stopped) {
      return this.#deps.log.error({ err: error, code, alerts: this.#waiting.size }, 'alerts not stored at the end');
    }
    this.#cancelRetry ??= this.#deps.clock.after(this.#backoff.next(), () => {
      this.#cancelRetry = null;
      void this.settled();
    });
  }

  #dropOldestClosed(): void {
    for (const waiting of this.#waiting.values()) {
      const { alert } = waiting;
      if (alert.status !== 'closed') continue;
      this.#forget(waiting);
      this.#deps.log.error({ code: 'DATABASE_UNREACHABLE', alertId: alert.id }, 'closed alert dropped: too many wait');
      return;
    }
  }
}
