import type { ErrorCode } from '#contract/errors.ts';
import type { Clock } from '#lib/clock.ts';
import type { AccessUnit, SoundFormat, SoundUnit, StreamFormat } from '../access-unit.ts';
import { configTag, flvHeader, pictureTag, soundConfigTag, soundTag } from '../flv/flv-writer.ts';
import type { Viewer } from '../hub.ts';
import { Backlog } from './backlog.ts';

/** What a viewer needs of its HTTP answer. */
export interface FlvWire {
  readonly writableLength: number;
  write(data: Buffer): void;
}

export interface FlvViewerOptions {
  wire: FlvWire;
  clock: Clock;
  onSkipped: (units: number) => void;
  onOver: (code: ErrorCode) => void;
}

/** One player that reads FLV over HTTP. Like a tile it loses pictures when it is slow, and is ended when it stays so. */
export class FlvViewer implements Viewer {
  readonly #options: FlvViewerOptions;
  readonly #backlog = new Backlog();
  #format: StreamFormat | null = null;
  #soundFormat: SoundFormat | null = null;
  #firstPts: number | null = null;
  /** Of the last tag, ms since the first. */
  #now = 0;
  #over = false;

  constructor(options: FlvViewerOptions) {
    this.#options = options;
  }

  /** FLV has no words for it: a stream that is away is one that sends nothing. */
  onState(): void {
    return;
  }

  onFormat(format: StreamFormat): void {
    this.#format = format;
    if (this.#firstPts !== null) this.#configure();
  }

  onSoundFormat(format: SoundFormat | null): void {
    this.#soundFormat = format;
    if (this.#firstPts !== null) this.#configureSound();
  }

  onUnit(unit: AccessUnit): void {
    if (this.#over || !this.#format) return;
    const { wire, clock, onSkipped } = this.#options;
    const verdict = this.#backlog.judge(unit, wire.writableLength, clock.monotonic());
    if (verdict === 'hopeless') return this.onEnd('LIVE_VIEWER_SLOW');
    if (verdict === 'skip') return onSkipped(1);
    if (this.#firstPts === null) this.#begin(unit.pts);
    this.#send(pictureTag(unit, this.#time(unit.pts)));
  }

  onSound(unit: SoundUnit): void {
    if (this.#firstPts === null || this.#soundFormat === null || unit.pts < this.#firstPts) return;
    if (!this.#backlog.hasRoomForSound(this.#options.wire.writableLength)) return;
    this.#send(soundTag(this.#soundFormat, unit, this.#time(unit.pts)));
  }

  onEnd(code: ErrorCode): void {
    if (this.#over) return;
    this.#over = true;
    this.#options.onOver(code);
  }

  /** Only now is it known whether there is sound, for which players wait where the header promises it. */
  #begin(pts: number): void {
    this.#firstPts = pts;
    this.#send(flvHeader(this.#soundFormat !== null));
    this.#configure();
    this.#configureSound();
  }

  #configure(): void {
    if (this.#format) this.#send(configTag(this.#format, this.#now));
  }

  #configureSound(): void {
    const tag = this.#soundFormat && soundConfigTag(this.#soundFormat, this.#now);
    if (tag) this.#send(tag);
  }

  #time(pts: number): number {
    this.#now = pts - (this.#firstPts ?? pts);
    return this.#now;
  }

  #send(data: Buffer): void {
    if (!this.#over) this.#options.wire.write(data);
  }
}
