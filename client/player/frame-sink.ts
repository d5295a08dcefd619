/** Takes frames over and closes them. Never holds more than one that waits: of late frames only the newest is worth showing. */
export interface FrameSink {
  push(frame: VideoFrame): void;
  /** Frames given up unseen. */
  readonly dropped: number;
  close(): void;
}

/** Frames into a generated track; the browser composes them without the page's main thread. */
export class TrackSink implements FrameSink {
  readonly #writer: WritableStreamDefaultWriter<VideoFrame>;
  #writing = false;
  #waiting: VideoFrame | null = null;
  dropped = 0;

  constructor(writable: WritableStream<VideoFrame>) {
    this.#writer = writable.getWriter();
  }

  push(frame: VideoFrame): void {
    if (!this.#writing) return void this.#write(frame);
    if (this.#waiting) {
      this.#waiting.close();
      this.dropped += 1;
    }
    this.#waiting = frame;
  }

  close(): void {
    this.#waiting?.close();
    this.#waiting = null;
    this.#writer.close().catch(() => undefined);
  }

  async #write(frame: VideoFrame): Promise<void> {
    this.#writing = true;
    let next: VideoFrame | null = frame;
    while (next) {
      await this.#writer.write(next).catch(() => next?.close());
      next = this.#waiting;
      this.#waiting = null;
    }
    this.#writing = false;
  }
}

/** Frames drawn in the worker, once a screen refresh at most. */
export class CanvasSink implements FrameSink {
  readonly #canvas: OffscreenCanvas;
  readonly #context: OffscreenCanvasRenderingContext2D | null;
  #waiting: VideoFrame | null = null;
  dropped = 0;

  constructor(canvas: OffscreenCanvas) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d', { alpha: false, desynchronized: true });
  }

  push(frame: VideoFrame): void {
    if (this.#waiting) {
      this.#waiting.close();
      this.dropped += 1;
    } else requestAnimationFrame(() => this.#draw());
    this.#waiting = frame;
  }

  close(): void {
    this.#waiting?.close();
    this.#waiting = null;
  }

  #draw(): void {
    const frame = this.#waiting;
    this.#waiting = null;
    if (!frame) return;
    if (this.#canvas.width !== frame.displayWidth) this.#canvas.width = frame.displayWidth;
    if (this.#canvas.height !== frame.displayHeight) this.#canvas.height = frame.displayHeight;
    this.#context?.drawImage(frame, 0, 0);
    frame.close();
  }
}
