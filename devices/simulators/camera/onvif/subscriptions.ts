import type { Clock } from '#lib/clock.ts';
import type { CameraProperty, EventBoard } from '../device/event-board.ts';

export interface Notification extends CameraProperty {
  operation: 'Initialized' | 'Changed';
  /** By the camera's clock, epoch ms. */
  at: number;
}

export interface Subscription {
  id: string;
  /** By the camera's clock, epoch ms. */
  until: number;
}

interface Point extends Subscription {
  queue: Notification[];
  wake: () => void;
  cancelEnd: () => void;
}

export const MAX_SUBSCRIPTIONS = 8;
/** Who does not pull loses the oldest. */
const MAX_QUEUED = 256;

/** The pull points of one camera (ONVIF Core 9.1): what happened waits here until it is fetched. */
export class Subscriptions {
  readonly #clock: Clock;
  readonly #now: () => number;
  readonly #board: EventBoard;
  readonly #points = new Map<string, Point>();
  readonly #onListened: (isListened: boolean) => void;
  #nextId = 1;
  #ignore: (() => void) | null = null;

  /** `now` is the camera's clock; `onListened` tells when the first one comes and the last one goes. */
  constructor(deps: { clock: Clock; now: () => number; board: EventBoard; onListened: (isListened: boolean) => void }) {
    this.#clock = deps.clock;
    this.#now = deps.now;
    this.#board = deps.board;
    this.#onListened = deps.onListened;
  }

  /** Null where there are too many. The states of now come first. */
  create(forMs: number): Subscription | null {
    if (this.#points.size >= MAX_SUBSCRIPTIONS) return null;
    const id = String(this.#nextId++);
    const point: Point = { id, until: 0, queue: [], wake: () => undefined, cancelEnd: () => undefined };
    this.#points.set(id, point);
    this.#ignore ??= this.#board.changed.on((property) => this.#tellAll(property));
    if (this.#points.size === 1) this.#onListened(true);
    this.renew(id, forMs);
    this.synchronise(id);
    return point;
  }

  renew(id: string, forMs: number): Subscription | null {
    const point = this.#points.get(id);
    if (!point) return null;
    point.until = this.#now() + forMs;
    point.cancelEnd();
    point.cancelEnd = this.#clock.after(forMs, () => this.end(id));
    return point;
  }

  synchronise(id: string): boolean {
    const point = this.#points.get(id);
    for (const property of this.#board.all()) this.#tell(point, property, 'Initialized');
    return point !== undefined;
  }

  end(id: string): boolean {
    const point = this.#points.get(id);
    if (!point) return false;
    this.#points.delete(id);
    point.cancelEnd();
    point.wake();
    if (this.#points.size === 0) {
      this.#ignore?.();
      this.#ignore = null;
      this.#onListened(false);
    }
    return true;
  }

  endAll(): void {
    for (const id of [...this.#points.keys()]) this.end(id);
  }

  /** Waits for something to tell, at most so long; null where there is no such subscription (any more). */
  async pull(
    id: string,
    waitMs: number,
    limit: number,
  ): Promise<{ until: number; notifications: Notification[] } | null> {
    const point = this.#points.get(id);
    if (!point) return null;
    if (point.queue.length === 0) {
      await new Promise<void>((resolve) => {
        const cancel = this.#clock.after(waitMs, resolve);
        // Another pull of the same point takes the place of this one.
        point.wake();
        point.wake = () => {
          cancel();
          resolve();
        };
      });
    }
    if (!this.#points.has(id)) return null;
    return { until: point.until, notifications: point.queue.splice(0, limit) };
  }

  #tellAll(property: CameraProperty): void {
    for (const point of this.#points.values()) this.#tell(point, property, 'Changed');
  }

  #tell(point: Point | undefined, property: CameraProperty, operation: Notification['operation']): void {
    if (!point) return;
    point.queue.push({ ...property, operation, at: this.#now() });
    if (point.queue.length > MAX_QUEUED) point.queue.shift();
    point.wake();
  }
}
