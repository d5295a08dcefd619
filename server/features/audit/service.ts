import type { AuditChainState, AuditFilter, AuditPage, AuditQuery, AuditReport } from '#contract/audit.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { ProblemBoard } from '#lib/problem-board.ts';
import type { Database } from '../../db/database.ts';
import { auditFiles, type AuditFiles } from './files.ts';
import { reportOf } from './report.ts';
import { AuditRepository } from './repository.ts';
import type { SealKey } from './seal-keys.ts';
import { isSealValid } from './seal.ts';
import { Sealer } from './sealer.ts';
import { Sightings } from './sightings.ts';
import { AuditWriter } from './writer.ts';

export interface AuditDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  problems: Pick<ProblemBoard, 'raise' | 'clear'>;
  /** Outside the database: keys, seals and the end of the chain. */
  folder: string;
  /** What the entry of the start says. */
  started?: Record<string, unknown>;
}

const SEALS_SHOWN = 400;
/** Lines of a table: more is for the database. */
export const MOST_IN_TABLE = 20_000;
const program = { account: null, session: null, address: null, subjectId: 'server' };

/** The audit 审计: who did what, kept so that it convinces; see docs/audit.md. */
export class AuditService {
  readonly writer: AuditWriter;
  readonly sightings: Sightings;
  readonly #deps: AuditDeps;
  readonly #rows: AuditRepository;
  readonly #files: AuditFiles;
  readonly #sealer: Sealer;

  constructor(deps: AuditDeps) {
    this.#deps = deps;
    this.#rows = new AuditRepository(deps.db);
    this.#files = auditFiles(deps.folder);
    this.writer = new AuditWriter({ ...deps, rows: this.#rows, head: this.#files.head });
    this.sightings = new Sightings({ clock: deps.clock, note: (entry) => this.writer.note(entry) });
    this.#sealer = new Sealer({ ...deps, rows: this.#rows, keys: this.#files.keys, file: this.#files.seals });
  }

  async start(): Promise<void> {
    await this.#sealer.start();
    await this.writer.start();
    this.sightings.start();
    await this.writer.after({ ...program, act: 'system.started', details: this.#deps.started ?? {} });
  }

  /** The key of the seals, for what leaves the house as evidence. */
  sealKey(): Promise<SealKey> {
    return this.#files.keys.signing();
  }

  async stop(): Promise<void> {
    this.sightings.stop();
    await this.#sealer.stop();
    await this.writer.after({ ...program, act: 'system.stopped' });
    await this.writer.stop();
  }

  /** The newest first; `within` are the halls in which one may read, null: everything. */
  async page({ before, limit, ...filter }: AuditQuery, within: readonly string[] | null): Promise<AuditPage> {
    const [at, seq] = before?.split('.').map(Number) ?? [];
    const entries = await this.#rows.page({ ...filter, within }, seq === undefined ? null : { at: at!, seq }, limit);
    const last = entries.at(-1);
    const next = entries.length === limit && last ? `${Date.parse(last.at)}.${last.seq}` : null;
    return { entries, next };
  }

  /** What a table of these entries holds, the newest first, at most `MOST_IN_TABLE`. */
  table(filter: AuditFilter, within: readonly string[] | null) {
    return this.#rows.page({ ...filter, within }, null, MOST_IN_TABLE);
  }

  report(month: string, within: readonly string[] | null): Promise<AuditReport> {
    return reportOf(this.#deps.db, month, within);
  }

  async chain(): Promise<AuditChainState> {
    const [tail, seals, keys] = await Promise.all([this.#rows.tail(), this.#rows.seals(), this.#files.keys.known()]);
    return {
      entries: tail.seq,
      lastAt: tail.at,
      lastHash: tail.at === null ? null : tail.hash,
      broken: this.writer.broken,
      writing: this.writer.writing,
      seals: seals
        .slice(-SEALS_SHOWN)
        .map((seal) => ({ ...seal, valid: isSealValid(seal, keys) }))
        .toReversed(),
    };
  }
}
