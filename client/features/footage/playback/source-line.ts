import { mediaSourceClass } from '../../../player/mse-path.ts';

/** A day far beyond anything recorded: the line of a video is Unix time in seconds, so that its `currentTime` is wall clock. */
const END_OF_LINE_SEC = 2 ** 32;

/** One MediaSource with one SourceBuffer, its steps as promises, one behind the other. */
export class SourceLine {
  readonly #video: HTMLVideoElement;
  #source: MediaSource | null = null;
  #buffer: SourceBuffer | null = null;
  #address = '';
  #type = '';

  constructor(video: HTMLVideoElement) {
    this.#video = video;
  }

  /** Resolves once it takes pictures. Rejects where this browser has no Media Source Extensions. */
  async open(): Promise<void> {
    const Source = mediaSourceClass();
    if (!Source) throw new Error('no Media Source Extensions');
    const source = new Source();
    this.#source = source;
    this.#address = URL.createObjectURL(source);
    const opened = new Promise((resolve) => source.addEventListener('sourceopen', resolve, { once: true }));
    this.#video.src = this.#address;
    await opened;
    source.duration = END_OF_LINE_SEC;
  }

  /**
   * What is appended from now on is of this type and lies so many seconds later than it says.
   * @param type as for `isTypeSupported`
   */
  place(type: string, offsetSec: number): void {
    if (!this.#buffer) this.#buffer = this.#source!.addSourceBuffer(type);
    else if (type !== this.#type) this.#buffer.changeType(type);
    this.#type = type;
    this.#buffer.timestampOffset = offsetSec;
  }

  append(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    return this.#step((buffer) => buffer.appendBuffer(bytes));
  }

  /** Epoch ms. */
  async remove(from: number, until: number): Promise<void> {
    if (this.#buffer && until > from) await this.#step((buffer) => buffer.remove(from / 1000, until / 1000));
  }

  /** Whether there are pictures at that moment. */
  has(at: number): boolean {
    const ranges = this.#buffer?.buffered;
    if (!ranges) return false;
    for (let i = 0; i < ranges.length; i += 1) {
      if (ranges.start(i) * 1000 <= at + EDGE_MS && at < ranges.end(i) * 1000 - EDGE_MS) return true;
    }
    return false;
  }

  /** Where the buffered pictures around `at` begin and end; null where there are none. */
  rangeAt(at: number): { from: number; until: number } | null {
    const ranges = this.#buffer?.buffered;
    for (let i = 0; ranges && i < ranges.length; i += 1) {
      const range = { from: ranges.start(i) * 1000, until: ranges.end(i) * 1000 };
      if (range.from <= at && at < range.until) return range;
    }
    return null;
  }

  close(): void {
    this.#buffer = null;
    this.#source = null;
    URL.revokeObjectURL(this.#address);
    this.#video.removeAttribute('src');
    this.#video.load();
  }

  #step(start: (buffer: SourceBuffer) => void): Promise<void> {
    const buffer = this.#buffer;
    if (!buffer) return Promise.reject(new DOMException('closed', 'AbortError'));
    return new Promise((resolve, reject) => {
      const done = (event: Event) => {
        for (const name of STEP_ENDS) buffer.removeEventListener(name, done);
        if (event.type === 'updateend') resolve();
        else
          reject(new DOMException(`SourceBuffer ${event.type}`, event.type === 'error' ? 'DataError' : 'AbortError'));
      };
      for (const name of STEP_ENDS) buffer.addEventListener(name, done);
      try {
        start(buffer);
      } catch (cause) {
        for (const name of STEP_ENDS) buffer.removeEventListener(name, done);
        reject(cause instanceof Error ? cause : new Error(String(cause)));
      }
    });
  }
}

const STEP_ENDS = ['updateend', 'error', 'abort'] as const;
/** Ends of ranges are rounded by the browser. */
const EDGE_MS = 1;
