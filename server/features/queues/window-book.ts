import type { WindowState } from '#contract/mqtt.ts';
import type { HallEvent, HallStatement, SeatWord } from './ports.ts';

/** The newest statement about one thing wins, in whatever order statements come. */
interface Stated<T> {
  at: number;
  id: string;
  value: T;
}

interface CallerSaid {
  state: WindowState;
  since: number;
  ticketNo: string | null;
  /** Said of an earlier time; what is now, the caller has not said yet. */
  backfilled: boolean;
}

interface Pause {
  reason: string;
  plannedMin: number | null;
}

/** What is known of a window 窗口 from its caller and whoever tells of its seat: sensors, and the camera that looks at it. */
export interface WindowBook {
  state: Stated<CallerSaid> | null;
  staff: Stated<string | null> | null;
  pause: Stated<Pause | null> | null;
  /** By sensor. */
  seats: Map<string, Stated<{ word: SeatWord; since: number }>>;
  /** The caller that spoke of it last. */
  caller: Stated<string> | null;
}

/** Two reports of one change, an event and the snapshot after it, differ by no more than this. */
const SAME_CHANGE_MS = 2_000;

export function newWindowBook(): WindowBook {
  return { state: null, staff: null, pause: null, seats: new Map(), caller: null };
}

/** Writes an event down; says whether it was about a window at all. */
export function noteInWindow(book: WindowBook, event: HallEvent): boolean {
  const { body } = event;
  if (body.type === 'seat.occupied' || body.type === 'seat.empty' || body.type === 'seat.unknown') {
    noteSeat(book, event, body.type);
    return true;
  }
  const effect = effectOf(body, event.at);
  if (effect === null) return false;
  noteState(book, event, effect);
  if (effect.staff !== undefined && isNewer(event, book.staff)) book.staff = stated(event, effect.staff);
  if (effect.pause !== undefined && isNewer(event, book.pause)) book.pause = stated(event, effect.pause);
  if (isNewer(event, book.caller)) book.caller = stated(event, event.deviceId);
  return true;
}

interface Effect {
  state: WindowState;
  since: number;
  ticketNo: string | null;
  staff?: string | null;
  pause?: Pause | null;
}

/** What a caller's statement says of its window. */
function effectOf(body: HallStatement, at: number): Effect | null {
  const now = { since: at, ticketNo: null, pause: null };
  switch (body.type) {
    case 'staff.login':
      return { ...now, state: 'idle', staff: body.staff };
    case 'staff.logout':
      return { ...now, state: 'closed', staff: null };
    case 'ticket.called':
    case 'ticket.recalled':
      return { ...now, state: 'calling', ticketNo: body.no };
    case 'ticket.started':
      return { ...now, state: 'serving', ticketNo: body.no };
    case 'ticket.skipped':
    case 'ticket.transferred':
    case 'ticket.completed':
    case 'window.resumed':
      return { ...now, state: 'idle' };
    case 'window.paused':
      return { ...now, state: 'paused', pause: { reason: body.reason, plannedMin: body.plannedMin ?? null } };
    case 'caller.state':
      return {
        state: body.state,
        since: Date.parse(body.since),
        ticketNo: body.no ?? null,
        staff: body.staff ?? null,
        // A snapshot does not say why a window is paused, so what the event said stands.
        ...(body.state === 'paused' ? {} : { pause: null }),
      };
    default:
      return null;
  }
}

function noteState(book: WindowBook, event: HallEvent, { state, since, ticketNo }: Effect): void {
  if (!isNewer(event, book.state)) return;
  const before = book.state?.value;
  const isSame = before?.state === state && before.ticketNo === ticketNo;
  // A snapshot after the event, or a recall, reports what has lasted since before.
  const lasts = isSame && (event.body.type !== 'caller.state' || Math.abs(since - before.since) <= SAME_CHANGE_MS);
  book.state = stated(event, { state, since: lasts ? before.since : since, ticketNo, backfilled: event.backfilled });
}

function noteSeat({ seats }: WindowBook, event: HallEvent, word: SeatWord): void {
  const before = seats.get(event.deviceId) ?? null;
  if (!isNewer(event, before)) return;
  const since = before?.value.word === word ? before.value.since : event.at;
  seats.set(event.deviceId, stated(event, { word, since }));
}

function isNewer({ at, id }: HallEvent, known: Stated<unknown> | null): boolean {
  return known === null || at > known.at || (at === known.at && id > known.id);
}

function stated<T>({ at, id }: HallEvent, value: T): Stated<T> {
  return { at, id, value };
}
