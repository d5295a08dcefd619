import type { Beat } from './master-clock.ts';

/** How a video stands against the clock; times in epoch ms. */
export interface Standing {
  at: number;
  seeking: boolean;
  /** Whether there are pictures for the clock's time in its buffer. */
  loaded: boolean;
  /** How long its last seeks took, ms: it aims so far ahead. */
  seekMs: number;
}

/** What to do with the video. `stand`: no pictures there yet, or the clock stands. */
export type Steering = { do: 'run'; rate: number } | { do: 'seek'; to: number; run: boolean } | { do: 'stand' };

/** A difference that nobody sees is left alone, ms. */
const CLOSE_MS = 8;
/** Up to here a video is led back by its speed; beyond, it jumps. */
const NUDGE_MS = 300;
/** The speed is changed by a tenth at most: sound stays in tune enough, and a difference of 100 ms is gone in a second. */
const MAX_NUDGE = 0.1;
const EXACT_MS = 0.5;

/**
 * Keeps one video with the clock, from what it shows. Called on each picture of the screen; the video follows, the clock
 * never does.
 */
export function steer({ at, rate, running }: Beat, video: Standing): Steering {
  if (!video.loaded || video.seeking) return { do: 'stand' };
  const behind = at - video.at;
  if (!running) return Math.abs(behind) > EXACT_MS ? { do: 'seek', to: at, run: false } : { do: 'stand' };
  // No decoder runs backwards: each picture is sought, the next once the last is there.
  if (rate < 0) return Math.abs(behind) > EXACT_MS ? { do: 'seek', to: at, run: false } : { do: 'stand' };
  if (Math.abs(behind) > NUDGE_MS * Math.max(1, rate)) {
    return { do: 'seek', to: at + video.seekMs * rate, run: true };
  }
  if (Math.abs(behind) <= CLOSE_MS * Math.max(1, rate)) return { do: 'run', rate };
  const nudge = Math.max(-MAX_NUDGE, Math.min(MAX_NUDGE, behind / (1000 * Math.max(1, rate))));
  return { do: 'run', rate: rate * (1 + nudge) };
}
