import type { ErrorCode } from '#contract/errors.ts';
import type { MaskRegion } from '#contract/privacy.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { AccessUnit, SoundFormat, SoundUnit, StreamFormat } from '../access-unit.ts';
import { Hub, type HubState, type Viewer } from '../hub.ts';
import { Converter, type ConverterEnd } from './converter.ts';
import type { TranscodeSlots } from './slots.ts';

/** A conversion that nobody watches any more is kept this long: people go back and forth between tiles. */
export const LINGER_MS = 5000;
/** Conversions that end without a picture, one after the other, until we give up. */
const MAX_FAILURES = 3;
const AGAIN_AFTER_MS = 500;

export interface H264StreamOptions {
  source: Hub;
  slots: TranscodeSlots;
  clock: Clock;
  log: Logger;
  ffmpegPath: string;
  /** What is covered of each picture; with any, H.264 is converted as well: nothing passes as it is. */
  masks?: readonly MaskRegion[];
}

/** A stay with the source, known by its identity; `leave` comes when joining is done. */
interface Visit {
  leave: (() => void) | null;
}

/**
 * One stream for those who can decode H.264 only, or who may not see all of it, in a hub of its own: H.264 passes as it is, H.265
 * and what has masks is converted. It
 * watches its source, which is pulled no second time, only while it is watched itself.
 */
export class H264Stream implements Viewer {
  readonly #hub: Hub;
  readonly #options: H264StreamOptions;
  readonly #ending = new Set<Promise<void>>();
  /** The present stay with the source. */
  #visit: Visit | null = null;
  #converter: Converter | null = null;
  #failures = 0;
  #cancelLinger: (() => void) | null = null;
  #cancelRetry: (() => void) | null = null;

  constructor(options: H264StreamOptions) {
    this.#options = options;
    this.#hub = new Hub({ state: options.source.state, onViewers: (count) => this.#onViewers(count) });
  }

  /** What to join. */
  open(): Hub {
    if (this.#visit === null) this.#hub.setState(this.#options.source.state);
    return this.#hub;
  }

  /** Sends everyone away; resolves when nothing runs any more. */
  async stop(code: ErrorCode): Promise<void> {
    this.#close(code);
    await Promise.all(this.#ending);
  }

  onState(state: HubState): void {
    if (state.status !== 'live') this.#hub.clear();
    this.#hub.setState({ ...state, transcoded: this.#converter !== null });
  }

  onFormat(format: StreamFormat): void {
    this.#endConverter();
    if (format.codec !== 'h264' || this.#isMasked) return this.#convert(format);
    this.#tellState();
    this.#hub.setFormat(format);
  }

  onUnit(unit: AccessUnit): void {
    if (this.#visit === null) return;
    if (unit.codec === 'h264' && !this.#isMasked) this.#hub.push(unit);
    else this.#converter?.feed(unit);
  }

  onSoundFormat(format: SoundFormat | null): void {
    this.#hub.setSoundFormat(format);
  }

  onSound(unit: SoundUnit): void {
    this.#hub.pushSound(unit);
  }

  onEnd(code: ErrorCode): void {
    this.#close(code);
  }

  get #isMasked(): boolean {
    return (this.#options.masks ?? []).length > 0;
  }

  #onViewers(count: number): void {
    this.#cancelLinger?.();
    this.#cancelLinger = count > 0 ? null : this.#options.clock.after(LINGER_MS, () => this.#sleep());
    if (count > 0 && this.#visit === null && this.#cancelRetry === null) this.#watch();
  }

  #watch(): void {
    const visit: Visit = { leave: null };
    this.#visit = visit;
    const leave = this.#options.source.join(this);
    if (leave === null) this.#close('LIVE_VIEWERS_FULL');
    // It may have come to an end while we joined.
    else if (this.#visit === visit) visit.leave = leave;
    else leave();
  }

  /** Lets go of the source and of ffmpeg. */
  #sleep(): void {
    this.#cancelLinger?.();
    this.#cancelLinger = null;
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    this.#visit?.leave?.();
    this.#visit = null;
    this.#endConverter();
    this.#hub.clear();
  }

  #close(code: ErrorCode): void {
    this.#sleep();
    this.#hub.close(code);
  }

  #convert(format: StreamFormat): void {
    const { slots, clock, ffmpegPath } = this.#options;
    if (!slots.take()) return this.#close('TRANSCODE_BUSY');
    const converter = new Converter({
      format,
      clock,
      ffmpegPath,
      masks: this.#options.masks ?? [],
      onFormat: (made) => this.#hub.setFormat(made),
      onUnit: (unit) => {
        this.#failures = 0;
        this.#hub.push(unit);
      },
      onEnd: (end) => this.#onConverterEnd(end),
    });
    this.#converter = converter;
    this.#tellState();
  }

  #endConverter(): void {
    const converter = this.#converter;
    if (!converter) return;
    this.#converter = null;
    this.#options.slots.giveBack();
    const ending = converter.stop().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  #onConverterEnd({ code, detail }: ConverterEnd): void {
    const { clock, log } = this.#options;
    log.warn({ code, detail }, 'conversion to H.264 ended');
    this.#failures += 1;
    if (code !== 'CAMERA_CODEC_UNSUPPORTED' || this.#failures >= MAX_FAILURES) {
      this.#failures = 0;
      return this.#close(code);
    }
    // Joining anew brings the pictures since the last key frame, from which the next ffmpeg can begin.
    this.#sleep();
    this.#cancelRetry = clock.after(AGAIN_AFTER_MS, () => {
      this.#cancelRetry = null;
      if (this.#hub.viewers > 0) this.#watch();
    });
  }

  #tellState(): void {
    this.#hub.setState({ ...this.#options.source.state, transcoded: this.#converter !== null });
  }
}
