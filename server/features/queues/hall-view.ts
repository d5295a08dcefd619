import type { HallLive, QueueLive, WindowLive } from '#contract/hall-state.ts';
import type { Window } from '#contract/places.ts';
import { isSeatView } from '#contract/seats.ts';
import type { Terminal } from '#contract/terminals.ts';
import type { HallState } from './hall-reducer.ts';
import { QueueBook } from './queue-book.ts';
import { newWindowBook, type WindowBook } from './window-book.ts';

/** The registered terminals of one hall. */
export interface HallTerminals {
  all(): readonly Terminal[];
  find(kind: 'caller' | 'sensor', deviceId: string): Terminal | undefined;
}

/** One window as others see it. Instants are written when they are read: a replay makes a row of every event. */
export function windowLive(window: Window, known: WindowBook | undefined, terminals: HallTerminals): WindowLive {
  const book = known ?? newWindowBook();
  const state = book.state?.value;
  const pause = state?.state === 'paused' ? book.pause?.value : null;
  const caller = callerOf(window, book, terminals);
  const seat = seatOf(window, book, terminals);
  return {
    windowId: window.id,
    state: state?.state ?? 'unknown',
    get since() {
      return state ? instant(state.since) : null;
    },
    staff: book.staff?.value ?? null,
    ticketNo: state?.ticketNo ?? null,
    pauseReason: pause?.reason ?? null,
    pausePlannedMin: pause?.plannedMin ?? null,
    seat: seat.is,
    get seatSince() {
      return seat.since === null ? null : instant(seat.since);
    },
    stale: caller?.link === 'lost' || (state?.backfilled ?? false),
    heardAt: caller?.lastHeardAt ?? null,
  };
}

/** Logged in, not paused, and the seat not empty as far as a sensor tells. */
export function isStaffed({ state, seat }: WindowLive): boolean {
  return (state === 'idle' || state === 'calling' || state === 'serving') && seat !== 'empty';
}

export function queueLive(
  queueId: string,
  book: QueueBook | undefined,
  staffedWindows: number,
  now: number,
): QueueLive {
  return { queueId, staffedWindows, ...(book ?? new QueueBook()).figures(now) };
}

/** The sum over the hall's sensors that are there and have counted; null where none has. */
export function insideOf(state: HallState, terminals: HallTerminals): number | null {
  let sum: number | null = null;
  for (const [deviceId, { inside }] of state.inside) {
    const sensor = terminals.find('sensor', deviceId);
    if (sensor !== undefined && sensor.link !== 'lost') sum = (sum ?? 0) + inside;
  }
  return sum;
}

export function countOf(terminals: HallTerminals): HallLive['terminals'] {
  const count = { total: 0, online: 0, lost: 0 };
  for (const { link } of terminals.all()) {
    count.total += 1;
    if (link !== 'never-heard') count[link] += 1;
  }
  return count;
}

/** The caller that spoke of the window last, or else the one that is registered for it. */
function callerOf(window: Window, book: WindowBook, terminals: HallTerminals): Terminal | undefined {
  const spoke = book.caller === null ? undefined : terminals.find('caller', book.caller.value);
  return spoke ?? terminals.all().find(({ kind, windowId }) => kind === 'caller' && windowId === window.id);
}

/**
 * Empty where anybody who tells of it says so: a bag on a chair deceives the sensor beneath, and not the camera. A sensor
 * that is lost, or looks at another window by now, says nothing about this seat; a camera says itself when it cannot tell.
 */
function seatOf(
  window: Window,
  book: WindowBook,
  terminals: HallTerminals,
): { is: WindowLive['seat']; since: number | null } {
  let [empty, taken] = [Infinity, -Infinity];
  for (const [sensor, { value }] of book.seats) {
    if (!isSeatView(sensor) && !isThere(terminals.find('sensor', sensor), window)) continue;
    if (value.word === 'seat.empty') empty = Math.min(empty, value.since);
    if (value.word === 'seat.occupied') taken = Math.max(taken, value.since);
  }
  if (empty < Infinity) return { is: 'empty', since: empty };
  return taken > -Infinity ? { is: 'occupied', since: taken } : { is: 'unknown', since: null };
}

function isThere(sensor: Terminal | undefined, window: Window): boolean {
  return sensor?.windowId === window.id && sensor.link !== 'lost';
}

function instant(at: number): string {
  return new Date(at).toISOString();
}
