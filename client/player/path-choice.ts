/**
 * The ways from the gateway's socket to the screen, best first.
 * - `webcodecs`: decoded in a worker, handed to a `<video>` as a track.
 * - `canvas`: decoded in a worker and drawn there, where the browser has no track generator.
 * - `mse`: fragments of MP4 for Media Source Extensions, where WebCodecs is missing or the page is not a secure context.
 */
export const pathKinds = ['webcodecs', 'canvas', 'mse'] as const;
export type PathKind = (typeof pathKinds)[number];

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
