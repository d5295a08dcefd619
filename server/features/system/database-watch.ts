import { messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { ProblemBoard } from '#lib/problem-board.ts';
import type { Database } from '../../db/database.ts';

const EVERY_MS = 3000;
/** A database that has not answered a trivial question by then is away, whatever its connections say. */
const ANSWER_WITHIN_MS = 3000;

export interface DatabaseWatchDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  problems: ProblemBoard;
}

/** Asks the database again and again whether it is there, one question at a time, and shows it when it is not. */
export class DatabaseWatch {
  readonly #deps: DatabaseWatchDeps;
  #end: (() => void) | null = null;
  #asking = false;

  constructor(deps: DatabaseWatchDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#end ??= this.#deps.clock.every(EVERY_MS, () => void this.#ask());
  }

  stop(): void {
    this.#end?.();
    this.#end = null;
  }

  async #ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    const { db, clock } = this.#deps;
    const cancel = clock.after(ANSWER_WITHIN_MS, () => this.#away(`no answer within ${ANSWER_WITHIN_MS} ms`));
    try {
      await db.query('SELECT 1');
      this.#back();
    } catch (error) {
      this.#away(messageOf(error));
    } finally {
      cancel();
      this.#asking = false;
    }
  }

  #away(detail: string): void {
    if (this.#end === null) return;
    const { log, problems } = this.#deps;
    if (!problems.get('database')) log.error({ code: 'DATABASE_UNREACHABLE', detail }, 'database is away');
    problems.raise('database', 'DATABASE_UNREACHABLE', detail);
  }

  #back(): void {
    const { log, problems } = this.#deps;
    if (problems.get('database')) log.info('database is back');
    problems.clear('database');
  }
}
