import { shallowRef } from 'vue';
import { defineStore } from 'pinia';
import { decodesH265 } from './decodes.ts';
import { JoinQueue } from './join-queue.ts';
import { createMsePath, mediaSourceClass } from './mse-path.ts';
import { choosePath, pathKinds, type PathKind } from './path-choice.ts';
import { formatOf, type LivePath, type PathEvents } from './path.ts';
import { createWorkerPath } from './worker-path.ts';
import { WorkerPool } from './worker-pool.ts';

const WORKERS = 2;
const JOINS_AT_ONCE = 4;

/** `?player=webcodecs|canvas|mse` chooses the path by hand, to try one out or to work around a driver. */
function wantedPath(): PathKind | null {
  const wanted = new URLSearchParams(location.search).get('player');
  return pathKinds.find((kind) => kind === wanted) ?? null;
}

/** What all tiles share: the decoding workers, the queue of joins, and the choice of the path. */
export const usePlayers = defineStore('players', () => {
  const pool = new WorkerPool(WORKERS);
  const joins = new JoinQueue(JOINS_AT_ONCE);
  // Chosen once: the parameter stands in the address only until the first navigation.
  const chosen = choose(wantedPath());

  async function choose(wanted: PathKind | null): Promise<PathKind | null> {
    const videoDecoder = typeof VideoDecoder !== 'undefined';
    const inPage = typeof MediaStreamTrackGenerator !== 'undefined';
    const inWorker = videoDecoder && wanted !== 'mse' ? pool.start() : null;
    return choosePath(
      {
        videoDecoder,
        trackGenerator: inPage || ((await inWorker)?.trackGenerator ?? false),
        offscreenCanvas: 'transferControlToOffscreen' in HTMLCanvasElement.prototype,
        mediaSource: mediaSourceClass() !== undefined,
      },
      wanted,
    );
  }

  /** Whether H.265 is shown as it is; false until that is known. */
  const h265 = shallowRef(false);
  void chosen.then((kind) => kind !== null && decodesH265(formatOf(kind))).then((is) => (h265.value = is));

  /** A way to the screen for one tile, or null where this browser has none. */
  async function createPath(events: PathEvents): Promise<LivePath | null> {
    const kind = await chosen;
    if (kind === null) return null;
    return kind === 'mse' ? createMsePath(events) : createWorkerPath(pool, kind, events);
  }

  /** A place among those that join now; see `JoinQueue`. */
  const requestJoin = (granted: () => void) => joins.request(granted);

  return { requestJoin, createPath, h265 };
});
