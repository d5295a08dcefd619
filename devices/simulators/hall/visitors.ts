import { ulid } from 'ulid';
import type { SimulatedQueue } from '../city.ts';
import type { Random } from '#lib/random.ts';

/** Share of the busiest hour at which visitors come, by hour of the day: a morning peak, a quiet noon, a smaller afternoon peak. */
const arrivalsByHour = [
  0, 0, 0, 0, 0, 0, 0, 0.2, 0.7, 1, 1, 0.8, 0.3, 0.4, 0.8, 0.75, 0.5, 0.15, 0, 0, 0, 0, 0, 0,
] as const;

export interface Ticket {
  id: string;
  /** What is printed on it: `A012`. */
  no: string;
  queue: string;
  priority: boolean;
  issuedAt: number;
}

/** Visitors of one queue: when the next one comes, and his ticket. */
export class Visitors {
  readonly #queue: SimulatedQueue;
  readonly #random: Random;
  #issued = 0;

  constructor(queue: SimulatedQueue, random: Random) {
    this.#queue = queue;
    this.#random = random;
  }

  /** Seconds until the next visitor at this hour of the day, or null while nobody comes. */
  nextArrivalSec(hour: number): number | null {
    const perHour = this.#queue.arrivalsPerHour * (arrivalsByHour[hour] ?? 0);
    return perHour === 0 ? null : this.#random.exponential(3600 / perHour);
  }

  takeTicket(at: number, wallMs: number): Ticket {
    this.#issued = (this.#issued % 999) + 1;
    return {
      id: ulid(Math.floor(wallMs), () => this.#random.next()).toLowerCase(),
      no: `${this.#queue.prefix}${String(this.#issued).padStart(3, '0')}`,
      queue: this.#queue.id,
      priority: this.#random.chance(0.04),
      issuedAt: at,
    };
  }
}
