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
  /** How long all of them had waited, ms, and a moment before which none was: asked for with every change of a busy queue. */
  #waited = 0;
  #firstCall = Infinity;
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
    const call = { at: stay.calledAt, waited: Math.max(0, stay.calledAt - stay.enqueuedAt) };
    this.#calls.set(`${ticket}/${index}`, call);
    this.#waited += call.waited;
    this.#firstCall = Math.min(this.#firstCall, call.at);
  }

  remove(ticket: string, index: number, stay: Stay): void {
    this.#count(stay, -1);
    if (stay.waiting) {
      this.#waiting.delete(ticket);
      if (stay.enqueuedAt === this.#longest) this.#longest = null;
    }
    this.#forget(`${ticket}/${index}`);
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
    this.#forgetCallsUntil(now - SERVED_MS);
    const waiting = this.#waiting.size;
    const calls = this.#calls.size;
    return {
      waiting,
      longestSince: waiting === 0 ? null : instant(this.longestSince!),
      meanIssuedAt: waiting === 0 ? null : instant(Math.round(sum(this.#waiting.values()) / waiting)),
      servedWaitSec: calls === 0 ? null : Math.round(this.#waited / calls / 1_000),
      issuedToday: this.#issued,
      calledToday: this.#called,
      completedToday: this.#completed,
    };
  }

  #forgetCallsUntil(past: number): void {
    if (past < this.#firstCall) return;
    this.#firstCall = Infinity;
    for (const [key, { at }] of this.#calls) {
      if (at <= past) this.#forget(key);
      else this.#firstCall = Math.min(this.#firstCall, at);
    }
  }

  #forget(key: string): void {
    this.#waited -= this.#calls.get(key)?.waited ?? 0;
    this.#calls.delete(key);
  }

  #count(stay: Stay, by: 1 | -1): void {
    if (stay.issued) this.#issued += by;
    if (stay.calledAt !== null) this.#called += by;
    if (stay.completed) this.#completed += by;
  }
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function instant(at: number): string {
  return new Date(at).toISOString();
}
