import type { AccessUnit } from './access-unit.ts';
import { LagGuard } from './lag-guard.ts';
import type { StreamConfig } from './live-text.ts';

/** So many broken key frames in a row, and a fresh connection is tried instead of a fresh decoder. */
const MAX_FAILURES = 3;
/** Pictures that the decoder has not even begun; without any it is not late, it only holds pictures back to sort them. */
const QUEUE_OF_A_LATE_DECODER = 2;

/** Of a picture inside the decoder, µs. */
const timestampOf = (unit: AccessUnit) => Math.round(unit.ptsMs * 1000);

export interface FeedEvents {
  /** The receiver closes the frame. */
  frame(frame: VideoFrame, takenAt: number | null): void;
  /** The first picture of a fresh decoder is out; the units behind it wait for `go`. */
  opened(go: () => void): void;
  unsupported(codec: string): void;
  /** Fresh decoders do not help. */
  failed(): void;
  fellBehind(): void;
}

/**
 * Access units in, frames out. Starts at key frames only and comes back by itself from errors and from falling behind.
 * Units go in one by one until a picture comes out (a decoder that sorts pictures needs more than the key
 * frame), and the rest when the owner says so.
 */
export class DecoderFeed {
  readonly #events: FeedEvents;
  readonly #guard = new LagGuard();
  #decoder: VideoDecoder | null = null;
  #config: VideoDecoderConfig | null = null;
  #needsKey = true;
  #failures = 0;
  /** What waits for the decoder's first picture, and then for `go`; null once the way is free. */
  #waiting: AccessUnit[] | null = [];
  #opened = false;
  /** Units given up unseen. */
  dropped = 0;

  constructor(events: FeedEvents) {
    this.#events = events;
  }

  configure({ codec, description, width, height }: StreamConfig): void {
    this.#failures = 0;
    this.#config = {
      codec,
      description: Uint8Array.from(atob(description), (char) => char.charCodeAt(0)),
      optimizeForLatency: true,
      ...(width > 0 && height > 0 ? { codedWidth: width, codedHeight: height } : {}),
    };
    this.#restart();
  }

  push(unit: AccessUnit, now: number): void {
    const decoder = this.#decoder;
    if (decoder?.state !== 'configured') return;
    if (this.isCatchingUp && this.#guard.isBehind(now)) {
      this.dropped += this.#guard.pending;
      this.#restart();
      this.#events.fellBehind();
    }
    if (this.#needsKey && !unit.key) {
      this.dropped += 1;
      return;
    }
    this.#needsKey = false;
    this.#guard.entered(timestampOf(unit), now, unit.wallclockMs);
    if (!this.#waiting) return this.#decode(unit);
    this.#waiting.push(unit);
    if (this.#decoder) this.#feedOne(this.#decoder);
  }

  /** More pictures wait than a decoder that keeps up ever has: those that come out now are old. */
  get isCatchingUp(): boolean {
    return (this.#waiting?.length ?? 0) + (this.#decoder?.decodeQueueSize ?? 0) >= QUEUE_OF_A_LATE_DECODER;
  }

  close(): void {
    if (this.#decoder && this.#decoder.state !== 'closed') this.#decoder.close();
    this.#decoder = null;
    this.#config = null;
    this.#guard.clear();
    this.#waiting = [];
  }

  #decode(unit: AccessUnit): void {
    const timestamp = timestampOf(unit);
    this.#decoder?.decode(new EncodedVideoChunk({ type: unit.key ? 'key' : 'delta', timestamp, data: unit.data }));
  }

  /** Until the first picture is out, a unit goes in when the one before it has been begun. */
  #feedOne(decoder: VideoDecoder): void {
    if (this.#opened || decoder !== this.#decoder || decoder.decodeQueueSize > 0) return;
    const unit = this.#waiting?.shift();
    if (unit) this.#decode(unit);
  }

  #firstPictureOf(decoder: VideoDecoder): void {
    this.#opened = true;
    this.#events.opened(() => {
      if (decoder !== this.#decoder || decoder.state !== 'configured') return;
      const waiting = this.#waiting ?? [];
      this.#waiting = null;
      for (const unit of waiting) this.#decode(unit);
    });
  }

  /** A fresh decoder that waits for a key frame. */
  #restart(): void {
    if (!this.#config) return;
    if (this.#decoder && this.#decoder.state !== 'closed') this.#decoder.close();
    this.#guard.clear();
    this.#needsKey = true;
    this.#waiting = [];
    this.#opened = false;
    const decoder = new VideoDecoder({
      output: (frame) => {
        if (decoder !== this.#decoder) return frame.close();
        this.#failures = 0;
        this.#events.frame(frame, this.#guard.left(frame.timestamp));
        if (!this.#opened) this.#firstPictureOf(decoder);
      },
      error: () => void this.#failed(decoder),
    });
    decoder.ondequeue = () => this.#feedOne(decoder);
    this.#decoder = decoder;
    decoder.configure(this.#config);
  }

  /** A broken picture is answered by waiting for the next key frame; a codec the browser lacks is reported. */
  async #failed(decoder: VideoDecoder): Promise<void> {
    const config = this.#config;
    if (!config || decoder !== this.#decoder) return;
    const { supported } = await VideoDecoder.isConfigSupported(config).catch(() => ({ supported: false }));
    if (decoder !== this.#decoder) return;
    if (!supported) return this.#events.unsupported(config.codec);
    this.#failures += 1;
    this.#restart();
    if (this.#failures >= MAX_FAILURES) this.#events.failed();
  }
}
