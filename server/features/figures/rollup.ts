import { messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import { Serial } from '#lib/serial.ts';
import type { Database } from '../../db/database.ts';
import { WRITE_TICKETS, WRITE_WINDOWS } from './rollup-sql.ts';

export interface RollupDeps {
  db: Database;
  clock: Clock;
  log: Logger;
}

interface Day {
  hallId: string;
  /** In the hall's time zone, `2026-03-09`. */
  day: string;
}

const EVERY_MS = 15_000;
/** After a round it rests nine times as long as that took, so that a day with very many events leaves the database to others. */
const REST = 9;
const LONGEST_REST_MS = 120_000;
/** Days taken at once; the rest comes in the next round. */
const ROUND = 100;

/**
 * Keeps the figures of periods true to the event log. Whoever writes an event notes its day in the same transaction; here
 * every noted day is computed anew from the log, whole, so that late, repeated and corrected events need no thought.
 * A day is taken in one transaction: a stop or a crash leaves it noted. Several servers may do this side by side.
 */
export class FigureRollup {
  readonly #deps: RollupDeps;
  readonly #work = new Serial();
  #end: (() => void) | null = null;
  #waiting = false;
  #restsUntil = 0;

  constructor(deps: RollupDeps) {
    this.#deps = deps;
  }

  start(): void {
    if (this.#end) return;
    this.#end = this.#deps.clock.every(EVERY_MS, () => this.#look());
    this.#look();
  }

  async stop(): Promise<void> {
    this.#end?.();
    this.#end = null;
    await this.#work.run(async () => undefined);
  }

  /** Computes all that is noted now, the newest days first. Throws what the database throws. */
  async catchUp(wanted: () => boolean = () => true): Promise<void> {
    let failure: unknown = null;
    let days: Day[];
    do {
      days = await this.#deps.db.query<Day>(
        `SELECT hall_id AS "hallId", day::text FROM figure_dirty GROUP BY 1, 2, figure_dirty.day
         ORDER BY figure_dirty.day DESC, 1 LIMIT ${ROUND}`,
      );
      for (const day of days) {
        if (!wanted()) return;
        // One day that cannot be computed must not hold up the others.
        await this.#compute(day).catch((error: unknown) => (failure = error));
      }
      if (failure !== null) throw failure;
    } while (days.length === ROUND);
  }

  #look(): void {
    const { clock, log } = this.#deps;
    // A round that takes long is not followed by those that it has missed.
    if (this.#waiting || clock.monotonic() < this.#restsUntil) return;
    this.#waiting = true;
    void this.#work.run(async () => {
      const began = clock.monotonic();
      await this.catchUp(() => this.#end !== null).catch((error: unknown) => {
        log.warn({ reason: messageOf(error) }, 'figures not computed, again soon');
      });
      const ended = clock.monotonic();
      this.#restsUntil = ended + Math.min(REST * (ended - began), LONGEST_REST_MS);
      this.#waiting = false;
    });
  }

  async #compute({ hallId, day }: Day): Promise<void> {
    const { db, clock } = this.#deps;
    await db.transaction(async (inside) => {
      await inside.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`figures ${hallId} ${day}`]);
      const [where] = await inside.query<{ begins: string; ends: string; from: string; until: string }>(NOTED, [
        hallId,
        day,
        new Date(clock.now()).toISOString(),
      ]);
      // Another server was faster, or the hall is gone.
      if (!where) return;
      const place = [hallId, where.begins, where.ends, where.from, where.until];
      await inside.query(WRITE_TICKETS, place);
      await inside.query(WRITE_WINDOWS, place);
    });
  }
}

/** Takes the notes of a day away and remembers where in the log its events lie; the log is read after this statement. */
const NOTED = `
  WITH noted AS (
    DELETE FROM figure_dirty WHERE hall_id = $1 AND day = $2 RETURNING occurred_from, occurred_until
  ), known AS (
    INSERT INTO figure_day AS old (hall_id, day, occurred_from, occurred_until, computed_at)
    SELECT $1, $2, min(occurred_from), max(occurred_until), $3 FROM noted HAVING count(*) > 0
    ON CONFLICT (hall_id, day) DO UPDATE SET occurred_from = least(old.occurred_from, EXCLUDED.occurred_from),
      occurred_until = greatest(old.occurred_until, EXCLUDED.occurred_until), computed_at = $3
    RETURNING occurred_from, occurred_until
  )
  SELECT $2::date::timestamp AT TIME ZONE time_zone AS begins, ($2::date + 1)::timestamp AT TIME ZONE time_zone AS ends,
    occurred_from AS from, occurred_until AS until
  FROM known JOIN hall ON hall.id = $1`;
