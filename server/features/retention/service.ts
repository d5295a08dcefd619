import { Kept, MIN_KEPT_DAYS, type Retention } from '#contract/retention.ts';
import { AppError, messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import { Serial } from '#lib/serial.ts';
import type { Database } from '../../db/database.ts';
import { extent, keptTables, removal } from './kept-tables.ts';

export interface RetentionDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  /** Hears what of people went, and from before which instant. */
  personalRemoved: (removed: { kept: Kept; rows: number; before: string }) => void;
}

const DAY_MS = 24 * 3600_000;
const EVERY_MS = 6 * 3600_000;

/** How long events, readings and figures stay in the database, and that they go after that. */
export class RetentionService {
  readonly #deps: RetentionDeps;
  readonly #work = new Serial();
  #end: (() => void) | null = null;

  constructor(deps: RetentionDeps) {
    this.#deps = deps;
  }

  start(): void {
    if (this.#end) return;
    this.#end = this.#deps.clock.every(EVERY_MS, () => void this.#round());
    void this.#round();
  }

  async stop(): Promise<void> {
    this.#end?.();
    this.#end = null;
    await this.#work.run(async () => undefined);
  }

  async list(): Promise<Retention[]> {
    const days = await this.#days();
    return Promise.all(Kept.options.map((kept) => this.#row(kept, days.get(kept) ?? null)));
  }

  /** What is older goes with the next round, within six hours. Throws REQUEST_INVALID for fewer days than are needed. */
  async set(kept: Kept, keepDays: number | null): Promise<Retention> {
    const min = MIN_KEPT_DAYS[kept];
    if (keepDays !== null && keepDays < min) {
      throw new AppError('REQUEST_INVALID', [{ path: 'keepDays', message: `at least ${min} days` }]);
    }
    const sql = 'INSERT INTO retention VALUES ($1, $2) ON CONFLICT (kept) DO UPDATE SET keep_days = $2';
    await this.#deps.db.query(sql, [kept, keepDays]);
    return this.#row(kept, keepDays);
  }

  /** Takes away what is too old. Throws what the database throws. */
  async clear(): Promise<void> {
    const { db, clock, personalRemoved } = this.#deps;
    const days = await this.#days();
    for (const [kept, keepDays] of days) {
      if (keepDays === null) continue;
      const before = new Date(clock.now() - keepDays * DAY_MS).toISOString();
      for (const table of keptTables[kept]) {
        const [gone] = await db.query<{ rows?: number }>(removal(table), [before]);
        if (table.personal && gone?.rows) personalRemoved({ kept, rows: gone.rows, before });
      }
    }
  }

  #round(): Promise<void> {
    return this.#work.run(async () => {
      if (this.#end === null) return;
      await this.clear().catch((error: unknown) => {
        this.#deps.log.warn({ reason: messageOf(error) }, 'old rows not taken away, again in some hours');
      });
    });
  }

  async #days(): Promise<Map<Kept, number | null>> {
    const rows = await this.#deps.db.query<{ kept: Kept; keepDays: number | null }>(
      'SELECT kept, keep_days AS "keepDays" FROM retention',
    );
    return new Map(rows.map(({ kept, keepDays }) => [kept, keepDays]));
  }

  async #row(kept: Kept, keepDays: number | null): Promise<Retention> {
    const parts = await Promise.all(
      keptTables[kept].map((table) => this.#deps.db.query<{ oldest: string | null; bytes: number }>(extent(table))),
    );
    const extents = parts.flat();
    return {
      ...{ kept, keepDays, minDays: MIN_KEPT_DAYS[kept] },
      oldest: extents.flatMap(({ oldest }) => oldest ?? []).sort()[0] ?? null,
      bytes: extents.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }
}
