import type { AccessUnit } from './access-unit.ts';
import { LagGuard } from './lag-guard.ts';
import type { StreamConfig } from './live-text.ts';

/** So many broken key frames in a row, and a fresh connection is tried instead of a fresh decoder. */
const MAX_FAILURES = 3;
/** Pictures that the decoder has not even begun; without any it is not late, it only holds pictures back to sort them. */
const QUEUE_OF_A_LATE_DECODER = 2;

export interface FeedEvents {
  /** The receiver closes the frame. */
  frame(frame: VideoFrame, takenAt: number | null): void;
  unsupported(codec: string): void;
  /** Fresh decoders do not help. */
  failed(): void;
  fellBehind(): void;
}

/** Access units in, frames out. Starts at key frames only and comes back by itself from errors and from falling behind. */
export class DecoderFeed {
  readonly #events: FeedEvents;
  readonly #guard = new LagGuard();
  #decoder: VideoDecoder | null = null;
  #config: VideoDecoderConfig | null = null;
  #needsKey = true;
  #failures = 0;
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
    const timestamp = Math.round(unit.ptsMs * 1000);
    this.#guard.entered(timestamp, now, unit.wallclockMs);
    this.#decoder?.decode(new EncodedVideoChunk({ type: unit.key ? 'key' : 'delta', timestamp, data: unit.data }));
  }

  /** More pictures wait than a decoder that keeps up ever has: those that come out now are old. */
  get isCatchingUp(): boolean {
    return (this.#decoder?.decodeQueueSize ?? 0) >= QUEUE_OF_A_LATE_DECODER;
  }

  close(): void {
    if (this.#decoder && this.#decoder.state !== 'closed') this.#decoder.close();
    this.#decoder = null;
    this.#config = null;
    this.#guard.clear();
  }

  /** A fresh decoder that waits for a key frame. */
  #restart(): void {
    if (!this.#config) return;
    if (this.#decoder && this.#decoder.state !== 'closed') this.#decoder.close();
    this.#guard.clear();
    this.#needsKey = true;
    const decoder = new VideoDecoder({
      output: (frame) => {
        if (decoder !== this.#decoder) return frame.close();
        this.#failures = 0;
        this.#events.frame(frame, this.#guard.left(frame.timestamp));
      },
      error: () => void this.#failed(decoder),
    });
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
