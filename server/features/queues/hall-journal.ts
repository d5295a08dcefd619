import type { HallEvent } from './ports.ts';

/** What a visitor said of how he was served; `score` is null where he was asked and did not answer. */
export interface Review {
  ticketId: string;
  /** What stood on the ticket, where it was heard of. */
  ticketNo: string | null;
  windowId: string;
  at: number;
  score: number | null;
}

interface Finished {
  at: number;
  tookSec: number;
}

const HOUR_MS = 3600_000;
const DAY_MS = 24 * HOUR_MS;
/** Far more than a hall does in an hour, or is asked for in a day; devices gone mad must not fill the memory. */
const MOST = 5_000;
const MOST_REVIEWS = 2_000;
const MOST_REVIEWS_OF_WINDOW = 60;
const MOST_SERVICES = 200;
const MOST_SERVED = 1_000;

/**
 * What happened lately in a hall: calls, services and reviews, as rules about rates and lengths ask for them. Made of
 * events alone, so it is the same after a restart. What was kept back by a terminal tells how things were, and raises
 * nothing any more: it does not count here.
 */
export class HallJournal {
  readonly #called: number[] = [];
  readonly #skipped: number[] = [];
  readonly #finished: Finished[] = [];
  readonly #services = new Map<string, number[]>();
  /** Tickets that were started, the last of them. */
  readonly #served = new Map<string, { no: string; queueId: string; at: number }>();
  readonly #queueAt = new Map<string, string>();
  readonly #reviews = new Map<string, Review>();
  readonly #reviewsAt = new Map<string, Review[]>();

  note({ body, at, windowId, backfilled }: HallEvent): void {
    if (backfilled || windowId === null) return;
    switch (body.type) {
      case 'ticket.called':
        return push(this.#called, at, MOST);
      case 'ticket.skipped':
        return push(this.#skipped, at, MOST);
      case 'ticket.started':
        this.#queueAt.set(windowId, body.queue);
        this.#served.set(body.tid, { no: body.no, queueId: body.queue, at });
        return forgetFirst(this.#served, MOST_SERVED);
      case 'ticket.completed':
        return this.#finish(body.tid, at);
      case 'rating.submitted':
        return this.#review(windowId, body.tid, at, body.score);
      case 'rating.timeout':
        return this.#review(windowId, body.tid, at, null);
    }
  }

  /** How long the last services of a queue took, seconds, oldest first. */
  services(queueId: string): readonly number[] {
    return this.#services.get(queueId) ?? [];
  }

  /** The queue of the ticket that was started last at a window. */
  queueAt(windowId: string): string | null {
    return this.#queueAt.get(windowId) ?? null;
  }

  /** The hour up to `now`: when tickets were called and skipped, and services that ended; oldest first. */
  hour(now: number): { called: readonly number[]; skipped: readonly number[]; finished: readonly Finished[] } {
    const since = now - HOUR_MS;
    dropBefore(this.#called, (at) => at > since);
    dropBefore(this.#skipped, (at) => at > since);
    dropBefore(this.#finished, ({ at }) => at > since);
    return { called: this.#called, skipped: this.#skipped, finished: this.#finished };
  }

  /** Reviews of the last day by ticket, oldest first. */
  reviews(): ReadonlyMap<string, Review> {
    return this.#reviews;
  }

  /** The last reviews at a window, oldest first. */
  reviewsAt(windowId: string): readonly Review[] {
    return this.#reviewsAt.get(windowId) ?? [];
  }

  #finish(ticketId: string, at: number): void {
    const started = this.#served.get(ticketId);
    if (!started) return;
    const tookSec = Math.max(0, (at - started.at) / 1000);
    push(this.#finished, { at, tookSec }, MOST);
    const services = this.#services.get(started.queueId) ?? [];
    push(services, tookSec, MOST_SERVICES);
    this.#services.set(started.queueId, services);
  }

  #review(windowId: string, ticketId: string, at: number, score: number | null): void {
    const review = { ticketId, ticketNo: this.#served.get(ticketId)?.no ?? null, windowId, at, score };
    this.#reviews.set(ticketId, review);
    forgetFirst(this.#reviews, MOST_REVIEWS);
    for (const [id, { at: before }] of this.#reviews) {
      if (before > at - DAY_MS) break;
      this.#reviews.delete(id);
    }
    const ofWindow = this.#reviewsAt.get(windowId) ?? [];
    push(ofWindow, review, MOST_REVIEWS_OF_WINDOW);
    this.#reviewsAt.set(windowId, ofWindow);
  }
}

function push<T>(list: T[], item: T, most: number): void {
  list.push(item);
  if (list.length > most) list.shift();
}

function dropBefore<T>(list: T[], isWithin: (item: T) => boolean): void {
  const first = list.findIndex(isWithin);
  list.splice(0, first < 0 ? list.length : first);
}

function forgetFirst(map: Map<string, unknown>, most: number): void {
  if (map.size > most) map.delete(map.keys().next().value!);
}
