import pg from 'pg';
import { AppError, messageOf } from '#lib/app-error.ts';
import { Backoff } from '#lib/backoff.ts';
import { pause, type Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { BulkDatabase, Database } from '../../db/database.ts';

const TABLE = 'terminal_spool';
const BATCH_ROWS = 2_000;
/** A connection that is dead without a word tells no news. */
const LOOK_EVERY_MS = 5_000;
const wait = { firstMs: 100, maxMs: 2_000, jitter: 0.3 };

interface Waiting {
  row: string[];
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** Puts messages as they came into the database, many at a time; an ingest process does nothing else. */
export class SpoolWriter {
  readonly #deps: { db: BulkDatabase; clock: Clock; log: Logger };
  readonly #stopping = new AbortController();
  #waiting: Waiting[] = [];
  #writing: Promise<void> | null = null;

  constructor(deps: { db: BulkDatabase; clock: Clock; log: Logger }) {
    this.#deps = deps;
  }

  /** Resolves when it is committed, however long the database is away; how many wait is the caller's matter. */
  put(topic: string, payload: Buffer): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const receivedAt = new Date(this.#deps.clock.now()).toISOString();
    // PostgreSQL keeps no NUL, and no topic that has one is any of ours.
    const row = [receivedAt, topic.replaceAll('\0', '\ufffd'), `\\x${payload.toString('hex')}`];
    this.#waiting.push({ row, resolve, reject });
    this.#writing ??= this.#drain();
    return promise;
  }

  /** What is not written by now is rejected, and comes again from the broker. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#writing;
  }

  async #drain(): Promise<void> {
    // Everything that one read of a socket brought goes into the first batch.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#write(this.#waiting.splice(0, BATCH_ROWS));
    this.#writing = null;
  }

  async #write(batch: Waiting[]): Promise<void> {
    const { db, clock, log } = this.#deps;
    const { signal } = this.#stopping;
    const backoff = new Backoff(wait);
    for (let attempt = 0; attempt === 0 || !signal.aborted; attempt += 1) {
      try {
        await db.copy(
          TABLE,
          ['received_at', 'topic', 'payload'],
          batch.map(({ row }) => row),
        );
        return batch.forEach(({ resolve }) => resolve());
      } catch (error) {
        if (attempt === 0)
          log.warn({ messages: batch.length, reason: messageOf(error) }, 'messages wait for the database');
        await pause(clock, backoff.next(), signal);
      }
    }
    for (const { reject } of batch) reject(new AppError('SHUTTING_DOWN'));
  }
}

/** A message out of the spool; resolves when what it says is in the log, so that it may go from here. */
export type FromSpool = (topic: string, payload: Buffer, receivedAt: number) => Promise<void>;

interface SpoolRow {
  position: number;
  receivedAt: string;
  topic: string;
  payload: Buffer;
}

/**
 * Takes messages out of the spool in the order in which they came. One that was taken and not yet removed when we end is
 * taken again, and known again by its event id.
 */
export class SpoolReader {
  readonly #deps: { db: Database; url: string; clock: Clock; log: Logger };
  #stopping: AbortController | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(deps: { db: Database; url: string; clock: Clock; log: Logger }) {
    this.#deps = deps;
  }

  start(take: FromSpool): void {
    if (this.#stopping !== null) return;
    this.#stopping = new AbortController();
    this.#running = this.#run(take, this.#stopping.signal);
  }

  async stop(): Promise<void> {
    this.#stopping?.abort();
    this.#stopping = null;
    await this.#running;
  }

  async #run(take: FromSpool, signal: AbortSignal): Promise<void> {
    const backoff = new Backoff(wait);
    while (!signal.aborted) {
      try {
        await this.#listen(take, signal, () => backoff.reset());
      } catch (error) {
        if (!signal.aborted) this.#deps.log.warn({ reason: messageOf(error) }, 'the spool is not read for now');
      }
      await pause(this.#deps.clock, backoff.next(), signal);
    }
  }

  /** On one connection, which hears of what is put in; until it breaks or `signal` ends it. */
  async #listen(take: FromSpool, signal: AbortSignal, onTaken: () => void): Promise<void> {
    const client = new pg.Client({
      ...{ connectionString: this.#deps.url, application_name: 'hallwatch spool', keepAlive: true },
      connectionTimeoutMillis: 5_000,
    });
    let news = Promise.withResolvers<void>();
    let isOver = false;
    const end = () => {
      isOver = true;
      news.resolve();
    };
    client.on('notification', () => news.resolve());
    client.on('error', end);
    client.on('end', end);
    signal.addEventListener('abort', end);
    const stopLooking = this.#deps.clock.every(LOOK_EVERY_MS, () => news.resolve());
    try {
      await client.connect();
      await client.query(`LISTEN ${TABLE}`);
      while (!isOver) {
        news = Promise.withResolvers();
        if ((await this.#round(take, signal)) > 0) onTaken();
        else if (!isOver) await news.promise;
      }
    } finally {
      stopLooking();
      signal.removeEventListener('abort', end);
      await client.end().catch(() => undefined);
    }
  }

  /** Takes what is there, up to one batch; gives how many. */
  async #round(take: FromSpool, signal: AbortSignal): Promise<number> {
    const { db } = this.#deps;
    const rows = await db.query<SpoolRow>(
      `SELECT position, received_at AS "receivedAt", topic, payload FROM ${TABLE} ORDER BY received_at, position LIMIT ${BATCH_ROWS}`,
    );
    const taken = rows.map(({ topic, payload, receivedAt }) => take(topic, payload, Date.parse(receivedAt)));
    await unlessEnded(Promise.all(taken), signal);
    if (rows.length > 0) {
      await db.query(`DELETE FROM ${TABLE} WHERE position = ANY($1::bigint[])`, [rows.map(({ position }) => position)]);
    }
    return rows.length;
  }
}

/** While the database is away the log keeps what it was given, and whoever ends must not wait for it. */
async function unlessEnded(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const end = () => reject(new AppError('SHUTTING_DOWN'));
  signal.addEventListener('abort', end);
  try {
    await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', end);
  }
}
