import { AppError, messageOf } from '#lib/app-error.ts';
import { Backoff } from '#lib/backoff.ts';
import { BoundedQueue } from '#lib/bounded-queue.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { ProblemBoard } from '#lib/problem-board.ts';
import { readyEntry, type NewEntry, type ReadyEntry } from './entry.ts';
import { FIRST_LINK, type AuditRepository, type Link } from './repository.ts';

/** Entries that may wait: some 5 MB, as what is large is only ever told while the database is there. */
const QUEUE_LIMIT = 10_000;
const BATCH = 500;

interface Waiting {
  entry: ReadyEntry;
  /** Somebody waits before he acts: where this is not written now, he does not act, and it is not written later. */
  first: boolean;
  settle: ((written: boolean) => void) | null;
}

interface Batch {
  waiting: Waiting[];
  /** Where it would end; set when it is sent, as a lost connection does not say whether it was taken. */
  end: Link | null;
  /** How many lost entries it tells of. */
  lost: number;
}

export interface AuditWriterDeps {
  rows: AuditRepository;
  clock: Clock;
  log: Logger;
  problems: Pick<ProblemBoard, 'raise' | 'clear'>;
  head: { read(): Promise<Link | null>; write(link: Link): Promise<void> };
}

/**
 * The one that writes the chain, in batches. Sensitive acts wait for their entry and are refused without it; what only
 * lasts or is over is written behind. While the database is away what waits is bounded, and what did not fit is counted
 * and told in the chain.
 */
export class AuditWriter {
  readonly #deps: AuditWriterDeps;
  readonly #queue = new BoundedQueue<Waiting>(QUEUE_LIMIT);
  readonly #backoff = new Backoff({ firstMs: 250, maxMs: 10_000, jitter: 0.2 });
  #batch: Batch | null = null;
  #known: Link | null = null;
  #broken: string | null = null;
  #lost = { count: 0, since: 0 };
  #away = false;
  #pass: Promise<void> | null = null;
  #cancelRetry: (() => void) | null = null;
  #stopped = true;

  constructor(deps: AuditWriterDeps) {
    this.#deps = deps;
  }

  /** False while entries cannot be written. */
  get writing(): boolean {
    return !this.#stopped && !this.#away && this.#queue.size < QUEUE_LIMIT;
  }

  /** What was wrong with the chain when we last added to it. */
  get broken(): string | null {
    return this.#broken;
  }

  async start(): Promise<void> {
    if (!this.#stopped) return;
    this.#known = await this.#deps.head.read();
    this.#stopped = false;
  }

  /** Tries once more to write what waits, then rests. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#rest();
    await this.settled();
    this.#stopped = true;
    this.#rest();
    const lost = this.#queue.size + (this.#batch?.waiting.length ?? 0) + this.#lost.count;
    if (lost > 0)
      this.#deps.log.error({ code: 'AUDIT_UNAVAILABLE', entries: lost }, 'audit entries not written at the end');
  }

  /** Throws AUDIT_UNAVAILABLE where an act that must be audited has to be refused. */
  ready(): void {
    if (!this.writing) throw new AppError('AUDIT_UNAVAILABLE');
  }

  /** Resolves when the entry is committed, before the act. Throws AUDIT_UNAVAILABLE: then the act must not be done. */
  async first(entry: NewEntry): Promise<void> {
    this.ready();
    if (!(await this.#put(entry, true))) throw new AppError('AUDIT_UNAVAILABLE');
  }

  /** Resolves when the entry of an act that is done is committed, or goes on waiting in memory. */
  async after(entry: NewEntry): Promise<void> {
    await this.#put(entry, false);
  }

  /** Writes behind; what does not fit is counted. */
  note(entry: NewEntry): void {
    this.#add({ entry: readyEntry(entry, this.#deps.clock.now()), first: false, settle: null });
  }

  /** Resolves when everything that waits now was tried. */
  async settled(): Promise<void> {
    if (this.#pass || this.#queue.size > 0 || this.#batch) await (this.#pass ??= this.#writeAll());
  }

  #rest(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = null;
  }

  #put(entry: NewEntry, first: boolean): Promise<boolean> {
    return new Promise((settle) => {
      this.#add({ entry: readyEntry(entry, this.#deps.clock.now()), first, settle });
    });
  }

  #add(waiting: Waiting): void {
    if (!this.#queue.push(waiting)) {
      if (this.#lost.count === 0) this.#lost.since = waiting.entry.at;
      this.#lost.count += 1;
      waiting.settle?.(false);
      return;
    }
    if (!this.#cancelRetry) void this.settled();
    // between two attempts nobody is kept waiting
    else waiting.settle?.(false);
  }

  async #writeAll(): Promise<void> {
    // what is told in the same turn goes into the same batch
    await Promise.resolve();
    try {
      while (this.#batch || this.#queue.size > 0) {
        this.#batch ??= { waiting: this.#queue.take(BATCH), end: null, lost: 0 };
        await this.#write(this.#batch);
        for (const { settle } of this.#batch.waiting) settle?.(true);
        this.#batch = null;
        this.#back();
      }
    } catch (error) {
      this.#leave(error);
    } finally {
      this.#pass = null;
    }
  }

  async #write(batch: Batch): Promise<void> {
    const { rows, head } = this.#deps;
    const end = await rows.alone(async (inside) => {
      const tail = await inside.tail();
      if (batch.end && (await inside.has(batch.end))) return batch.end;
      const behind = this.#baseOf(tail);
      const told = this.#tidings(tail);
      const entries = [...told, ...batch.waiting.map(({ entry }) => entry)];
      if (entries.length === 0) return tail;
      batch.lost = this.#lost.count;
      batch.end = await inside.append(behind, entries);
      return batch.end;
    });
    this.#lost.count -= batch.lost;
    if (end.seq === 0) return;
    this.#known = { seq: end.seq, hash: end.hash };
    await head.write(this.#known).catch((error: unknown) => {
      this.#deps.log.error({ err: error, detail: messageOf(error) }, 'the end of the audit chain could not be kept');
    });
  }

  /**
   * Our own memory of the end counts where the database has less or another end: so what was taken away stays a gap in
   * the chain for ever, with its place.
   */
  #baseOf(tail: Link): Link {
    return this.#known && this.#known.seq >= tail.seq ? this.#known : tail;
  }

  /** What the chain has to tell of itself, before anything else. */
  #tidings(tail: Link): ReadyEntry[] {
    const now = this.#deps.clock.now();
    const program = { account: null, session: null, address: null, subjectId: 'chain' };
    const told: ReadyEntry[] = [];
    const known = this.#known ?? FIRST_LINK;
    if (tail.seq < known.seq || (tail.seq === known.seq && tail.hash !== known.hash)) {
      const what = tail.seq < known.seq ? `${tail.seq + 1} to ${known.seq} are gone` : `${tail.seq} is another one`;
      this.#report(`entries ${what}`);
      const details = { expected: known, found: { seq: tail.seq, hash: tail.hash } };
      told.push(readyEntry({ ...program, act: 'audit.broken', details }, now));
    }
    const { count, since } = this.#lost;
    if (count > 0) {
      told.push(readyEntry({ ...program, act: 'audit.lost', details: { entries: count }, began: since }, now));
    }
    return told;
  }

  #report(what: string): void {
    this.#broken = what;
    this.#deps.log.error({ code: 'AUDIT_BROKEN', detail: what }, 'the audit chain is not as it was left');
    this.#deps.problems.raise('audit-chain', 'AUDIT_BROKEN', what);
  }

  #back(): void {
    this.#away = false;
    this.#backoff.reset();
    this.#deps.problems.clear('audit');
  }

  /** Who waits before he acts is refused now; what was done or seen goes on waiting. */
  #leave(error: unknown): void {
    this.#away = true;
    if (this.#batch) this.#batch.waiting = this.#refuse(this.#batch.waiting);
    for (const kept of this.#refuse(this.#queue.take(QUEUE_LIMIT))) this.#queue.push(kept);
    this.#deps.problems.raise('audit', 'AUDIT_UNAVAILABLE', messageOf(error));
    if (this.#stopped) return;
    this.#cancelRetry ??= this.#deps.clock.after(this.#backoff.next(), () => {
      this.#cancelRetry = null;
      // an empty batch asks whether the database is back
      this.#batch ??= { waiting: [], end: null, lost: 0 };
      void this.settled();
    });
  }

  #refuse(waiting: readonly Waiting[]): Waiting[] {
    for (const { settle } of waiting) settle?.(false);
    return waiting.flatMap((each) => (each.first ? [] : [{ ...each, settle: null }]));
  }
}
