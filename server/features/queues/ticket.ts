import type { TerminalEvent } from '#contract/mqtt.ts';

type TicketEvent = Extract<TerminalEvent, { type: `ticket.${string}` }>;
export type TicketFactType = TicketEvent['type'];

/** One thing that happened to a ticket. */
export interface TicketFact {
  /** Event id. */
  id: string;
  at: number;
  type: TicketFactType;
  queue: string;
  /** The queue that a transfer leads to. */
  toQueue: string | null;
}

/** A ticket's stay in one queue: from issue or transfer until it is called or cancelled. */
export interface Stay {
  queue: string;
  /** Null where the issue was never heard of. */
  enqueuedAt: number | null;
  /** It began with the issue, not with a transfer. */
  issued: boolean;
  calledAt: number | null;
  waiting: boolean;
  completed: boolean;
}

/** More than any honest ticket sees; a device that recalls for ever must not fill the memory. */
export const MAX_FACTS = 32;
/** At the same instant, what must come first comes first. */
const order: TicketFactType[] = [
  'ticket.issued',
  'ticket.called',
  'ticket.recalled',
  'ticket.started',
  'ticket.transferred',
  'ticket.skipped',
  'ticket.completed',
  'ticket.cancelled',
];

export function isTicketEvent(body: { type: string }): body is TicketEvent {
  return body.type.startsWith('ticket.');
}

export function factOf(id: string, at: number, body: TicketEvent): TicketFact {
  return {
    id,
    at,
    type: body.type,
    queue: body.queue,
    toQueue: body.type === 'ticket.transferred' ? body.toQueue : null,
  };
}

/** Puts a fact where it belongs in time; the same list where it is known already or one too many. */
export function withFact(facts: readonly TicketFact[], fact: TicketFact): readonly TicketFact[] {
  if (facts.length >= MAX_FACTS || facts.some(({ id }) => id === fact.id)) return facts;
  const place = facts.findIndex((other) => comesBefore(fact, other));
  return place < 0 ? [...facts, fact] : facts.toSpliced(place, 0, fact);
}

/**
 * What became of a ticket, from all that is known of it. It depends on the facts alone, not on the order in which they
 * came: within one stay a call outweighs the issue even where a clock puts it earlier, so that nobody waits for ever.
 */
export function staysOf(facts: readonly TicketFact[]): Stay[] {
  const first = facts.find(({ type }) => type === 'ticket.issued') ?? facts[0];
  if (first === undefined) return [];
  const begin = (queue: string, enqueuedAt: number | null): Stay => {
    return { queue, enqueuedAt, issued: false, calledAt: null, waiting: false, completed: false };
  };
  const stays = [begin(first.queue, null)];
  const cancelled = facts.some(({ type }) => type === 'ticket.cancelled');
  for (const fact of facts) {
    const stay = stays.at(-1)!;
    switch (fact.type) {
      case 'ticket.issued':
        // A ticket is issued once, and before everything else.
        stays[0]!.enqueuedAt ??= fact.at;
        stays[0]!.issued = true;
        break;
      case 'ticket.cancelled':
        break;
      case 'ticket.transferred':
        stay.calledAt ??= fact.at;
        stays.push(begin(fact.toQueue ?? fact.queue, fact.at));
        break;
      case 'ticket.completed':
        stay.completed = true;
        stay.calledAt ??= fact.at;
        break;
      default:
        // Skipped, started and recalled all say that it was called, should the call itself be missing.
        stay.calledAt ??= fact.at;
    }
  }
  const last = stays.at(-1)!;
  last.waiting = last.enqueuedAt !== null && last.calledAt === null && !cancelled;
  return stays;
}

export function isSameStay(a: Stay, b: Stay): boolean {
  return (
    a.queue === b.queue &&
    a.enqueuedAt === b.enqueuedAt &&
    a.issued === b.issued &&
    a.calledAt === b.calledAt &&
    a.waiting === b.waiting &&
    a.completed === b.completed
  );
}

function comesBefore(a: TicketFact, b: TicketFact): boolean {
  if (a.at !== b.at) return a.at < b.at;
  const [i, j] = [order.indexOf(a.type), order.indexOf(b.type)];
  return i === j ? a.id < b.id : i < j;
}
