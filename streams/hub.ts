import type { StreamState } from '#contract/cameras.ts';
import type { ErrorCode } from '#contract/errors.ts';
import type { AccessUnit, SoundFormat, SoundUnit, StreamFormat } from './access-unit.ts';
import { PictureGroup } from './picture-group.ts';
import { StreamMeter } from './stream-meter.ts';

const MAX_VIEWERS = 1000;

/** The state of a stream, and whether it is converted on the way to who watches. */
export type HubState = StreamState & { readonly transcoded?: boolean };

/**
 * Anyone who wants the pictures of one profile: a browser's tile, a recorder. Calls must return quickly, and the bytes of
 * a unit are gone when its call has returned.
 */
export interface Viewer {
  /** How the stream is: once on joining, then at every change. */
  onState(state: HubState): void;
  /** Comes before the first unit and whenever it changes; the next unit is a key unit. */
  onFormat(format: StreamFormat): void;
  onUnit(unit: AccessUnit): void;
  /** For those who care for sound: on joining and at every change; null where the camera sends none. */
  onSoundFormat?(format: SoundFormat | null): void;
  onSound?(unit: SoundUnit): void;
  /** The hub is closed; nothing comes after this. */
  onEnd(code: ErrorCode): void;
}

/** What went through, for the metrics. */
export interface HubCounts {
  units: number;
  bytes: number;
  /** Received, but not decodable. */
  dropped: number;
  /** Times the stream was lost. */
  losses: number;
  /** Left out for viewers that fell behind; counted by those who leave out. */
  skipped: number;
}

/**
 * Shares one pull of a profile among all its viewers, and keeps the pictures since the last key frame, so that whoever
 * joins sees a picture at once. It buffers for nobody: a viewer that cannot follow has to decide what it leaves out.
 */
export class Hub {
  readonly #viewers = new Set<Viewer>();
  readonly #onViewers: (count: number) => void;
  readonly counts: HubCounts = { units: 0, bytes: 0, dropped: 0, losses: 0, skipped: 0 };
  readonly meter = new StreamMeter();
  #state: HubState;
  #format: StreamFormat | null = null;
  #soundFormat: SoundFormat | null = null;
  readonly #group = new PictureGroup();
  #lastPts = 0;

  /** `onViewers` hears how many watch, each time that changes. */
  constructor({ state, onViewers }: { state: HubState; onViewers: (count: number) => void }) {
    this.#state = state;
    this.#onViewers = onViewers;
  }

  get state(): HubState {
    return this.#state;
  }

  get format(): StreamFormat | null {
    return this.#format;
  }

  /** Of the newest unit; kept over a break, as time must go on behind it. */
  get lastPts(): number {
    return this.#lastPts;
  }

  get viewers(): number {
    return this.#viewers.size;
  }

  /**
   * Tells the viewer state and format, replays the pictures since the last key frame, and goes on live. Answers how to
   * leave, or null where there are too many viewers.
   */
  join(viewer: Viewer): (() => void) | null {
    if (this.#viewers.size >= MAX_VIEWERS) return null;
    this.#viewers.add(viewer);
    viewer.onState(this.#state);
    if (this.#format) viewer.onFormat(this.#format);
    if (this.#soundFormat) viewer.onSoundFormat?.(this.#soundFormat);
    for (const unit of this.#group.units()) viewer.onUnit(unit);
    this.#onViewers(this.#viewers.size);
    return () => {
      if (this.#viewers.delete(viewer)) this.#onViewers(this.#viewers.size);
    };
  }

  setState(state: HubState): void {
    this.#state = state;
    for (const viewer of this.#viewers) viewer.onState(state);
  }

  setFormat(format: StreamFormat): void {
    this.#format = format;
    this.#group.forget();
    for (const viewer of this.#viewers) viewer.onFormat(format);
  }

  setSoundFormat(format: SoundFormat | null): void {
    if (format === this.#soundFormat) return;
    this.#soundFormat = format;
    for (const viewer of this.#viewers) viewer.onSoundFormat?.(format);
  }

  /** Nothing of it is kept: sound of the past is of no use to who joins. */
  pushSound(unit: SoundUnit): void {
    for (const viewer of this.#viewers) viewer.onSound?.(unit);
  }

  /** A picture came that could not be shown. */
  drop(): void {
    this.counts.dropped += 1;
    this.meter.dropped();
  }

  push(unit: AccessUnit): void {
    this.meter.unit(unit);
    this.counts.units += 1;
    this.counts.bytes += unit.data.length;
    this.#lastPts = unit.pts;
    this.#group.keep(unit);
    for (const viewer of this.#viewers) viewer.onUnit(unit);
  }

  /** The stream broke off: what is kept no longer leads to what comes next. */
  clear(): void {
    this.#format = null;
    this.#group.forget();
  }

  /** Sends everyone away, with the reason. */
  close(code: ErrorCode): void {
    const viewers = [...this.#viewers];
    this.#viewers.clear();
    this.clear();
    for (const viewer of viewers) viewer.onEnd(code);
  }
}
