import type { Counter } from 'prom-client';
import type { ErrorCode } from '#contract/errors.ts';
import type { DeadLetter } from '#contract/terminals.ts';
import type { RejectedMessage } from '#contract/terminal-message.ts';
import { messageOf } from '#lib/app-error.ts';
import { BoundedQueue } from '#lib/bounded-queue.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { Database } from '../../db/database.ts';

export interface DeadLettersDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  metrics: { rejected: Counter; deadLettersDropped: Counter };
}

/** How many are kept in all, and how many a second: a babbling device must not fill the database. */
const KEPT = 10_000;
export const KEPT_PER_SECOND = 20;
const KEPT_BYTES = 2_048;
const FLUSH_MS = 1_000;
const PRUNE_EVERY = 500;

/** Messages that could not be used: all are counted, and as many kept as is of use to someone who looks for the reason. */
export class DeadLetters {
  readonly #deps: DeadLettersDeps;
  /** One flush interval's worth; what comes beyond is only counted. */
  readonly #queue = new BoundedQueue<RejectedMessage>((KEPT_PER_SECOND * FLUSH_MS) / 1_000);
  /** The first flush prunes what an earlier run left. */
  #sincePrune = PRUNE_EVERY;
  #end: (() => void) | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(deps: DeadLettersDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#end ??= this.#deps.clock.every(FLUSH_MS, () => {
      this.#writing = this.#writing.then(() => this.#flush());
    });
  }

  async stop(): Promise<void> {
    if (this.#end === null) return;
    this.#end();
    this.#end = null;
    await this.#writing;
    await this.#flush();
  }

  add(message: RejectedMessage): void {
    const { log, metrics } = this.#deps;
    metrics.rejected.inc({ code: message.code });
    if (this.#queue.push(message))
      log.debug({ code: message.code, topic: message.topic, detail: message.detail }, 'message not usable');
    else metrics.deadLettersDropped.inc();
  }

  /** The newest first. */
  async list(limit: number): Promise<DeadLetter[]> {
    const rows = await this.#deps.db.query<Omit<DeadLetter, 'id' | 'code'> & { id: number; code: ErrorCode }>(
      `SELECT id, received_at AS "receivedAt", topic, code, detail, payload, bytes
       FROM dead_letter ORDER BY id DESC LIMIT $1`,
      [limit],
    );
    return rows.map((row) => ({ ...row, id: String(row.id) }));
  }

  async #flush(): Promise<void> {
    const { db, log, metrics } = this.#deps;
    const letters = this.#queue.take(this.#queue.limit);
    if (letters.length === 0) return;
    try {
      await db.query(
        `INSERT INTO dead_letter (received_at, topic, code, detail, payload, bytes)
         SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[])`,
        [
          letters.map((letter) => new Date(letter.receivedAt).toISOString()),
          letters.map((letter) => storable(letter.topic)),
          letters.map((letter) => letter.code),
          letters.map((letter) => storable(letter.detail)),
          letters.map((letter) => storable(letter.payload.subarray(0, KEPT_BYTES).toString('utf8'))),
          letters.map((letter) => letter.payload.length),
        ],
      );
      this.#sincePrune += letters.length;
      if (this.#sincePrune >= PRUNE_EVERY) await this.#prune();
    } catch (error) {
      // They were acknowledged when they came: whoever sends rubbish does not deserve that we keep it through an outage.
      metrics.deadLettersDropped.inc(letters.length);
      log.debug({ reason: messageOf(error) }, 'dead letters not kept');
    }
  }

  async #prune(): Promise<void> {
    this.#sincePrune = 0;
    await this.#deps.db.query(
      `DELETE FROM dead_letter WHERE id <= (SELECT id FROM dead_letter ORDER BY id DESC OFFSET $1 LIMIT 1)`,
      [KEPT],
    );
  }
}

/** PostgreSQL keeps no NUL in a text. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '\ufffd').toWellFormed();
}
