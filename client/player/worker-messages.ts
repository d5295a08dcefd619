import type { PathStats } from './path.ts';

/** What the page tells a worker. A tile is added once, then opened and closed as often as needed. */
export type ToWorker =
  | { type: 'add'; tile: number; sink: SinkPlan }
  | { type: 'open'; tile: number; url: string }
  | { type: 'close'; tile: number }
  | { type: 'listen'; tile: number; on: boolean }
  | { type: 'remove'; tile: number };

/** Where a tile's frames go. `own-track`: the worker makes a generator and sends its track. */
export type SinkPlan =
  | { kind: 'writable'; writable: WritableStream<VideoFrame> }
  | { kind: 'own-track' }
  | { kind: 'canvas'; canvas: OffscreenCanvas };

/** What a worker tells the page. */
export type FromWorker =
  | { type: 'ready'; trackGenerator: boolean }
  | { type: 'track'; tile: number; track: MediaStreamTrack }
  /** A text message of the gateway as it came. */
  | { type: 'text'; tile: number; text: string }
  | { type: 'sound'; tile: number; message: ArrayBuffer }
  | { type: 'first-frame'; tile: number }
  | { type: 'unsupported'; tile: number; codec: string }
  | { type: 'decoder-failed'; tile: number }
  | { type: 'fell-behind'; tile: number }
  | { type: 'closed'; tile: number }
  | { type: 'stats'; tiles: { tile: number; stats: PathStats }[] };

/** How often a worker reports its counters, ms. */
export const STATS_EVERY_MS = 500;
