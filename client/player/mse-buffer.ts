import { chase } from './mse-chase.ts';

/** Fragments that wait for the source buffer; more means that the browser no longer takes any. */
const MAX_WAITING = 150;
/** Jumps right after joining belong to the join: the whole group of pictures comes at once. */
const SETTLING_MS = 5000;

export interface MseEvents {
  failed(): void;
  fellBehind(): void;
}

/** One MediaSource with one source buffer: appends in order, trims what has been played, and keeps the video at the live edge. */
export class MseBuffer {
  readonly #video: HTMLVideoElement;
  readonly #source: MediaSource;
  readonly #events: MseEvents;
  readonly #waiting: (ArrayBuffer | { changeType: string })[] = [];
  readonly #address: string;
  readonly #openedAt = performance.now();
  #buffer: SourceBuffer | null = null;

  constructor(source: MediaSource, video: HTMLVideoElement, type: string, events: MseEvents) {
    this.#source = source;
    this.#video = video;
    this.#events = events;
    this.#address = URL.createObjectURL(source);
    source.addEventListener('sourceopen', () => this.#opened(type), { once: true });
    video.src = this.#address;
  }

  append(fragment: ArrayBuffer): void {
    this.#waiting.push(fragment);
    if (this.#waiting.length > MAX_WAITING) return this.#events.failed();
    this.#work();
  }

  changeType(type: string): void {
    this.#waiting.push({ changeType: type });
    this.#work();
  }

  close(): void {
    this.#waiting.length = 0;
    this.#buffer = null;
    URL.revokeObjectURL(this.#address);
    if (this.#source.readyState === 'open') this.#source.endOfStream();
  }

  #opened(type: string): void {
    if (this.#source.readyState !== 'open') return;
    this.#buffer = this.#source.addSourceBuffer(type);
    this.#buffer.addEventListener('updateend', () => this.#work());
    this.#buffer.addEventListener('error', () => this.#events.failed());
    this.#work();
  }

  /** One step at a time: a source buffer does one thing at once and says when it is done. */
  #work(): void {
    const buffer = this.#buffer;
    if (!buffer || buffer.updating || this.#source.readyState !== 'open') return;
    try {
      if (this.#chase(buffer)) return;
      const next = this.#waiting.shift();
      if (next instanceof ArrayBuffer) buffer.appendBuffer(next);
      else if (next) {
        buffer.changeType(next.changeType);
        this.#work();
      }
    } catch {
      this.#events.failed();
    }
  }

  /** True where it gave the buffer something to do. */
  #chase(buffer: SourceBuffer): boolean {
    const ranges = Array.from({ length: buffer.buffered.length }, (_, i) => ({
      start: buffer.buffered.start(i),
      end: buffer.buffered.end(i),
    }));
    const { seekTo, rate, removeBefore } = chase(this.#video.currentTime, ranges);
    if (seekTo !== null) {
      if (performance.now() - this.#openedAt > SETTLING_MS) this.#events.fellBehind();
      this.#video.currentTime = seekTo;
    }
    if (this.#video.playbackRate !== rate) this.#video.playbackRate = rate;
    if (this.#video.paused) this.#video.play().catch(() => undefined);
    if (removeBefore === null) return false;
    buffer.remove(0, removeBefore);
    return true;
  }
}
