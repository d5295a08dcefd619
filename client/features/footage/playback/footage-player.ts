import { SegmentsAnswer, type FootageRun } from '#contract/footage.ts';
import { api, ApiError } from '../../../api/http.ts';
import { mediaSourceClass } from '../../../player/mse-path.ts';
import { depthFor } from './buffer-plan.ts';
import type { Piece } from './footage-at.ts';
import type { MasterClock } from './master-clock.ts';
import { PieceIndex } from './piece-index.ts';
import { SegmentFeed, type Media, type Wanted } from './segment-feed.ts';
import { SourceLine } from './source-line.ts';
import { steer } from './steering.ts';
import { convertedType, hasG711, heardType, mutedType } from './media-type.ts';

/** What a tile shows, and where it shows no picture, why. */
export type Shown =
  /** `converted`: made of H.265 by the server, as this browser does not decode that. */
  | { is: 'picture'; sound: boolean; converted: boolean }
  | { is: 'loading' }
  /** No footage; ends are null where they lie beyond what was asked for. */
  | { is: 'hole'; from: number | null; until: number | null }
  | { is: 'unsupported'; codec: string }
  | { is: 'failed'; code: ApiError['code'] };

export interface FootagePlayerOptions {
  cameraId: string;
  clock: MasterClock;
  /** The server's time, epoch ms. */
  serverNow: () => number;
  /** How many cameras play at once: what the machine must do in all. */
  cameras: () => number;
  /** Live pictures stand in its place: it neither loads nor follows the clock. */
  resting: () => boolean;
  changed: (shown: Shown) => void;
}

/** Everybody waits for one that loads, but not longer than that. */
const PATIENCE_MS = 4000;
/** Into the picture, not on its edge: browsers round times to a microsecond. */
const INSIDE_MS = 1;
const MAX_RATE = 16;

/** Plays the footage of one camera by the master clock, in a video element of its own. */
export class FootagePlayer {
  readonly element = document.createElement('video');
  readonly #options: FootagePlayerOptions;
  readonly #index: PieceIndex;
  #line: SourceLine;
  #feed: SegmentFeed | null = null;
  #shown: Shown = { is: 'loading' };
  #audible = false;
  #refused: string | null = null;
  /** The clock was set: it is held until this video is there, or patience is over. */
  #settlingSince: number | null = null;
  #seekStartedAt = 0;
  #seekMs = 60;
  #stopped = false;
  /** Time of the picture on the screen, epoch ms; null before there is one. */
  pictureAt: number | null = null;

  constructor(options: FootagePlayerOptions) {
    this.#options = options;
    Object.assign(this.element, { muted: true, playsInline: true, disableRemotePlayback: true });
    this.element.dataset.footage = options.cameraId;
    this.#line = new SourceLine(this.element);
    const base = `/api/footage/${options.cameraId}/segments`;
    this.#index = new PieceIndex({
      ask: ({ from, until }, signal) => {
        const span = new URLSearchParams({ from: iso(from), until: iso(until) });
        return api.get(`${base}?${span}`, SegmentsAnswer, signal);
      },
      now: options.serverNow,
      changed: () => this.tick(),
    });
  }

  async start(): Promise<void> {
    const { element } = this;
    element.addEventListener('seeking', () => (this.#seekStartedAt = performance.now()));
    element.addEventListener('seeked', () => {
      this.#seekMs = this.#seekMs * 0.7 + (performance.now() - this.#seekStartedAt) * 0.3;
    });
    element.addEventListener('error', () => this.#decoderFailed());
    const watch = (_: number, { mediaTime }: VideoFrameCallbackMetadata) => {
      this.pictureAt = mediaTime * 1000;
      if (!this.#stopped) element.requestVideoFrameCallback(watch);
    };
    element.requestVideoFrameCallback(watch);
    await this.#open();
  }

  stop(): void {
    this.#stopped = true;
    this.#hold(false);
    this.#index.stop();
    this.#feed?.stop();
    this.#line.close();
  }

  /** The clock was set to another moment. */
  sought(): void {
    this.#settlingSince = performance.now();
    this.tick();
  }

  /** Sound is brought or left away by loading anew: the decoder must not wait for a track that it lacks. */
  listen(is: boolean): void {
    if (this.#audible === is) return;
    this.#audible = is;
    this.element.muted = !is;
    void this.#reopen();
  }

  /** The picture after or before the one on the screen, epoch ms; null where none is loaded. */
  step(direction: 1 | -1): number | null {
    return this.#feed?.frames.next(this.#options.clock.position() + INSIDE_MS, direction) ?? null;
  }

  /** Once a picture of the screen: asks for what is missing and keeps the video with the clock. */
  tick(): void {
    if (this.#stopped) return;
    const { clock, cameras, resting } = this.#options;
    if (resting()) return this.#hold(false);
    const { at, rate } = clock.beat();
    const depth = depthFor(rate, cameras());
    const reach = 30_000 * Math.max(1, Math.abs(rate));
    this.#index.want({ from: at - reach, until: at + reach }, at);
    this.#feed?.aim({ at, rate, depth });
    const found = this.#index.find(at);
    const shown = this.#look(found?.is === 'footage' ? found.piece : null, found, at);
    this.#show(shown);
    const away = shown.is === 'hole' || shown.is === 'unsupported' || shown.is === 'failed';
    if (away) {
      this.#hold(false);
      this.#settlingSince = null;
      return this.element.pause();
    }
    this.#steer(found?.is === 'footage' ? found.piece : null);
  }

  #steer(piece: Piece | null): void {
    const { clock } = this.#options;
    const { element } = this;
    const beat = clock.beat();
    const there = element.currentTime * 1000;
    const loaded = this.#line.has(beat.at + INSIDE_MS);
    const seeking = element.seeking && this.#line.has(there);
    // Between two files, a few milliseconds after the last picture of the first: that one stands.
    const between = !loaded && piece !== null && (this.#feed?.whole(piece, beat.at) ?? false);
    const ready = between || (loaded && !element.seeking && element.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA);
    this.#holdUntil(ready, beat.rate);

    const step = steer(clock.beat(), { at: there - INSIDE_MS, seeking, loaded, seekMs: this.#seekMs });
    switch (step.do) {
      case 'seek':
        element.currentTime = (step.to + INSIDE_MS) / 1000;
        return this.#run(step.run ? beat.rate : null);
      case 'run':
        return this.#run(step.rate);
      case 'stand':
        // While it jumps on the run it goes on by itself.
        if (!clock.running || clock.rate < 0 || !loaded) this.#run(null);
    }
  }

  #run(rate: number | null): void {
    const { element } = this;
    if (rate === null) return void (element.paused || element.pause());
    const wanted = Math.min(MAX_RATE, rate);
    if (Math.abs(element.playbackRate - wanted) > 0.001) element.playbackRate = wanted;
    // A browser that refuses sound plays without.
    if (element.paused) element.play().catch(() => (element.muted = true));
  }

  /** Holds the clock after it was set, and whenever the pictures run out, as long as patience lasts. */
  #holdUntil(ready: boolean, rate: number): void {
    const now = performance.now();
    if (ready || (rate < 0 && this.#settlingSince === null)) {
      this.#settlingSince = null;
      return this.#hold(false);
    }
    if (this.element.seeking && this.#settlingSince === null) return;
    this.#settlingSince ??= now;
    this.#hold(now - this.#settlingSince < PATIENCE_MS);
  }

  #hold(is: boolean): void {
    this.#options.clock.hold(this.#options.cameraId, is);
  }

  #look(piece: Piece | null, found: ReturnType<PieceIndex['find']>, at: number): Shown {
    if (found?.is === 'hole') return { is: 'hole', from: found.from, until: found.until };
    if (piece === null) {
      const { failure } = this.#index;
      return failure ? { is: 'failed', code: failure.code } : { is: 'loading' };
    }
    const run = this.#index.runs.get(piece.run);
    const media = this.#mediaOf(piece.run);
    if (!run || media === null) return { is: 'unsupported', codec: run?.codec ?? '' };
    if (this.#refused !== null && !this.#line.has(at)) return { is: 'failed', code: this.#refused as ApiError['code'] };
    const seen = this.#line.has(this.element.currentTime * 1000) && this.element.readyState >= 2;
    const { converted } = media;
    return seen
      ? {
          is: 'picture',
          sound: run.sound !== null && isPlayable(heardBy(run, converted)),
          converted: converted && !run.covered,
        }
      : { is: 'loading' };
  }

  #show(shown: Shown): void {
    if (JSON.stringify(shown) === JSON.stringify(this.#shown)) return;
    this.#shown = shown;
    this.#options.changed(shown);
  }

  /** With its sound where that is wanted and can be decoded; null where not even the picture can. */
  #mediaOf(run: string): Media | null {
    const known = this.#index.runs.get(run);
    if (!known) return null;
    const converted = known.covered || (known.codec === 'h265' && !isPlayable(mutedType(known.mimeType)));
    const heard = heardBy(known, converted);
    const bare = mutedType(heard);
    if (!isPlayable(bare)) return null;
    if (!this.#audible || known.sound === null || !isPlayable(heard)) return { type: bare, sound: 'hidden', converted };
    return { type: heard, sound: hasG711(known.mimeType) && !converted ? 'flac' : 'kept', converted };
  }

  async #open(): Promise<void> {
    const line = this.#line;
    try {
      await line.open();
    } catch {
      return this.#show({ is: 'failed', code: 'ANSWER_UNREADABLE' });
    }
    if (this.#stopped || line !== this.#line) return;
    this.#feed = new SegmentFeed({
      index: this.#index,
      line,
      fetch: (piece, wanted, signal) => this.#fetch(piece, wanted, signal),
      mediaOf: (run) => this.#mediaOf(run),
      now: () => performance.now(),
      failed: (cause) => (this.#refused = cause instanceof ApiError ? cause.code : 'ANSWER_UNREADABLE'),
    });
    this.tick();
  }

  #fetch(piece: Piece, { depth, fromByte, converted, from }: Wanted, signal: AbortSignal): Promise<Response> {
    this.#refused = null;
    const query = new URLSearchParams({
      ...(depth === 'keys' ? { only: 'keys' } : {}),
      ...(converted ? { as: 'h264' } : {}),
      ...(from > piece.from ? { from: iso(from) } : {}),
    });
    const headers: HeadersInit = fromByte > 0 ? { range: `bytes=${fromByte}-` } : {};
    const address = `/api/footage/${this.#options.cameraId}/segments/${piece.key}`;
    return api.open(query.size > 0 ? `${address}?${query}` : address, { signal, headers });
  }

  async #reopen(): Promise<void> {
    this.#feed?.stop();
    this.#feed = null;
    this.#line.close();
    this.#line = new SourceLine(this.element);
    this.sought();
    await this.#open();
  }

  /** A decoder that gave up takes nothing more: all is loaded anew, after a moment. */
  #decoderFailed(): void {
    if (this.#stopped || this.element.error === null || !this.element.src) return;
    void this.#reopen();
  }
}

/** What a decoder is told of a run with its sound. */
const heardBy = ({ mimeType }: FootageRun, converted: boolean): string =>
  converted ? convertedType(mimeType) : heardType(mimeType);
const isPlayable = (type: string): boolean => mediaSourceClass()?.isTypeSupported(type) ?? false;
const iso = (at: number): string => new Date(at).toISOString();
