import { join } from 'node:path';
import type { ProfileRole } from '#contract/cameras.ts';
import type { FootageRun, FootageSegment } from '#contract/footage.ts';
import { isStoreAddress } from '#contract/storage.ts';
import { AppError } from '#lib/app-error.ts';
import { footagePath } from '#lib/footage-files.ts';
import { findSegment } from './find-segment.ts';
import type { OpenSegment, ReadableFile, ReaderPort, RecordersPort, StoresPort } from './ports.ts';
import type { FootageRepository, SegmentRow } from './repository.ts';
import type { Span } from './spans.ts';

/** A file with what its row, or its recorder, says of it. */
export interface FoundFile extends ReadableFile, Span {
  cameraId: string;
  role: ProfileRole;
  segment: FootageSegment;
  /** The volume, where that is a store: `path` leads nowhere before the file was brought here. */
  store: string | null;
  /** Hex; null while it is written. */
  sha256: string | null;
}

const MOST_TYPES = 1000;
/** Between the picture that was written last and the next one. */
const EDGE_MS = 1000;

/** Finds the files of footage: rows for those that are finished, recorders for those that grow. Paths come from nowhere else. */
export class FootageFiles {
  readonly #rows: FootageRepository;
  readonly #recorders: RecordersPort;
  readonly #reader: ReaderPort;
  readonly #stores: StoresPort;
  /** By run; the oldest are forgotten. */
  readonly #types = new Map<string, string>();

  constructor(deps: { rows: FootageRepository; recorders: RecordersPort; reader: ReaderPort; stores: StoresPort }) {
    this.#rows = deps.rows;
    this.#recorders = deps.recorders;
    this.#reader = deps.reader;
    this.#stores = deps.stores;
  }

  /** Those that hold any of the span, oldest first, and whether there are more behind the last. */
  async ofSpan(cameraId: string, { from, until }: Span, limit: number): Promise<{ files: FoundFile[]; more: boolean }> {
    const rows = await this.#rows.segments(cameraId, iso(from), iso(until), limit + 1);
    const finished = rows.slice(0, limit).map(fileOfRow);
    if (rows.length > limit) return { files: finished, more: true };
    const known = new Set(finished.map(({ run, number }) => `${run}/${number}`));
    const growing = this.open(cameraId).filter((file) => {
      return file.from < until && file.until > from && !known.has(`${file.run}/${file.number}`);
    });
    return { files: [...finished, ...growing], more: false };
  }

  /** Until when it is known what there is, epoch ms: of a run in work, pictures reach disk and rows after `now`. 0: nothing is. */
  async knownUntil(cameraId: string, now: number): Promise<number> {
    if (!this.#recorders.isRecording(cameraId)) return now;
    const growing = this.open(cameraId)[0];
    if (growing?.number === 0) return growing.until;
    const last = await this.#rows.segmentBefore(cameraId, iso(now));
    if (growing && last?.run_id === growing.run && last.number === growing.number - 1) return growing.until;
    return last ? Date.parse(last.ended_at) : 0;
  }

  /** Throws NOT_FOUND. */
  async byNumber(cameraId: string, run: string, number: number): Promise<FoundFile> {
    const growing = this.open(cameraId).find((file) => file.run === run && file.number === number);
    const known = await this.#rows.run(run);
    const row = known?.cameraId === cameraId ? await findSegment(this.#rows, known, number) : null;
    if (row) return fileOfRow(row);
    if (growing) return growing;
    throw new AppError('NOT_FOUND', `${cameraId} ${run} ${number}`);
  }

  /** The one that holds the instant. Throws FOOTAGE_NOT_RECORDED. */
  async at(cameraId: string, at: number): Promise<FoundFile> {
    const growing = this.open(cameraId).find((file) => file.from <= at && at <= file.until + EDGE_MS);
    if (growing) return growing;
    const row = await this.#rows.segmentBefore(cameraId, iso(at));
    const file = row && fileOfRow(row);
    if (!file || at >= file.until + EDGE_MS) throw new AppError('FOOTAGE_NOT_RECORDED', iso(at));
    return file;
  }

  /** The same, where it can be read on this machine. Throws FOOTAGE_AWAY, FOOTAGE_UNREADABLE. */
  async here(file: FoundFile): Promise<FoundFile> {
    const { store: volumeId, sha256 } = file;
    if (volumeId === null || sha256 === null) return file;
    return { ...file, path: await this.#stores.bring({ ...file, volumeId, sha256 }) };
  }

  /** Those that are being written. */
  open(cameraId: string): FoundFile[] {
    return this.#recorders
      .openSegments()
      .filter((open) => open.cameraId === cameraId)
      .map(fileOfOpen);
  }

  /** What the runs of these files hold. A run whose file cannot be read is told without its type. */
  async runsOf(files: readonly FoundFile[]): Promise<Omit<FootageRun, 'covered'>[]> {
    const one = new Map(files.map((file) => [file.run, file]));
    const rows = await this.#rows.runsById([...one.keys()]);
    return Promise.all(
      rows.map(async ({ id, codec, width, height, fps, sound }) => {
        const mimeType = await this.#typeOf(one.get(id)!);
        return { id, mimeType, codec, width, height, fps, sound };
      }),
    );
  }

  async #typeOf(file: FoundFile): Promise<string> {
    const known = this.#types.get(file.run);
    if (known !== undefined) return known;
    const type = await this.here(file)
      .then((readable) => this.#reader.mimeType(readable))
      .catch((error: unknown) => {
        if (error instanceof AppError) return 'video/mp4';
        throw error;
      });
    this.#types.set(file.run, type);
    if (this.#types.size > MOST_TYPES) this.#types.delete(this.#types.keys().next().value!);
    return type;
  }
}

function fileOfRow(row: SegmentRow): FoundFile {
  const { camera_id: cameraId, role, run_id: run, number, bytes, frames } = row;
  const [from, until] = [Date.parse(row.started_at), Date.parse(row.ended_at)];
  const name = footagePath({ cameraId, role, startedAt: from, run, number });
  const store = row.volume_path !== null && isStoreAddress(row.volume_path) ? row.volume_id : null;
  // a volume that is gone from the list has no folder: reading says so
  const folder = store === null ? row.volume_path : null;
  return {
    ...{ cameraId, role, path: join(folder ?? '/nonexistent', name), store, from, until },
    ...{ run, number, bytes, initBytes: row.init_bytes, startedAt: from, startTicks: row.start_ticks },
    sha256: row.sha256.toString('hex'),
    segment: {
      ...{ cameraId, role, run, number, startedAt: row.started_at, endedAt: row.ended_at, bytes, frames },
      ...{ initBytes: row.init_bytes, startTicks: row.start_ticks, finished: true },
    },
  };
}

function fileOfOpen(open: OpenSegment): FoundFile {
  const { cameraId, role, run, number, startedAt, endedAt, bytes, frames, initBytes, startTicks, path } = open;
  return {
    ...{
      cameraId,
      role,
      path,
      store: null,
      from: startedAt,
      until: endedAt,
      run,
      number,
      bytes,
      initBytes,
      startedAt,
      startTicks,
    },
    sha256: null,
    segment: {
      ...{ cameraId, role, run, number, startedAt: iso(startedAt), endedAt: iso(endedAt), bytes, frames },
      ...{ initBytes, startTicks, finished: false },
    },
  };
}

const iso = (at: number) => new Date(at).toISOString();
