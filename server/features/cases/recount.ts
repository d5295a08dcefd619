import type { Case } from '#contract/cases.ts';
import type { CountedLimit } from '#contract/limits.ts';
import { messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { Database } from '../../db/database.ts';
import { CASE_COLUMNS, isoOrNull, proceduresOf } from './case-rows.ts';
import { judgedOf, type Judging } from './judging.ts';
import type { CalendarPort } from './ports.ts';
import type { Registers } from './registers.ts';

export interface RecountDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  registers: Registers;
  judging: Judging;
  calendar: CalendarPort;
  /** Limits moved: something may be due earlier. */
  onMoved: () => void;
}

/** Counted anew in one transaction, between which others have their turn. */
const BATCH = 200;
const RETRY_MS = 10_000;

/**
 * Counts open cases anew after calendar or timetable changed. A run stands in the database with the place it has come to,
 * so that a restart goes on there; each case whose end moved keeps what it was before.
 */
export class Recount {
  readonly #deps: RecountDeps;
  #leave: (() => void) | null = null;
  #cancelRetry: (() => void) | null = null;
  #running: Promise<void> | null = null;
  #again = false;
  #stopped = true;

  constructor(deps: RecountDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    if (!this.#stopped) return;
    this.#stopped = false;
    const { calendar, db } = this.#deps;
    this.#leave = calendar.changed.on((hallId) => void this.#wanted(hallId));
    const [row] = await db.query<{ calendar: string | null }>('SELECT calendar FROM case_clock');
    // A notice may have come with a new version of Hallwatch.
    if (row?.calendar !== calendar.print()) await this.#wanted(null);
    else this.#go();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#leave?.();
    this.#leave = null;
    this.#cancelRetry?.();
    await this.#running;
  }

  /** Resolves when all that was wanted is counted. */
  async settled(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #wanted(hallId: string | null): Promise<void> {
    const { calendar, db, log } = this.#deps;
    try {
      await db.transaction(async (inside) => {
        await inside.query('INSERT INTO case_recount_run (hall_id) VALUES ($1)', [hallId]);
        await inside.query('UPDATE case_clock SET calendar = $1', [calendar.print()]);
      });
      this.#go();
    } catch (error) {
      // The next start finds that the calendar has another name; a timetable is asked for again here.
      log.warn({ reason: messageOf(error) }, 'cases not counted anew, again soon');
      this.#cancelRetry = this.#deps.clock.after(RETRY_MS, () => void this.#wanted(hallId));
    }
  }

  #go(): void {
    this.#again = true;
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    const { clock, log, onMoved } = this.#deps;
    try {
      while (this.#again && !this.#stopped) {
        this.#again = false;
        while (!this.#stopped && (await this.#batch()));
      }
      onMoved();
    } catch (error) {
      log.warn({ reason: messageOf(error) }, 'cases not counted anew, again soon');
      this.#cancelRetry = clock.after(RETRY_MS, () => this.#go());
    } finally {
      this.#running = null;
    }
    if (this.#again && !this.#stopped) this.#go();
  }

  /** One batch of the oldest run; false where there is none. */
  async #batch(): Promise<boolean> {
    return this.#deps.db.transaction(async (inside) => {
      const [run] = await inside.query<{ id: number; hallId: string | null; afterId: string }>(
        `SELECT id, hall_id AS "hallId", after_id AS "afterId" FROM case_recount_run ORDER BY id LIMIT 1 FOR UPDATE`,
      );
      if (!run) return false;
      const rows = await inside.query<Case>(
        `SELECT ${CASE_COLUMNS} FROM handled_case
         WHERE id > $1 AND clock <> 'off' AND ($2::text IS NULL OR hall_id = $2) ORDER BY id LIMIT ${BATCH} FOR UPDATE`,
        [run.afterId, run.hallId],
      );
      await this.#countAnew(inside, rows);
      const last = rows.at(-1);
      if (last && rows.length === BATCH)
        await inside.query('UPDATE case_recount_run SET after_id = $2 WHERE id = $1', [run.id, last.id]);
      else await inside.query('DELETE FROM case_recount_run WHERE id = $1', [run.id]);
      return true;
    });
  }

  async #countAnew(inside: Database, rows: readonly Case[]): Promise<void> {
    const { clock, judging, registers } = this.#deps;
    const now = clock.now();
    const procedures = await proceduresOf(
      inside,
      rows.map(({ id }) => id),
    );
    const moved = rows.flatMap((row) => {
      const of = judgedOf(row, procedures.get(row.id) ?? [], registers);
      const { judged, fields } = judging.judgeCase(of, now);
      if (!judged) return [];
      const promisedAt = isoOrNull(fields.promisedAt);
      const statutoryAt = isoOrNull(fields.statutoryAt);
      const nextDueAt = judged.level === row.level ? isoOrNull(judged.nextDueAt) : new Date(now).toISOString();
      const same =
        promisedAt === row.promisedAt && statutoryAt === row.statutoryAt && fields.provisional === row.provisional;
      if (same && fields.clock === row.clock && nextDueAt === row.nextDueAt) return [];
      const difference = same
        ? null
        : {
            promised: differenceOf(row.promisedAt, promisedAt, row.provisional, judged.promised),
            statutory: differenceOf(row.statutoryAt, statutoryAt, row.provisional, judged.statutory),
          };
      return [
        {
          id: row.id,
          promisedAt,
          statutoryAt,
          nextDueAt,
          ...{ clock: fields.clock, provisional: fields.provisional },
          difference,
        },
      ];
    });
    if (moved.length === 0) return;
    await inside.query(MOVE, [JSON.stringify(moved)]);
    await inside.query(
      `INSERT INTO case_recount (case_id, at, difference)
       SELECT id, $2, difference FROM jsonb_to_recordset($1) AS m (id text, difference jsonb)
       WHERE difference IS NOT NULL AND jsonb_typeof(difference) = 'object' ON CONFLICT DO NOTHING`,
      [JSON.stringify(moved), new Date(now).toISOString()],
    );
    // Special procedures count by the same days.
    await inside.query('UPDATE case_procedure SET next_due_at = $2 WHERE case_id = ANY ($1) AND ended_at IS NULL', [
      rows.map(({ id }) => id),
      new Date(now).toISOString(),
    ]);
  }
}

const MOVE = `
  UPDATE handled_case SET promised_at = m."promisedAt", statutory_at = m."statutoryAt", clock = m.clock,
    provisional = m.provisional, next_due_at = m."nextDueAt"
  FROM jsonb_to_recordset($1) AS m (id text, "promisedAt" timestamptz, "statutoryAt" timestamptz, clock text,
    provisional boolean, "nextDueAt" timestamptz)
  WHERE handled_case.id = m.id`;

type End = Pick<CountedLimit, 'is' | 'at' | 'provisional'>;

/** Of one limit: its end before, as it was stored, and now; null where it is where it was. */
function differenceOf(
  before: string | null,
  after: string | null,
  wasProvisional: boolean,
  { is, at, provisional }: { is: End['is']; at: number; provisional: boolean },
): { before: End | null; after: End } | null {
  if (before === after) return null;
  return {
    before: before === null ? null : { is: 'due', at: before, provisional: wasProvisional },
    after: { is, at: new Date(at).toISOString(), provisional },
  };
}
