import type { LiveMessage } from '#contract/live.ts';

/**
 * The ways from the gateway's socket to the screen, best first.
 * - `webcodecs`: decoded in a worker, handed to a `<video>` as a track.
 * - `canvas`: decoded in a worker and drawn there, where the browser has no track generator.
 * - `mse`: fragments of MP4 for Media Source Extensions, where WebCodecs is missing or the page is not a secure context.
 */
export const pathKinds = ['webcodecs', 'canvas', 'mse'] as const;
export type PathKind = (typeof pathKinds)[number];

export interface PathEvents {
  message(message: LiveMessage): void;
  /** The first picture since `open` is there. */
  firstFrame(): void;
  /** This browser cannot decode the stream. */
  unsupported(codec: string): void;
  decoderFailed(): void;
  /** More than a second behind: pictures were dropped up to the next key frame. */
  fellBehind(): void;
  closed(): void;
}

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
  stats(): PathStats;
  /** The end: frees decoder and tracks. */
  destroy(): void;
}

export interface Capabilities {
  /** `VideoDecoder`: only in secure contexts. */
  videoDecoder: boolean;
  /** `MediaStreamTrackGenerator` in the page or `VideoTrackGenerator` in the worker. */
  trackGenerator: boolean;
  offscreenCanvas: boolean;
  mediaSource: boolean;
}

/** The best way that this browser can go, or the wanted one where it can; null where it can show no live video at all. */
export function choosePath(can: Capabilities, wanted: PathKind | null): PathKind | null {
  const possible: Record<PathKind, boolean> = {
    webcodecs: can.videoDecoder && can.trackGenerator,
    canvas: can.videoDecoder && can.offscreenCanvas,
    mse: can.mediaSource,
  };
  if (wanted !== null && possible[wanted]) return wanted;
  return pathKinds.find((kind) => possible[kind]) ?? null;
}
