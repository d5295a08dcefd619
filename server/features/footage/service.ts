import type { Camera } from '#contract/cameras.ts';
import type {
  CameraTimeline,
  FootageToken,
  MarkRequest,
  SegmentsAnswer,
  TimelineAnswer,
  TimelineGap,
} from '#contract/footage.ts';
import type { MaskRegion } from '#contract/privacy.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { TokenOwner } from '#lib/rights.ts';
import type { Database } from '../../db/database.ts';
import { authorise, type Asking, type Gate } from './access.ts';
import { Bookmarks } from './bookmarks.ts';
import { FootageFiles, type FoundFile } from './files.ts';
import { FootageTokens } from './footage-token.ts';
import { playlistOf } from './playlist.ts';
import type { CamerasPort, HallsPort, MarkSource, MasksPort, ReaderPort, RecordersPort, StoresPort } from './ports.ts';
import { FootageRepository, type GapRow, type RunRow } from './repository.ts';
import type { Span } from './spans.ts';
import type { Viewing } from './viewing.ts';
import { endOfLasting, marksByCamera, timelineOf } from './timeline.ts';

export interface FootageDeps {
  db: Database;
  clock: Clock;
  secret: Buffer;
  cameras: CamerasPort;
  halls: HallsPort;
  mayRead: Gate['mayRead'];
  masks: MasksPort;
  viewing: Pick<Viewing, 'mustHaveReason' | 'reasonOf'>;
  recorders: RecordersPort;
  reader: ReaderPort;
  stores: StoresPort;
  marks: readonly MarkSource[];
}

const DAY_MS = 24 * 3600_000;
export interface Sources {
  files: (FoundFile & { endedAt: number })[];
  gaps: TimelineGap[];
  /** Of the camera's hall. */
  timeZone: string;
}

export const LONGEST_TIMELINE_MS = 92 * DAY_MS;
export const LONGEST_PLAYLIST_MS = DAY_MS;
export const MOST_CAMERAS = 100;
export const MOST_SEGMENTS = 1000;
/** A day in segments as short as they get. */
const MOST_IN_PLAYLIST = 20_000;
const PREVIEW_WIDTHS = [160, 320, 640, 1280, 1920];

/** Reading footage 录像: what there is, and its files, playlists and pictures. */
export class FootageService {
  readonly bookmarks: Bookmarks;
  readonly #deps: FootageDeps;
  readonly #rows: FootageRepository;
  readonly #files: FootageFiles;
  readonly #tokens: FootageTokens;
  readonly #gate: Gate;

  constructor(deps: FootageDeps) {
    this.#deps = deps;
    this.bookmarks = new Bookmarks(deps);
    this.#rows = new FootageRepository(deps.db);
    this.#files = new FootageFiles({ ...deps, rows: this.#rows });
    this.#tokens = new FootageTokens(deps);
    this.#gate = {
      ...{ tokens: this.#tokens, mayRead: deps.mayRead },
      mustHaveReason: (sessionId, span) => deps.viewing.mustHaveReason(sessionId, span),
    };
  }

  /** Footage, gaps and marks of cameras. Throws NOT_FOUND for a camera that never was, FOOTAGE_SPAN_TOO_LONG. */
  async timeline(
    asking: Asking,
    cameraIds: readonly string[],
    span: Span,
    asked: Pick<MarkRequest, 'resolutionMs' | 'ticket'>,
  ): Promise<TimelineAnswer> {
    this.#check(span, LONGEST_TIMELINE_MS);
    if (cameraIds.length > MOST_CAMERAS) throw new AppError('FOOTAGE_SPAN_TOO_LONG', `${MOST_CAMERAS} cameras at most`);
    authorise(asking, { cameraIds, ...span, listOnly: true }, this.#gate);
    await this.mustKnow(cameraIds);
    const { clock } = this.#deps;
    const [from, until] = [iso(span.from), iso(span.until)];
    const [runs, gaps, holds, marks] = await Promise.all([
      this.#rows.runs(cameraIds, from, until),
      this.#rows.gaps(cameraIds, from, until),
      this.#rows.holds(cameraIds, from, until, iso(clock.now())),
      this.#marks(cameraIds, span, asked),
    ]);
    const [runsOf, gapsOf, holdsOf] = [byCamera(runs), byCamera(gaps), byCamera(holds)];
    const cameras = cameraIds.map((cameraId): CameraTimeline => {
      const rows = this.#spansOf(cameraId, runsOf.get(cameraId) ?? [], gapsOf.get(cameraId) ?? []);
      const held = (holdsOf.get(cameraId) ?? []).map(spanOf);
      const line = timelineOf({ ...rows, holds: held }, span, asked.resolutionMs);
      return { cameraId, ...line, marks: marks.get(cameraId) ?? [] };
    });
    return { cameras };
  }

  /** The cameras of a hall, for asking about all of them. Throws NOT_FOUND. */
  camerasOfHall(hallId: string): string[] {
    const { halls, cameras } = this.#deps;
    if (!halls.get(hallId)) throw new AppError('NOT_FOUND', hallId);
    return cameras.list().flatMap(({ id, hallId: of }) => (of === hallId ? [id] : []));
  }

  /** Throws NOT_FOUND for a camera that never was. */
  async segments(asking: Asking, cameraId: string, span: Span): Promise<SegmentsAnswer> {
    this.#check(span, LONGEST_TIMELINE_MS);
    authorise(asking, { cameraIds: [cameraId], ...span }, this.#gate);
    await this.mustKnow([cameraId]);
    // before the rest is asked for: what is written meanwhile is told, and not missed
    const knownUntil = iso(await this.#files.knownUntil(cameraId, this.#deps.clock.now()));
    const { files, more } = await this.#files.ofSpan(cameraId, span, MOST_SEGMENTS);
    const covered = this.coveredFor(asking, cameraId).length > 0;
    const runs = (await this.#files.runsOf(files)).map((run) => ({ ...run, covered }));
    return { segments: files.map(({ segment }) => segment), runs, more, knownUntil };
  }

  /** To be read where it is now. Throws NOT_FOUND, FOOTAGE_AWAY, FOOTAGE_UNREADABLE. */
  async file(asking: Asking, cameraId: string, run: string, number: number): Promise<FoundFile> {
    // whoever may see nothing at all does not learn what there is
    if (!asking.account && asking.token === undefined) throw new AppError('SIGN_IN_REQUIRED');
    const file = await this.#files.byNumber(cameraId, run, number);
    authorise(asking, { cameraIds: [cameraId], from: file.from, until: file.until }, this.#gate);
    return this.#files.here(file);
  }

  /** Who reads what is of this instant, by his session or whoever had the token made, and why. */
  readerOf({ account, sessionId, token }: Asking, at: number): { account: string | null; reason: string | null } {
    const grant = token === undefined ? null : this.#tokens.read(token);
    const session = account ? sessionId : (grant?.sessionId ?? null);
    return { account: account?.username ?? grant?.account ?? null, reason: this.#deps.viewing.reasonOf(session, at) };
  }

  /** What to write over a file for it to play so much later. */
  later(file: FoundFile, ms: number) {
    return this.#deps.reader.later(file, ms);
  }

  keyPictures(file: FoundFile) {
    return this.#deps.reader.keyPictures(file);
  }

  /** A file, or its key pictures, as H.264, covered as it must be for him. Throws as the reader, TRANSCODE_BUSY and FOOTAGE_BUSY. */
  converted(asking: Asking, file: FoundFile, wanted: { keys: boolean; from: number }, signal: AbortSignal) {
    return this.#deps.reader.converted(file, { ...wanted, masks: this.coveredFor(asking, file.cameraId) }, signal);
  }

  /** What of a camera's pictures whoever asks does not see, by his session or as whoever had the token made. */
  coveredFor({ account, sessionId, token }: Asking, cameraId: string): readonly MaskRegion[] {
    const grant = token === undefined ? null : this.#tokens.read(token);
    const owner = account ? { account: account.username, sessionId: sessionId ?? '' } : grant;
    // nobody whom we know sees least
    return this.#deps.masks.coveredFor(owner ?? { account: '', sessionId: '' }, cameraId);
  }

  /** For players without a session. Throws as `segments`. */
  async token(owner: TokenOwner, cameraId: string, span: Span): Promise<FootageToken> {
    this.#check(span, LONGEST_PLAYLIST_MS);
    await this.mustKnow([cameraId]);
    const { token, expiresAt } = this.#tokens.issue({ cameraId, ...span, ...owner });
    const query = new URLSearchParams({ from: iso(span.from), until: iso(span.until), token });
    return { token, expiresAt: iso(expiresAt), playlist: `/api/footage/${cameraId}/playlist.m3u8?${query}` };
  }

  /** HLS. Grows while `until` lies ahead. Throws FOOTAGE_NOT_RECORDED where there is nothing and nothing will come, PICTURE_MASKED. */
  async playlist(asking: Asking, cameraId: string, span: Span): Promise<string> {
    this.#check(span, LONGEST_PLAYLIST_MS);
    authorise(asking, { cameraIds: [cameraId], ...span }, this.#gate);
    await this.mustKnow([cameraId]);
    // its files are played as they lie on the disk
    if (this.coveredFor(asking, cameraId).length > 0) throw new AppError('PICTURE_MASKED');
    const { files } = await this.#files.ofSpan(cameraId, span, MOST_IN_PLAYLIST);
    const segments = files.flatMap(({ segment }) => (segment.finished ? [segment] : []));
    const growing = this.#deps.clock.now() < span.until || segments.length < files.length;
    if (segments.length === 0 && !growing) throw new AppError('FOOTAGE_NOT_RECORDED');
    return playlistOf({ segments, growing, token: asking.token ?? null });
  }

  /** The key picture before an instant. Throws FOOTAGE_NOT_RECORDED, FOOTAGE_BUSY, FOOTAGE_AWAY, FOOTAGE_UNREADABLE. */
  async preview(asking: Asking, cameraId: string, at: number, width: number) {
    const file = await this.#fileAt(asking, cameraId, at);
    return this.#deps.reader.preview(file, at, {
      width: PREVIEW_WIDTHS.find((each) => each >= width)!,
      masks: this.coveredFor(asking, cameraId),
    });
  }

  /** The picture at an instant with name and time burnt in, by the clock of its hall. Throws as `preview`. */
  async snapshot(asking: Asking, cameraId: string, at: number) {
    const { cameras, halls, reader } = this.#deps;
    const file = await this.#fileAt(asking, cameraId, at);
    const camera = cameras.list().find(({ id }) => id === cameraId);
    const hall = camera && halls.get(camera.hallId);
    const name = [hall?.name.zh, camera?.name ?? cameraId].filter(Boolean).join('  ');
    return reader.snapshot(file, at, {
      linesFor: (takenAt) => [name, wallClock(takenAt, hall?.timeZone ?? 'UTC')],
      masks: this.coveredFor(asking, cameraId),
    });
  }

  /** All files and gaps of a span, for whoever makes something of them. Throws NOT_FOUND for a camera that never was. */
  async sources(username: string, cameraId: string, span: Span): Promise<Sources> {
    authorise(
      { account: { username }, sessionId: null },
      { cameraIds: [cameraId], ...span, listOnly: true },
      this.#gate,
    );
    await this.mustKnow([cameraId]);
    const [from, until] = [iso(span.from), iso(span.until)];
    const [{ files }, runs, gaps] = await Promise.all([
      this.#files.ofSpan(cameraId, span, MOST_IN_PLAYLIST),
      this.#rows.runs([cameraId], from, until),
      this.#rows.gaps([cameraId], from, until),
    ]);
    const { cameras, halls } = this.#deps;
    const hallId = cameras.list().find(({ id }) => id === cameraId)?.hallId;
    return {
      files: files.map((file) => ({ ...file, endedAt: file.until })),
      gaps: timelineOf({ ...this.#spansOf(cameraId, runs, gaps), holds: [] }, span, 0).gaps,
      timeZone: (hallId === undefined ? undefined : halls.get(hallId)?.timeZone) ?? 'UTC',
    };
  }

  async #fileAt(asking: Asking, cameraId: string, at: number): Promise<FoundFile> {
    authorise(asking, { cameraIds: [cameraId], from: at, until: at + 1 }, this.#gate);
    await this.mustKnow([cameraId]);
    return this.#files.here(await this.#files.at(cameraId, at));
  }

  #check({ from, until }: Span, longestMs: number): void {
    if (until <= from) throw new AppError('REQUEST_INVALID', [{ path: 'until', message: 'must be after from' }]);
    if (until - from > longestMs) throw new AppError('FOOTAGE_SPAN_TOO_LONG', `${longestMs / 3600_000} hours at most`);
  }

  /** Throws NOT_FOUND. Footage outlives its camera: one that is gone is known as long as there is some. */
  async mustKnow(cameraIds: readonly string[]): Promise<void> {
    const present = new Set(this.#deps.cameras.list().map(({ id }) => id));
    for (const id of cameraIds) {
      if (!present.has(id) && !(await this.#rows.knows(id))) throw new AppError('NOT_FOUND', id);
    }
  }

  #spansOf(cameraId: string, runs: readonly RunRow[], gaps: readonly GapRow[]) {
    const now = this.#deps.clock.now();
    const open = this.#files.open(cameraId);
    const latest = runs.toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1))[0] ?? gaps[0];
    return {
      role: open[0]?.segment.role ?? latest?.role ?? 'main',
      footage: [
        ...runs.map(({ startedAt, endedAt }) => spanOf({ from: startedAt, until: endedAt })),
        ...open.map(({ from, until }) => ({ from, until })),
      ],
      gaps: gaps.map(({ from, until, cause, detail }) => {
        const began = Date.parse(from);
        const ended = until === null ? endOfLasting(began, open, now) : Date.parse(until);
        return { from: began, until: ended, cause, detail };
      }),
    };
  }

  async #marks(cameraIds: readonly string[], span: Span, asked: Pick<MarkRequest, 'resolutionMs' | 'ticket'>) {
    const wanted = new Set(cameraIds);
    const cameras = this.#deps.cameras.list().filter(({ id }: Camera) => wanted.has(id));
    const request: MarkRequest = { cameras, from: iso(span.from), until: iso(span.until), ...asked };
    const sources = [...this.#deps.marks, (each: MarkRequest) => this.bookmarks.marks(each)];
    const found = (await Promise.all(sources.map((marks) => marks(request)))).flat();
    if (asked.ticket === null) return marksByCamera(found, asked.resolutionMs);
    return marksByCamera(
      found.filter(({ kind }) => kind === 'ticket'),
      0,
    );
  }
}

function byCamera<Row extends { cameraId: string }>(rows: readonly Row[]): Map<string, Row[]> {
  return Map.groupBy(rows, ({ cameraId }) => cameraId);
}

const iso = (at: number) => new Date(at).toISOString();
const spanOf = ({ from, until }: { from: string; until: string }): Span => {
  return { from: Date.parse(from), until: Date.parse(until) };
};

/** `2026-11-26 19:05:07.240 GMT+8` */
function wallClock(at: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('sv-SE', {
    ...{ timeZone, dateStyle: 'short', timeStyle: 'medium' },
  }).format(at);
  const zone = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'shortOffset' })
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')?.value;
  return `${parts}.${String(Math.floor(at) % 1000).padStart(3, '0')} ${zone ?? ''}`.trim();
}
