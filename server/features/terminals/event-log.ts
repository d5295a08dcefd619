import type { Gauge, Histogram, Counter } from 'prom-client';
import { AppError, messageOf } from '#lib/app-error.ts';
import { Backoff } from '#lib/backoff.ts';
import { BoundedQueue } from '#lib/bounded-queue.ts';
import { pause, type Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { ProblemBoard } from '#lib/problem-board.ts';
import type { BulkDatabase } from '../../db/database.ts';
import { insertEvents, misdatedIds } from './event-rows.ts';
import { RecentIds } from './recent-ids.ts';
import type { StoredEvent } from './stored-event.ts';

export interface EventLogMetrics {
  queued: Gauge;
  commitSeconds: Histogram;
  stored: Counter;
  repeated: Counter;
}

export interface EventLogDeps {
  db: BulkDatabase;
  clock: Clock;
  log: Logger;
  problems: ProblemBoard;
  metrics: EventLogMetrics;
  /** After the commit, once for each event that is new, in the order of the log. */
  onStored: (event: StoredEvent) => void;
  /** The database refused this very event; it is given up. */
  onUnstorable: (event: StoredEvent, reason: string) => void;
}

interface Waiting {
  event: StoredEvent;
  resolve: () => void;
  reject: (error: unknown) => void;
}

const PROBLEM = 'ingest';
const QUEUE_LIMIT = 20_000;
const BATCH_ROWS = 2_000;
/** A batch this full says that more is on its way, so that a smaller one is worth a moment of waiting. */
const BUSY_ROWS = 20;
const LINGER_MS = 5;
const RECENT_IDS = 100_000;
const MISDATED_MEMORY_MS = 24 * 3600_000;
const FAREWELL_MS = 5_000;

/**
 * The one append of the house: events in batches, one batch at a time, so that the order of commits is the order of the
 * log. What is appended is kept until the database has it, however long that takes; nobody is told otherwise before.
 */
export class EventLog {
  readonly #deps: EventLogDeps;
  readonly #queue = new BoundedQueue<Waiting>(QUEUE_LIMIT);
  /** What waits for its commit, so that a repetition waits for the same one. */
  readonly #open = new Map<string, Promise<void>>();
  readonly #recent = new RecentIds(RECENT_IDS);
  #writing: Promise<void> | null = null;
  #wake: (() => void) | null = null;
  #lastBatch = 0;
  #stopping: AbortController | null = null;

  constructor(deps: EventLogDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    if (this.#stopping !== null) return;
    this.#stopping = new AbortController();
    const { db, clock } = this.#deps;
    for (const id of await misdatedIds(db, clock.now() - MISDATED_MEMORY_MS)) this.#recent.add(id);
  }

  /** Writes what is queued if the database takes it within a few seconds; the rest is rejected, and comes again. */
  async stop(): Promise<void> {
    const stopping = this.#stopping;
    this.#stopping = null;
    if (stopping === null) return;
    const { promise: enough, resolve } = Promise.withResolvers<void>();
    const cancel = this.#deps.clock.after(FAREWELL_MS, () => {
      stopping.abort();
      // A statement that hangs is left to the pool; what it carries was never acknowledged.
      resolve();
    });
    this.#wake?.();
    await Promise.race([this.#writing, enough]);
    cancel();
  }

  /**
   * Resolves when the event is in the database, this time or an earlier one. Rejects with INGEST_OVERLOADED when the
   * queue is full, with SHUTTING_DOWN when it could not be written before the end.
   */
  append(event: StoredEvent): Promise<void> {
    const { metrics, problems } = this.#deps;
    if (this.#stopping === null) return Promise.reject(new AppError('SHUTTING_DOWN'));
    const { id } = event;
    const open = this.#open.get(id);
    if (open !== undefined || this.#recent.has(id)) {
      metrics.repeated.inc();
      return open ?? Promise.resolve();
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (!this.#queue.push({ event, resolve, reject })) {
      problems.raise(PROBLEM, 'INGEST_OVERLOADED', `${QUEUE_LIMIT} events wait`);
      return Promise.reject(new AppError('INGEST_OVERLOADED'));
    }
    this.#open.set(id, promise);
    metrics.queued.set(this.#queue.size);
    if (this.#queue.size >= this.#enough) this.#wake?.();
    this.#writing ??= this.#drain(this.#stopping.signal);
    return promise;
  }

  async #drain(signal: AbortSignal): Promise<void> {
    // Everything that one read of a socket brought goes into the first batch.
    await Promise.resolve();
    while (this.#queue.size > 0) {
      const isBusy = this.#lastBatch >= BUSY_ROWS && this.#queue.size < this.#enough;
      if (isBusy && this.#stopping !== null) await this.#linger();
      const batch = this.#queue.take(BATCH_ROWS);
      this.#lastBatch = batch.length;
      await this.#write(batch, signal);
      this.#deps.metrics.queued.set(this.#queue.size);
      if (this.#queue.size < QUEUE_LIMIT / 2) this.#deps.problems.clear(PROBLEM);
    }
    // In the same step as the last look at the queue: whoever appends now starts anew.
    this.#writing = null;
  }

  /** As many as the last time: whoever waits for an acknowledgement before he says more has said all by then. */
  get #enough(): number {
    return Math.min(BATCH_ROWS, this.#lastBatch);
  }

  /** A few milliseconds, or until there is enough or the end is near. */
  #linger(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#deps.clock.after(LINGER_MS, resolve);
    this.#wake = resolve;
    return promise.then(() => {
      cancel();
      this.#wake = null;
    });
  }

  /** Tries until it is written, refused, or over. */
  async #write(batch: Waiting[], signal: AbortSignal): Promise<void> {
    const { db, clock, log, problems, metrics } = this.#deps;
    const backoff = new Backoff({ firstMs: 100, maxMs: 2_000, jitter: 0.3 });
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        const began = clock.monotonic();
        const fresh = await insertEvents(
          db,
          batch.map((waiting) => waiting.event),
        );
        metrics.commitSeconds.observe((clock.monotonic() - began) / 1000);
        if (attempt > 0) log.info({ events: batch.length, attempts: attempt + 1 }, 'events stored after a pause');
        this.#settle(batch, fresh);
        return;
      } catch (error) {
        if (isRefusal(error)) return this.#isolate(batch, error, signal);
        if (attempt === 0) log.warn({ events: batch.length, reason: messageOf(error) }, 'events wait for the database');
        // A database that is away shows as such already; one that answers and still takes nothing shows here.
        if (!(error instanceof AppError)) problems.raise(PROBLEM, 'INGEST_OVERLOADED', messageOf(error));
        await pause(clock, backoff.next(), signal);
      }
    }
    for (const waiting of batch) this.#close(waiting).reject(new AppError('SHUTTING_DOWN'));
  }

  /** One event that the database can never take must not hold up the others: halve until it stands alone. */
  async #isolate(batch: Waiting[], error: unknown, signal: AbortSignal): Promise<void> {
    if (batch.length > 1) {
      const half = batch.length >> 1;
      await this.#write(batch.slice(0, half), signal);
      await this.#write(batch.slice(half), signal);
      return;
    }
    for (const waiting of batch) {
      this.#deps.onUnstorable(waiting.event, messageOf(error));
      this.#close(waiting).resolve();
    }
  }

  #settle(batch: Waiting[], fresh: ReadonlySet<string>): void {
    const { log, metrics, onStored } = this.#deps;
    for (const waiting of batch) {
      this.#recent.add(waiting.event.id);
      this.#close(waiting).resolve();
    }
    metrics.stored.inc(fresh.size);
    metrics.repeated.inc(batch.length - fresh.size);
    for (const { event } of batch) {
      try {
        if (fresh.has(event.id)) onStored(event);
      } catch (error) {
        // The event is safe in the log; a listener that stumbles must not make it look unwritten.
        log.error({ err: error, event: event.id }, 'a stored event could not be applied');
      }
    }
  }

  #close(waiting: Waiting): Waiting {
    this.#open.delete(waiting.event.id);
    return waiting;
  }
}

/** SQLSTATE classes 22 (data) and 23 (constraints): about the rows, so that trying again cannot help. */
function isRefusal(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^2[23]...$/.test(code);
}
