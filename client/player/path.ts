import type { LiveFormat, LiveMessage } from '#contract/live.ts';
import type { PathKind } from './path-choice.ts';

export interface PathEvents {
  message(message: LiveMessage): void;
  /** A binary message with sound, after it was asked for. */
  sound(message: ArrayBuffer): void;
  /** The first picture since `open` is there. */
  firstFrame(): void;
  /** This browser cannot decode the stream. */
  unsupported(codec: string): void;
  decoderFailed(): void;
  /** More than a second behind: pictures were dropped up to the next key frame. */
  fellBehind(): void;
  closed(): void;
}

/** What the gateway sends for each of them. */
export const formatOf = (kind: PathKind): LiveFormat => (kind === 'mse' ? 'fmp4' : 'units');

export interface PathStats {
  /** Since the path was made. */
  frames: number;
  dropped: number;
  bytes: number;
  width: number;
  height: number;
  /** The newest picture: when the camera took it by its own clock, and when it was handed to the screen by ours; epoch ms. */
  takenAt: number | null;
  shownAt: number | null;
}

/** One tile's way to the screen. `open` and `close` may be called again and again; the element keeps the last picture. */
export interface LivePath {
  readonly kind: PathKind;
  readonly element: HTMLVideoElement | HTMLCanvasElement;
  open(url: string): void;
  close(): void;
  /** Asks for sound, or for silence again; it stays asked for when the path is opened anew. False where this way carries none. */
  listen(on: boolean): boolean;
  stats(): PathStats;
  /** The end: frees decoder and tracks. */
  destroy(): void;
}
