import type { LiveRequest } from '#contract/live.ts';
import { isSound, readAccessUnit } from './access-unit.ts';
import { DecoderFeed } from './decoder-feed.ts';
import type { FirstPictures } from './first-pictures.ts';
import { readText } from './live-text.ts';
import type { FrameSink } from './frame-sink.ts';
import type { PathEvents, PathStats } from './path.ts';

/** What a tile tells the page: as a path does, but with the gateway's words as they came. */
export type TileEvents = Omit<PathEvents, 'message'> & { text(text: string): void };

/** How often a picture is painted while catching up, ms. */
const CATCH_UP_EVERY_MS = 100;

/** One tile inside a worker: its WebSocket, its decoder, its sink. The page's main thread never sees a byte of video. */
export class WorkerTile {
  readonly #events: TileEvents;
  readonly #sink: FrameSink;
  readonly #feed: DecoderFeed;
  readonly #firstPictures: FirstPictures;
  #socket: WebSocket | null = null;
  #listening = false;
  /** Sound may be under way on this connection: once asked for, until it is closed. */
  #soundMayCome = false;
  #fresh = true;
  #skipped = 0;
  readonly #counted: PathStats = {
    frames: 0,
    dropped: 0,
    bytes: 0,
    width: 0,
    height: 0,
    takenAt: null,
    shownAt: null,
  };

  constructor(sink: FrameSink, firstPictures: FirstPictures, events: TileEvents) {
    this.#sink = sink;
    this.#firstPictures = firstPictures;
    this.#events = events;
    this.#feed = new DecoderFeed({
      frame: (frame, takenAt) => this.#show(frame, takenAt),
      opened: (go) => firstPictures.shown(this, go),
      unsupported: (codec) => events.unsupported(codec),
      failed: () => events.decoderFailed(),
      fellBehind: () => events.fellBehind(),
    });
  }

  open(url: string): void {
    this.close();
    this.#fresh = true;
    this.#firstPictures.expect(this);
    const socket = new WebSocket(url);
    this.#socket = socket;
    this.#soundMayCome = false;
    socket.onopen = () => this.#listening && this.listen(true);
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data === 'string') this.#hear(data);
      else this.#take(data);
    };
    socket.onclose = () => {
      if (socket === this.#socket) this.#events.closed();
    };
  }

  listen(on: boolean): void {
    this.#listening = on;
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#soundMayCome = true;
    this.#socket.send(JSON.stringify({ type: 'sound', on } satisfies LiveRequest));
  }

  close(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#feed.close();
    this.#firstPictures.leave(this);
  }

  destroy(): void {
    this.close();
    this.#sink.close();
  }

  stats(): PathStats {
    return { ...this.#counted, dropped: this.#feed.dropped + this.#sink.dropped + this.#skipped };
  }

  #hear(text: string): void {
    const { config, stateOf } = readText(text);
    if (config) this.#feed.configure(config);
    if (stateOf !== null && stateOf !== 'live') this.#fresh = true;
    this.#events.text(text);
  }

  #take(data: ArrayBuffer): void {
    this.#counted.bytes += data.byteLength;
    if (this.#soundMayCome && isSound(data)) return this.#events.sound(data);
    const unit = readAccessUnit(data);
    if (unit) this.#feed.push(unit, performance.now());
  }

  /** After a join or a delay a group of pictures comes out at once: of those only some are worth painting. */
  #show(frame: VideoFrame, takenAt: number | null): void {
    const now = performance.timeOrigin + performance.now();
    const { shownAt } = this.#counted;
    if (!this.#fresh && this.#feed.isCatchingUp && shownAt !== null && now - shownAt < CATCH_UP_EVERY_MS) {
      this.#skipped += 1;
      return frame.close();
    }
    this.#counted.frames += 1;
    this.#counted.width = frame.displayWidth;
    this.#counted.height = frame.displayHeight;
    this.#counted.takenAt = takenAt;
    this.#counted.shownAt = now;
    this.#sink.push(frame);
    if (!this.#fresh) return;
    this.#fresh = false;
    this.#events.firstFrame();
  }
}
