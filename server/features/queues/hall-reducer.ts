import { hallDay, type HallDay } from '#lib/hall-day.ts';
import { HallJournal } from './hall-journal.ts';
import type { HallEvent, InsideReading } from './ports.ts';
import { QueueBook } from './queue-book.ts';
import { factOf, isSameStay, isTicketEvent, staysOf, withFact, type Stay, type TicketFact } from './ticket.ts';
import { newWindowBook, noteInWindow, type WindowBook } from './window-book.ts';

/** Everything that is known of a hall today. Changed by `applyEvent`, `applyInside` and `beginDay` alone. */
export interface HallState {
  timeZone: string;
  day: HallDay;
  /** Today's tickets: all that happened to them, and what became of them by that. */
  tickets: Map<string, { facts: readonly TicketFact[]; stays: readonly Stay[] }>;
  queues: Map<string, QueueBook>;
  windows: Map<string, WindowBook>;
  /** The last count of each sensor. */
  inside: Map<string, { at: number; inside: number }>;
  journal: HallJournal;
}

/** What an event changed. */
export interface Touched {
  windowId: string | null;
  queueIds: ReadonlySet<string>;
}

/** Far more than a hall issues in a day; a kiosk gone mad must not fill the memory. */
export const MAX_TICKETS = 20_000;
const nothing: ReadonlySet<string> = new Set();
const NEW_TICKET = { facts: [], stays: [] };

export function newHallState(timeZone: string, now: number): HallState {
  return {
    timeZone,
    day: hallDay(now, timeZone),
    tickets: new Map(),
    queues: new Map(),
    windows: new Map(),
    inside: new Map(),
    journal: new HallJournal(),
  };
}

/** Tickets are forgotten at the end of the hall's day; windows and seats stay as they are. */
export function beginDay(state: HallState, now: number): void {
  state.day = hallDay(now, state.timeZone);
  state.tickets.clear();
  state.queues.clear();
}

/**
 * Applies one event. The outcome for tickets depends on the set of events alone: repeated ones change nothing, and late
 * ones lead to the same state as if they had come in time.
 */
export function applyEvent(state: HallState, event: HallEvent): Touched {
  if (event.at >= state.day.ends) beginDay(state, event.at);
  state.journal.note(event);
  return { windowId: applyToWindow(state, event), queueIds: applyToTicket(state, event) };
}

export function applyInside(state: HallState, { deviceId, inside, at }: InsideReading): void {
  const known = state.inside.get(deviceId);
  if (known === undefined || at >= known.at) state.inside.set(deviceId, { at, inside });
}

function applyToWindow(state: HallState, event: HallEvent): string | null {
  if (event.windowId === null) return null;
  const book = state.windows.get(event.windowId) ?? newWindowBook();
  if (!noteInWindow(book, event)) return null;
  state.windows.set(event.windowId, book);
  return event.windowId;
}

function applyToTicket(state: HallState, event: HallEvent): ReadonlySet<string> {
  const { tickets, day } = state;
  if (!isTicketEvent(event.body) || event.at < day.begins) return nothing;
  const { tid } = event.body;
  const before = tickets.get(tid) ?? NEW_TICKET;
  if (before === NEW_TICKET && tickets.size >= MAX_TICKETS) return nothing;
  const facts = withFact(before.facts, factOf(event.id, event.at, event.body));
  if (facts === before.facts) return nothing;
  const [old, now] = [before.stays, staysOf(facts)];
  tickets.set(tid, { facts, stays: now });
  const touched = new Set<string>();
  for (let i = 0; i < Math.max(old.length, now.length); i += 1) {
    const [was, is] = [old[i], now[i]];
    if (was && is && isSameStay(was, is)) continue;
    if (was) bookOf(state, was.queue, touched).remove(tid, i, was);
    if (is) bookOf(state, is.queue, touched).add(tid, i, is);
  }
  return touched;
}

function bookOf(state: HallState, queueId: string, touched: Set<string>): QueueBook {
  touched.add(queueId);
  let book = state.queues.get(queueId);
  if (book === undefined) {
    book = new QueueBook();
    state.queues.set(queueId, book);
  }
  return book;
}
