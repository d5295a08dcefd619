import { messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { ProblemBoard } from '#lib/problem-board.ts';
import type { Database } from '../../db/database.ts';

const EVERY_MS = 5_000;
/** Not seen for so long, an ingest process counts as away. */
const AWAY_AFTER = '20 seconds';
const PROBLEM = 'ingest-processes';

/** An ingest process says that it is there and has its broker, until it ends in order. */
export class IngestPresence {
  readonly #deps: { name: string; isLinked: () => boolean; db: Database; clock: Clock; log: Logger };
  #end: (() => void) | null = null;

  constructor(deps: { name: string; isLinked: () => boolean; db: Database; clock: Clock; log: Logger }) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    this.#end ??= this.#deps.clock.every(EVERY_MS, () => void this.say());
    await this.say();
  }

  /** Who leaves like this is missed by nobody. */
  async stop(): Promise<void> {
    this.#end?.();
    this.#end = null;
    const { db, name } = this.#deps;
    await db.query('DELETE FROM terminal_ingest WHERE name = $1', [name]).catch(() => undefined);
  }

  /** Also at once when the broker is there, so that whoever dies soon after is missed. */
  async say(): Promise<void> {
    const { db, name, isLinked, log } = this.#deps;
    if (!isLinked()) return;
    const sql = 'INSERT INTO terminal_ingest VALUES ($1, now()) ON CONFLICT (name) DO UPDATE SET seen_at = now()';
    await db.query(sql, [name]).catch((error: unknown) => {
      log.debug({ reason: messageOf(error) }, 'not told that we are there');
    });
  }
}

/** The server misses ingest processes: all of them, or one, whose share of the messages waits in the broker. */
export class IngestWatch {
  readonly #deps: { db: Database; clock: Clock; problems: ProblemBoard };
  #end: (() => void) | null = null;

  constructor(deps: { db: Database; clock: Clock; problems: ProblemBoard }) {
    this.#deps = deps;
  }

  start(): void {
    this.#end ??= this.#deps.clock.every(EVERY_MS, () => void this.#look());
  }

  stop(): void {
    this.#end?.();
    this.#end = null;
  }

  async #look(): Promise<void> {
    const { db, problems } = this.#deps;
    const sql = `SELECT name, seen_at < now() - INTERVAL '${AWAY_AFTER}' AS "isAway" FROM terminal_ingest ORDER BY name`;
    // a database that is away is told elsewhere
    const known = await db.query<{ name: string; isAway: boolean }>(sql).catch(() => null);
    if (known === null || this.#end === null) return;
    const away = known.filter(({ isAway }) => isAway).map(({ name }) => name);
    if (away.length > 0 || known.length === 0) problems.raise(PROBLEM, 'INGEST_AWAY', away.join(', ') || null);
    else problems.clear(PROBLEM);
  }
}
