import type { FromWorker, ToWorker } from './worker-messages.ts';

type Listener = (message: Exclude<FromWorker, { type: 'ready' | 'stats' }> | TileStats) => void;
type TileStats = { type: 'stats' } & Extract<FromWorker, { type: 'stats' }>['tiles'][number];

interface Member {
  worker: Worker;
  tiles: number;
}

export interface TileSeat {
  post(message: ToWorker, transfer?: Transferable[]): void;
  leave(): void;
}

/** The workers that decode. They start together, before the first tile needs one; each tile has a seat in the emptiest. */
export class WorkerPool {
  readonly #size: number;
  readonly #members: Member[] = [];
  readonly #listeners = new Map<number, Listener>();
  #nextTile = 1;
  #ready: Promise<{ trackGenerator: boolean }> | null = null;

  constructor(size: number) {
    this.#size = size;
  }

  /** Starts the workers, once. Resolves with what this browser offers in workers only. */
  start(): Promise<{ trackGenerator: boolean }> {
    this.#ready ??= new Promise((resolve) => {
      for (let i = 0; i < this.#size; i += 1) {
        const worker = new Worker(new URL('./tile-worker.ts', import.meta.url), { type: 'module', name: 'live tiles' });
        this.#members.push({ worker, tiles: 0 });
        worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
          if (data.type === 'ready') resolve({ trackGenerator: data.trackGenerator });
          else this.#deliver(data);
        };
        worker.onerror = () => resolve({ trackGenerator: false });
      }
    });
    return this.#ready;
  }

  /** A place in a worker for one tile; the pool must have been started. */
  seat(listener: Listener): { tile: number } & TileSeat {
    const tile = this.#nextTile++;
    const member = this.#members.reduce((least, other) => (other.tiles < least.tiles ? other : least));
    member.tiles += 1;
    this.#listeners.set(tile, listener);
    return {
      tile,
      post: (message, transfer = []) => member.worker.postMessage(message, transfer),
      leave: () => {
        if (!this.#listeners.delete(tile)) return;
        member.worker.postMessage({ type: 'remove', tile } satisfies ToWorker);
        member.tiles -= 1;
      },
    };
  }

  #deliver(message: Exclude<FromWorker, { type: 'ready' }>): void {
    if (message.type !== 'stats') return this.#listeners.get(message.tile)?.(message);
    for (const line of message.tiles) this.#listeners.get(line.tile)?.({ type: 'stats', ...line });
  }
}
