import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ulid } from 'ulid';
import type { z } from 'zod';
import type { ErrorCode } from '#contract/errors.ts';
import { MANIFEST, MANIFEST_SIGNATURE, type ExportInput, type FootageExport } from '#contract/footage.ts';
import { AppError, messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import type { Logger } from '#lib/logger.ts';
import type { TokenOwner } from '#lib/rights.ts';
import type { Database } from '../../db/database.ts';
import { runExport } from './job.ts';
import type { CoverPort, CutPort, FootagePort, MasksPort, SealPort, StoresPort } from './ports.ts';
import { ExportsRepository, type ExportRow } from './repository.ts';
import { ExportStore } from './store.ts';

export interface ExportsDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  /** Where files of exports go: a folder of their own. */
  folder: string;
  footage: FootagePort;
  stores: StoresPort;
  cut: CutPort;
  cover: CoverPort;
  masks: MasksPort;
  seal: SealPort;
}

export const LONGEST_EXPORT_MS = 24 * 3600_000;
const MOST_WAITING = 50;
const MOST_ATTEMPTS = 3;
const LISTED = 100;
/** Files of an export are kept so long, and so much of all together: the oldest go first. */
export const KEPT_MS = 7 * 24 * 3600_000;
const KEPT_BYTES = 100 * 1024 ** 3;
const TIDY_EVERY_MS = 10 * 60_000;

interface Running {
  id: string;
  leave: AbortController;
  progress: number;
}

/** Exports 录像导出: spans of footage as MP4 files, one after the other, so that neither disk nor viewers suffer. */
export class ExportsService {
  /** Every new state of an export, and how far it is. */
  readonly changed = new Emitter<FootageExport>();

  readonly #deps: ExportsDeps;
  readonly #rows: ExportsRepository;
  readonly #store: ExportStore;
  #running: Running | null = null;
  #working: Promise<void> | null = null;
  #cancelTidy: (() => void) | null = null;
  #stopped = true;

  constructor(deps: ExportsDeps) {
    this.#deps = deps;
    this.#rows = new ExportsRepository(deps.db);
    this.#store = new ExportStore(deps.folder);
  }

  /** Goes on with what the last stop interrupted; what was interrupted again and again has failed. */
  async start(): Promise<void> {
    if (!this.#stopped) return;
    this.#stopped = false;
    const open = await this.#rows.open();
    for (const row of open.filter(({ attempts }) => attempts >= MOST_ATTEMPTS)) {
      await this.#settle(row, 'failed', 'EXPORT_INTERRUPTED', []);
    }
    const kept = await this.#rows.kept();
    await this.#store.removeAllBut(new Set(kept.map(({ id }) => id)));
    await this.#tidy();
    this.#cancelTidy = this.#deps.clock.every(TIDY_EVERY_MS, () => void this.#tidy().catch(this.#report));
    this.#work();
  }

  /** An export that runs begins anew at the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelTidy?.();
    this.#running?.leave.abort(new AppError('SHUTTING_DOWN'));
    await this.#working;
  }

  /** The latest first, of those whose cameras are all in these halls; null: of all. */
  async list(hallIds: readonly string[] | null): Promise<FootageExport[]> {
    return (await this.#rows.latest(LISTED, hallIds)).map((row) => this.#shown(row));
  }

  /** Throws NOT_FOUND. */
  async get(id: string): Promise<FootageExport> {
    return this.#shown(await this.#row(id));
  }

  /**
   * What he sees covered is covered in it. Throws REQUEST_INVALID, FOOTAGE_SPAN_TOO_LONG, FOOTAGE_NOT_RECORDED,
   * EXPORT_QUEUE_FULL, NOT_FOUND.
   */
  async request(input: z.output<typeof ExportInput>, owner: TokenOwner): Promise<FootageExport> {
    const { clock, footage, masks } = this.#deps;
    const username = owner.account;
    const now = clock.now();
    const span = { from: Date.parse(input.from), until: Date.parse(input.until) };
    const wrong = span.until <= span.from ? 'must be after from' : span.until > now ? 'must not lie ahead' : null;
    if (wrong) throw new AppError('REQUEST_INVALID', [{ path: 'until', message: wrong }]);
    if (span.until - span.from > LONGEST_EXPORT_MS) throw new AppError('FOOTAGE_SPAN_TOO_LONG', '24 hours at most');
    if ((await this.#rows.open()).length >= MOST_WAITING) throw new AppError('EXPORT_QUEUE_FULL');
    const found = await Promise.all(input.cameraIds.map((id) => footage.sources(username, id, span)));
    if (found.every(({ files }) => files.length === 0)) throw new AppError('FOOTAGE_NOT_RECORDED');
    const row: ExportRow = {
      ...{ id: ulid(now), cameraIds: [...new Set(input.cameraIds)], exact: input.exact },
      ...{ note: input.note, reason: input.reason },
      ...{ from: new Date(span.from).toISOString(), until: new Date(span.until).toISOString() },
      ...{ status: 'waiting', code: null, files: [], attempts: 0 },
      covered: Object.fromEntries(input.cameraIds.map((id) => [id, masks.coveredFor(owner, id)])),
      ...{ requestedBy: username, requestedAt: new Date(now).toISOString(), finishedAt: null },
    };
    await this.#rows.insert(row);
    this.#tell(row);
    this.#work();
    return this.#shown(row);
  }

  /**
   * Calls off one that waits or runs; forgets one that is over, with its files: his own, or as who manages storage anybody's.
   * Throws NOT_FOUND, FORBIDDEN.
   */
  async remove(id: string, username: string, anybodys: boolean): Promise<void> {
    const row = await this.#row(id);
    if (row.requestedBy !== username && !anybodys) throw new AppError('FORBIDDEN');
    if (this.#running?.id === id) {
      this.#running.leave.abort(new Cancelled());
      await this.#working;
    } else if (row.status === 'waiting') {
      await this.#settle(row, 'cancelled', null, []);
    } else {
      await this.#rows.remove(id);
      await this.#store.remove(id);
    }
  }

  /** Where a file of it lies. Throws NOT_FOUND, EXPORT_NOT_DONE, EXPORT_EXPIRED. */
  async file(id: string, name: string): Promise<{ path: string; bytes: number | null; sha256: string | null }> {
    const row = await this.#row(id);
    if (row.code === 'EXPORT_EXPIRED') throw new AppError('EXPORT_EXPIRED');
    if (row.status !== 'done') throw new AppError('EXPORT_NOT_DONE', row.status);
    const file = row.files.find((each) => each.name === name);
    if (!file && name !== MANIFEST && name !== MANIFEST_SIGNATURE) throw new AppError('NOT_FOUND', name);
    return { path: join(this.#store.folderOf(id), name), bytes: file?.bytes ?? null, sha256: file?.sha256 ?? null };
  }

  /** Whether he may have its files: all that he sees covered is covered in them. */
  mayHave(owner: TokenOwner, { cameraIds, files }: FootageExport): boolean {
    return cameraIds.every((cameraId) => {
      const made = files.filter((file) => file.cameraId === cameraId);
      return this.#deps.masks
        .coveredFor(owner, cameraId)
        .every((region) => made.every(({ covered = [] }) => covered.some((each) => isDeepStrictEqual(each, region))));
    });
  }

  /** Takes one after the other until none waits. */
  #work(): void {
    this.#working ??= this.#takeAll()
      .catch(this.#report)
      .finally(() => (this.#working = null));
  }

  async #takeAll(): Promise<void> {
    while (!this.#stopped) {
      const [next] = await this.#rows.open();
      if (!next) return;
      await this.#run(next);
    }
  }

  async #run(row: ExportRow): Promise<void> {
    const { log } = this.#deps;
    const running: Running = { id: row.id, leave: new AbortController(), progress: 0 };
    this.#running = running;
    try {
      await this.#rows.begin(row.id);
      this.#tell({ ...row, status: 'running' });
      const { signal } = running.leave;
      const onProgress = (share: number) => {
        running.progress = share;
        this.#tell({ ...row, status: 'running' });
      };
      const files = await runExport(row, { ...this.#deps, store: this.#store }, { signal, onProgress });
      this.#running = null;
      await this.#settle(row, 'done', null, files);
      log.info(
        { export: row.id, by: row.requestedBy, cameras: row.cameraIds, files: files.length },
        'footage exported',
      );
      await this.#tidy();
    } catch (error) {
      this.#running = null;
      await this.#store.remove(row.id);
      if (this.#stopped) return;
      if (error instanceof Cancelled) return await this.#settle(row, 'cancelled', null, []);
      const code = error instanceof AppError ? error.code : 'EXPORT_FAILED';
      log.error({ err: error, code, export: row.id }, 'an export failed');
      await this.#settle(row, 'failed', code, []);
    }
  }

  async #settle(
    row: ExportRow,
    status: FootageExport['status'],
    code: ErrorCode | null,
    files: FootageExport['files'],
  ): Promise<void> {
    const settled = { ...row, status, code, files, finishedAt: new Date(this.#deps.clock.now()).toISOString() };
    await this.#rows.settle(row.id, settled);
    this.#tell(settled);
  }

  /** Removes files that were kept long enough, and the oldest where all together are too many. */
  async #tidy(): Promise<void> {
    const kept = await this.#rows.kept();
    const oldest = this.#deps.clock.now() - KEPT_MS;
    let bytes = kept.reduce((sum, row) => sum + bytesOf(row), 0);
    for (const [i, row] of kept.entries()) {
      // the newest stays however large it is: somebody waits for it
      const isOver = bytes > KEPT_BYTES && i < kept.length - 1;
      if (Date.parse(row.finishedAt!) > oldest && !isOver) continue;
      await this.#rows.settle(row.id, { ...row, code: 'EXPORT_EXPIRED' });
      await this.#store.remove(row.id);
      bytes -= bytesOf(row);
      this.#tell({ ...row, code: 'EXPORT_EXPIRED' });
    }
  }

  async #row(id: string): Promise<ExportRow> {
    const row = await this.#rows.find(id);
    if (!row) throw new AppError('NOT_FOUND', id);
    return row;
  }

  #tell(row: ExportRow): void {
    this.changed.emit(this.#shown(row));
  }

  #shown({ attempts: _attempts, covered: _covered, ...row }: ExportRow): FootageExport {
    const running = this.#running?.id === row.id ? this.#running.progress : 0;
    return { ...row, progress: row.status === 'done' ? 1 : running };
  }

  readonly #report = (error: unknown) => {
    this.#deps.log.error({ err: error, detail: messageOf(error) }, 'exports rest until the next one is asked for');
  };
}

/** Somebody called it off. */
class Cancelled extends Error {}

const bytesOf = ({ files }: ExportRow) => files.reduce((sum, { bytes }) => sum + bytes, 0);
