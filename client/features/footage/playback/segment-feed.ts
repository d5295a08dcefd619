import { planBuffer, type Depth, type Held } from './buffer-plan.ts';
import type { Piece } from './footage-at.ts';
import { FragmentReader, TICKS_PER_SEC, type SoundWay, type Unit } from './fragments.ts';
import { FrameTimes } from './frame-times.ts';
import { mutedType } from './media-type.ts';
import type { PieceIndex } from './piece-index.ts';
import type { SourceLine } from './source-line.ts';

export interface Aim {
  at: number;
  rate: number;
  depth: Depth;
}

export interface FeedPorts {
  index: PieceIndex;
  line: SourceLine;
  /** The file of a piece from a byte on, or what it is converted to; throws an `ApiError`. */
  fetch(piece: Piece, wanted: Wanted, signal: AbortSignal): Promise<Response>;
  /** Null where this browser does not decode that run. */
  mediaOf(run: string): Media | null;
  /** Monotonic ms. */
  now(): number;
  failed(cause: unknown): void;
}

export interface Wanted {
  depth: Depth;
  fromByte: number;
  converted: boolean;
  /** What is converted begins with the key picture before this instant, epoch ms. */
  from: number;
}

/** What a SourceBuffer is told of a run. */
export interface Media {
  /** For `MediaSource.isTypeSupported`. */
  type: string;
  sound: SoundWay;
  /** The server makes H.264 of it, of files that are finished. */
  converted: boolean;
}

interface Loading {
  piece: Piece;
  stop: AbortController;
}

/** A file that grows is asked for more so often. */
const GROWS_EVERY_MS = 400;
const RETRY_MS = 2000;
/** Less of a file than this is converted with the rest of it: who steps back a little finds it there. */
const LEAST_LEFT_OUT_MS = 2000;

/** Brings the files around a moment into one line of time: what is played next first, bounded ahead and behind. */
export class SegmentFeed {
  readonly #ports: FeedPorts;
  readonly frames = new FrameTimes();
  readonly #held = new Map<string, Held>();
  /** Where the last appended file was left, to go on there: in a buffer only what follows directly needs no key picture. */
  #open: { key: string; reader: FragmentReader } | null = null;
  #aim: Aim | null = null;
  #loading: Loading | null = null;
  #busy = false;
  #stopped = false;
  #grownAt = -Infinity;
  #failedAt = -Infinity;

  constructor(ports: FeedPorts) {
    this.#ports = ports;
  }

  /** Called as often as there is something to show: starts, or stops, what has to be loaded. */
  aim(aim: Aim): void {
    this.#aim = aim;
    if (this.#loading && this.#astray(this.#loading.piece, aim)) this.#loading.stop.abort();
    void this.#work();
  }

  /** Whether all pictures of that piece from this moment on are in the buffer. */
  whole(piece: Piece, at: number): boolean {
    const held = this.#held.get(piece.key);
    return held !== undefined && held.whole && held.from <= at;
  }

  stop(): void {
    this.#stopped = true;
    this.#loading?.stop.abort();
  }

  /** Something else is needed at once. */
  #astray(piece: Piece, aim: Aim): boolean {
    const { load } = planBuffer(this.#ports.index.pieces, this.#held, aim);
    if (load === null || load.key === piece.key) return false;
    return load.from <= aim.at && aim.at < load.until;
  }

  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      while (!this.#stopped && (await this.#step()));
    } catch (cause) {
      if (!this.#stopped && !(cause instanceof DOMException && cause.name === 'AbortError')) {
        this.#failedAt = this.#ports.now();
        this.#ports.failed(cause);
      }
    } finally {
      this.#busy = false;
    }
  }

  /** True where there may be more to do. */
  async #step(): Promise<boolean> {
    const { index, now } = this.#ports;
    if (!this.#aim || now() - this.#failedAt < RETRY_MS) return false;
    const { load, drop } = planBuffer(index.pieces, this.#held, this.#aim);
    for (const key of drop) await this.#drop(key);
    if (!load) return drop.length > 0;
    if (!load.finished) {
      if (now() - this.#grownAt < GROWS_EVERY_MS) return false;
      this.#grownAt = now();
    }
    const media = this.#ports.mediaOf(load.run);
    if (media === null || (media.converted && !load.finished)) return false;
    await this.#load(load, media, this.#aim);
    return load.finished;
  }

  async #drop(key: string): Promise<void> {
    const held = this.#held.get(key);
    this.#held.delete(key);
    this.frames.forget(key);
    if (this.#open?.key === key) this.#open = null;
    if (held) await this.#clear(held.piece);
  }

  /** Browsers round times to a microsecond: its first picture may lie a little before it. */
  #clear({ from, until }: Piece): Promise<void> {
    return this.#ports.line.remove(from - 2, until - 2);
  }

  async #load(piece: Piece, media: Media, { depth, at, rate }: Aim): Promise<void> {
    // The key pictures of a file that grows are no good place to go on from.
    const deep = piece.finished ? depth : 'all';
    const { converted } = media;
    const going = deep === 'all' && !converted && this.#open?.key === piece.key ? this.#open.reader : null;
    if (going && piece.bytes <= going.taken) {
      // Nothing has been added since.
      return void this.#held.set(piece.key, { piece, depth: deep, from: piece.from, whole: piece.finished });
    }
    const before = this.#held.get(piece.key);
    const isInside = at - piece.from >= LEAST_LEFT_OUT_MS && at < piece.until;
    const from = converted && deep === 'all' && rate >= 0 && !before && isInside ? at : piece.from;
    const reader = new FragmentReader({ sound: deep === 'keys' ? 'hidden' : media.sound, after: going });
    if (!going) this.frames.forget(piece.key);
    if (before && (before.depth === 'keys' || converted)) await this.#clear(piece);
    this.#open = deep === 'all' ? { key: piece.key, reader } : null;
    this.#held.set(piece.key, { piece, depth: deep, from, whole: false });
    const stop = new AbortController();
    this.#loading = { piece, stop };
    try {
      const wanted = { depth: deep, fromByte: reader.taken, converted, from };
      const response = await this.#ports.fetch(piece, wanted, stop.signal);
      if (!going)
        this.#ports.line.place(
          deep === 'keys' ? mutedType(media.type) : media.type,
          piece.from / 1000 - piece.startTicks / TICKS_PER_SEC,
        );
      await this.#pour(response, reader, piece);
      this.#held.set(piece.key, { piece, depth: deep, from, whole: piece.finished });
    } catch (cause) {
      if (!stop.signal.aborted) throw cause;
    } finally {
      this.#loading = null;
    }
  }

  /** Into the buffer as it arrives: the first picture is there before the last byte is. */
  async #pour(response: Response, reader: FragmentReader, piece: Piece): Promise<void> {
    const stream = response.body!.getReader();
    try {
      for (let next = await stream.read(); !next.done; next = await stream.read()) {
        for (const unit of reader.push(next.value)) await this.#append(unit, piece);
      }
    } finally {
      stream.cancel().catch(() => undefined);
    }
  }

  async #append(unit: Unit, piece: Piece): Promise<void> {
    this.frames.add(
      piece.key,
      unit.pictures.map((ticks) => piece.from + ((ticks - piece.startTicks) * 1000) / TICKS_PER_SEC),
    );
    try {
      await this.#ports.line.append(unit.bytes);
    } catch (cause) {
      if (!(cause instanceof DOMException) || cause.name !== 'QuotaExceededError') throw cause;
      await this.#makeRoom(piece);
      await this.#ports.line.append(unit.bytes);
    }
  }

  /** The browser has less room than we thought: only what is shown now stays. */
  async #makeRoom(but: Piece): Promise<void> {
    const at = this.#aim?.at ?? but.from;
    for (const { piece } of [...this.#held.values()]) {
      if (piece.key !== but.key && !(piece.from <= at && at < piece.until)) await this.#drop(piece.key);
    }
  }
}
