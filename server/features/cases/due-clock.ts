import type { Case, Procedure } from '#contract/cases.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { DueLoop } from '#lib/due-loop.ts';
import type { Logger } from '#lib/logger.ts';
import type { ProblemBoard } from '#lib/problem-board.ts';
import type { Database } from '../../db/database.ts';
import { judge, type Counted, type Judged } from './case-clock.ts';
import { CASE_COLUMNS, isoOrNull, proceduresOf, saveStands, type CaseStand } from './case-rows.ts';
import { judgedOf, type Judging } from './judging.ts';
import type { CardDesk } from './cards/desk.ts';
import type { Registers } from './registers.ts';

export interface DueClockDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  problems: ProblemBoard;
  registers: Registers;
  judging: Judging;
  cards: Pick<CardDesk, 'propose' | 'withdraw' | 'addOutage'>;
}

/** Taken in one transaction. */
const BATCH = 200;
/** Longer without a sign of life is an outage, which may excuse. */
const OUTAGE_MS = 5 * 60_000;

/**
 * The clock of all cases: one timer for the earliest instant at which a level may rise. What is due is read by an index,
 * judged, and gets its next instant, so that a tick costs what is due and nothing for the cases that are open. All of it
 * lies in the database: a restart goes on where it was.
 */
export class DueClock {
  readonly #deps: DueClockDeps;
  readonly #loop: DueLoop;

  constructor(deps: DueClockDeps) {
    this.#deps = deps;
    const { clock, log, problems } = deps;
    this.#loop = new DueLoop({
      clock,
      tick: async () => (await this.tick()) === BATCH,
      earliest: () => this.#earliest(),
      well: () => problems.clear('cases'),
      failed: (error, reason) => {
        problems.raise('cases', error instanceof AppError ? error.code : 'CASE_CLOCK_BEHIND', reason);
        log.warn({ reason }, 'cases not judged, again soon');
      },
    });
  }

  async start(): Promise<void> {
    await this.#noteOutage();
    this.#loop.start();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /** Something may be due earlier than was known. */
  poke(): void {
    this.#loop.poke();
  }

  /** Resolves when nothing is due that was known at the call. */
  settled(): Promise<void> {
    return this.#loop.settled();
  }

  /** Judges what is due, at most a batch of it, and says how many that was. */
  async tick(): Promise<number> {
    const { clock, db } = this.#deps;
    const now = clock.now();
    const count = await db.transaction(async (inside) => {
      const due = await inside.query<Case>(
        `SELECT ${CASE_COLUMNS} FROM handled_case WHERE next_due_at <= $1
         ORDER BY next_due_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`,
        [iso(now)],
      );
      const procedures = await proceduresOf(
        inside,
        due.map(({ id }) => id),
      );
      const stands: CaseStand[] = [];
      for (const row of due) stands.push(await this.#judgeCase(inside, row, procedures.get(row.id) ?? [], now));
      await saveStands(inside, stands);
      return due.length;
    });
    return Math.max(count, await db.transaction((inside) => this.#tickProcedures(inside, now)));
  }

  async #judgeCase(inside: Database, row: Case, procedures: readonly Procedure[], now: number): Promise<CaseStand> {
    const { judging, registers } = this.#deps;
    const of = judgedOf(row, procedures, registers);
    const { judged, fields } = judging.judgeCase(of, now);
    await this.#levelMoved(inside, row, null, row.level, judging.countedCase(of), judged);
    return { id: row.id, level: judged?.level ?? null, nextDueAt: judged?.nextDueAt ?? null, fields };
  }

  async #tickProcedures(inside: Database, now: number): Promise<number> {
    const { judging, registers } = this.#deps;
    const due = await inside.query<{ caseId: string; id: number; level: string | null }>(
      `SELECT case_id AS "caseId", id, level FROM case_procedure WHERE next_due_at <= $1
       ORDER BY next_due_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`,
      [iso(now)],
    );
    if (due.length === 0) return 0;
    const ids = [...new Set(due.map(({ caseId }) => caseId))];
    const cases = await inside.query<Case>(`SELECT ${CASE_COLUMNS} FROM handled_case WHERE id = ANY ($1)`, [ids]);
    const rows = new Map(cases.map((row) => [row.id, row]));
    const procedures = await proceduresOf(inside, ids);
    const stands: { level: string | null; nextDueAt: string | null }[] = [];
    for (const { caseId, id, level } of due) {
      const row = rows.get(caseId)!;
      const of = judgedOf(row, procedures.get(caseId) ?? [], registers);
      const counted = of.state === 'voided' ? null : judging.countedProcedure(of, of.procedures[id - 1]!);
      const judged = counted && judge(counted, now);
      await this.#levelMoved(inside, row, id, level, counted, judged);
      stands.push({ level: judged?.level ?? null, nextDueAt: isoOrNull(judged?.nextDueAt ?? null) });
    }
    await inside.query(SAVE_PROCEDURES, [
      ...[due.map(({ caseId }) => caseId), due.map(({ id }) => id)],
      ...[stands.map(({ level }) => level), stands.map(({ nextDueAt }) => nextDueAt)],
    ]);
    return due.length;
  }

  async #levelMoved(
    inside: Database,
    row: Case,
    procedureId: number | null,
    before: string | null,
    counted: Counted | null,
    judged: Judged | null,
  ): Promise<void> {
    const { cards, registers } = this.#deps;
    const rank = (level: string | null) => (level === null ? 0 : (registers.level(level)?.rank ?? 0));
    const level = judged?.level ?? null;
    if (rank(level) < rank(before)) await cards.withdraw(inside, row.id, procedureId, level);
    if (!counted || !judged?.reached || rank(level) <= rank(before) || !registers.level(level!)?.card) return;
    await cards.propose(inside, { row, procedureId, counted, judged });
  }

  async #earliest(): Promise<number> {
    const [row] = await this.#deps.db.query<{ at: string | null }>(
      `UPDATE case_clock SET alive_at = $1 RETURNING
         least((SELECT min(next_due_at) FROM handled_case), (SELECT min(next_due_at) FROM case_procedure)) AS at`,
      [iso(this.#deps.clock.now())],
    );
    return row?.at ? Date.parse(row.at) : Infinity;
  }

  /** Since the last sign of life nobody was warned. */
  async #noteOutage(): Promise<void> {
    const { cards, clock, db } = this.#deps;
    const [row] = await db.query<{ aliveAt: string | null }>('SELECT alive_at AS "aliveAt" FROM case_clock');
    if (!row?.aliveAt || clock.now() - Date.parse(row.aliveAt) < OUTAGE_MS) return;
    await cards.addOutage({ beganAt: row.aliveAt, endedAt: iso(clock.now()), note: 'Hallwatch' }, null);
  }
}

const SAVE_PROCEDURES = `
  UPDATE case_procedure AS p SET level = s.level, next_due_at = s.next_due_at
  FROM unnest($1::text[], $2::integer[], $3::text[], $4::timestamptz[]) AS s (case_id, id, level, next_due_at)
  WHERE p.case_id = s.case_id AND p.id = s.id`;

function iso(at: number): string {
  return new Date(at).toISOString();
}
