import type { QueueLive } from '#contract/hall-state.ts';
import type { Stay } from './ticket.ts';

/** The period of the average wait, served. */
const SERVED_MS = 3600_000;

interface Call {
  at: number;
  /** How long the ticket had waited, ms. */
  waited: number;
}

/** One queue's day: who waits, and what was counted. Stays are put in and taken out, so that a late event can correct. */
export class QueueBook {
  readonly #waiting = new Map<string, number>();
  /** Calls of tickets whose issue is known, by ticket and stay; those of the last hour at least. */
  readonly #calls = new Map<string, Call>();
  /** Since when the one waits who waits longest; null: to be looked for. */
  #longest: number | null = Infinity;
  #issued = 0;
  #called = 0;
  #completed = 0;

  add(ticket: string, index: number, stay: Stay): void {
    this.#count(stay, 1);
    if (stay.waiting) {
      this.#waiting.set(ticket, stay.enqueuedAt!);
      if (this.#longest !== null) this.#longest = Math.min(this.#longest, stay.enqueuedAt!);
    }
    if (stay.calledAt === null || stay.enqueuedAt === null) return;
    this.#calls.set(`${ticket}/${index}`, { at: stay.calledAt, waited: Math.max(0, stay.calledAt - stay.enqueuedAt) });
  }

  remove(ticket: string, index: number, stay: Stay): void {
    this.#count(stay, -1);
    if (stay.waiting) {
      this.#waiting.delete(ticket);
      if (stay.enqueuedAt === this.#longest) this.#longest = null;
    }
    this.#calls.delete(`${ticket}/${index}`);
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Since when the one waits who waits longest, epoch ms; null where nobody does. */
  get longestSince(): number | null {
    if (this.#longest === null) {
      this.#longest = Infinity;
      for (const since of this.#waiting.values()) if (since < this.#longest) this.#longest = since;
    }
    return this.#longest === Infinity ? null : this.#longest;
  }

  /** Tickets that wait, and since when. */
  waitingTickets(): ReadonlyMap<string, number> {
    return this.#waiting;
  }

  /** The figures at this moment; staffed windows are the hall's to add. */
  figures(now: number): Omit<QueueLive, 'queueId' | 'staffedWindows'> {
    const since = [...this.#waiting.values()];
    const waits = this.#recentWaits(now);
    return {
      waiting: since.length,
      longestSince: since.length === 0 ? null : instant(this.longestSince!),
      meanIssuedAt: since.length === 0 ? null : instant(Math.round(mean(since))),
      servedWaitSec: waits.length === 0 ? null : Math.round(mean(waits) / 1_000),
      issuedToday: this.#issued,
      calledToday: this.#called,
      completedToday: this.#completed,
    };
  }

  #recentWaits(now: number): number[] {
    const waits: number[] = [];
    for (const [key, call] of this.#calls) {
      if (now - call.at >= SERVED_MS) this.#calls.delete(key);
      else waits.push(call.waited);
    }
    return waits;
  }

  #count(stay: Stay, by: 1 | -1): void {
    if (stay.issued) this.#issued += by;
    if (stay.calledAt !== null) this.#called += by;
    if (stay.completed) this.#completed += by;
  }
}

function mean(values: number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

function instant(at: number): string {
  return new Date(at).toISOString();
}
