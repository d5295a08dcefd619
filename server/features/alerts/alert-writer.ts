import type { Alert } from '#contract/alerts.ts';
import { AppError, messageOf } from '#lib/app-error.ts';
import { Backoff } from '#lib/backoff.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { ProblemBoard } from '#lib/problem-board.ts';
import { violationOf } from '../../db/violations.ts';

/** Alerts that may wait for a database that is away. Open ones are as many as there are subjects, so these are closed ones. */
const LIMIT = 20_000;

export interface AlertWriterDeps {
  save: (alert: Alert) => Promise<void>;
  clock: Clock;
  log: Logger;
  problems: ProblemBoard;
}

/**
 * Writes alerts behind the engine, so that the wall hears of one at once and goes on hearing while the database is away.
 * Only the last state of each alert waits, in the order in which they first changed: an alert is closed in the database
 * before the next one about the same subject is inserted. What a crash loses is found again: its condition still lasts.
 */
export class AlertWriter {
  readonly #deps: AlertWriterDeps;
  readonly #waiting = new Map<string, Alert>();
  readonly #backoff = new Backoff({ firstMs: 500, maxMs: 10_000, jitter: 0.2 });
  #pass: Promise<void> | null = null;
  #cancelRetry: (() => void) | null = null;
  #stopped = false;

  constructor(deps: AlertWriterDeps) {
    this.#deps = deps;
  }

  put(alert: Alert): void {
    this.#waiting.set(alert.id, alert);
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
        if (this.#waiting.get(next.id) === next) this.#waiting.delete(next.id);
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

  async #write(alert: Alert): Promise<void> {
    try {
      await this.#deps.save(alert);
    } catch (error) {
      // A row that the database will never take must not hold up all others.
      if (!violationOf(error)) throw error;
      this.#deps.log.error({ err: error, code: 'INTERNAL', alertId: alert.id }, 'alert could not be stored');
    }
  }

  #first(): Alert | undefined {
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
    for (const alert of this.#waiting.values()) {
      if (alert.status !== 'closed') continue;
      this.#waiting.delete(alert.id);
      this.#deps.log.error({ code: 'DATABASE_UNREACHABLE', alertId: alert.id }, 'closed alert dropped: too many wait');
      return;
    }
  }
}
