import type { AlertAct } from '#contract/alert-acts.ts';
import type { Alert } from '#contract/alerts.ts';
import { AppError, messageOf } from '#lib/app-error.ts';
import { Backoff } from '#lib/backoff.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { ProblemBoard } from '#lib/problem-board.ts';
import { violationOf } from '../../db/violations.ts';
import type { ChangedAlert } from './repository.ts';

/** Alerts that may wait for a database that is away. Open ones are as many as there are subjects, so these are closed ones. */
const LIMIT = 20_000;
/** Alerts in one transaction: a storm is stored in a few of them, and whoever waits for his own waits for one or two. */
const BATCH = 100;

export interface AlertWriterDeps {
  /** All of them in this order, in one transaction. */
  save: (changed: readonly ChangedAlert[]) => Promise<void>;
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
  #waiting = new Map<string, ChangedAlert>();
  /** On their way to the database. */
  #leaving = new Map<string, ChangedAlert>();
  readonly #backoff = new Backoff({ firstMs: 500, maxMs: 10_000, jitter: 0.2 });
  #acts = 0;
  #pass: Promise<boolean> | null = null;
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
    return (this.#waiting.get(alertId) ?? this.#leaving.get(alertId))?.alert;
  }

  put(alert: Alert, act: AlertAct): void {
    this.#waiting.set(alert.id, { alert, acts: [...(this.#waiting.get(alert.id)?.acts ?? []), act] });
    this.#acts += 1;
    if (this.#waiting.size > LIMIT) this.#dropOldestClosed();
    if (!this.#cancelRetry) void this.settled();
  }

  /** Resolves when everything that waits now was tried once, written or not; what comes later is not waited for. */
  async settled(): Promise<void> {
    let passes = Math.ceil(this.#waiting.size / BATCH) + (this.#pass ? 1 : 0);
    for (; passes > 0; passes -= 1) if (!(await (this.#pass ??= this.#writeBatch()))) return;
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

  /** False where the database is away. */
  async #writeBatch(): Promise<boolean> {
    this.#leaving = new Map(this.#waiting.entries().take(BATCH));
    for (const id of this.#leaving.keys()) this.#waiting.delete(id);
    try {
      await this.#write([...this.#leaving.values()]);
      for (const { acts } of this.#leaving.values()) this.#acts -= acts.length;
      this.#backoff.reset();
      this.#deps.problems.clear('alerts');
      return true;
    } catch (error) {
      this.#takeBack();
      this.#retryLater(error);
      return false;
    } finally {
      this.#leaving = new Map();
      this.#pass = null;
    }
  }

  async #write(batch: readonly ChangedAlert[]): Promise<void> {
    try {
      await this.#deps.save(batch);
    } catch (error) {
      // A row that the database will never take must not hold up all others.
      if (!violationOf(error)) throw error;
      if (batch.length > 1) for (const each of batch) await this.#write([each]);
      else
        this.#deps.log.error(
          { err: error, code: 'INTERNAL', alertId: batch[0]?.alert.id },
          'alert could not be stored',
        );
    }
  }

  /** Before all that came meanwhile, and with it. */
  #takeBack(): void {
    const later = this.#waiting;
    this.#waiting = new Map(this.#leaving);
    for (const [id, { alert, acts }] of later) {
      this.#waiting.set(id, { alert, acts: [...(this.#waiting.get(id)?.acts ?? []), ...acts] });
    }
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
    for (const { alert, acts } of this.#waiting.values()) {
      if (alert.status !== 'closed') continue;
      this.#waiting.delete(alert.id);
      this.#acts -= acts.length;
      this.#deps.log.error({ code: 'DATABASE_UNREACHABLE', alertId: alert.id }, 'closed alert dropped: too many wait');
      return;
    }
  }
}
