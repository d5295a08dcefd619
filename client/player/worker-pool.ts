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

/** The workers that decode. Each tile has a seat in the one with the fewest; workers are started as tiles come. */
export class WorkerPool {
  readonly #size: number;
  readonly #members: Member[] = [];
  readonly #listeners = new Map<number, Listener>();
  #nextTile = 1;
  #ready: Promise<{ trackGenerator: boolean }> | null = null;

  constructor(size: number) {
    this.#size = size;
  }

  /** What browsers offer in workers only. */
  capabilities(): Promise<{ trackGenerator: boolean }> {
    this.#ready ??= new Promise((resolve) => {
      const { worker } = this.#start();
      worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
        if (data.type === 'ready') resolve({ trackGenerator: data.trackGenerator });
      });
      worker.addEventListener('error', () => resolve({ trackGenerator: false }));
    });
    return this.#ready;
  }

  seat(listener: Listener): { tile: number } & TileSeat {
    const tile = this.#nextTile++;
    const member = this.#roomiest();
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

  /** Ends all workers and what they hold. */
  stop(): void {
    for (const { worker } of this.#members.splice(0)) worker.terminate();
    this.#listeners.clear();
    this.#ready = null;
  }

  #roomiest(): Member {
    const [least] = [...this.#members].sort((a, b) => a.tiles - b.tiles);
    if (least && (least.tiles === 0 || this.#members.length >= this.#size)) return least;
    return this.#start();
  }

  #start(): Member {
    const worker = new Worker(new URL('./tile-worker.ts', import.meta.url), { type: 'module', name: 'live tiles' });
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => this.#deliver(data));
    const member = { worker, tiles: 0 };
    this.#members.push(member);
    return member;
  }

  #deliver(message: FromWorker): void {
    if (message.type === 'ready') return;
    if (message.type !== 'stats') return this.#listeners.get(message.tile)?.(message);
    for (const line of message.tiles) this.#listeners.get(line.tile)?.({ type: 'stats', ...line });
  }
}
