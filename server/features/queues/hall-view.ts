import type { HallLive, QueueLive, WindowLive } from '#contract/hall-state.ts';
import type { Window } from '#contract/places.ts';
import type { Terminal } from '#contract/terminals.ts';
import type { HallState } from './hall-reducer.ts';
import { QueueBook } from './queue-book.ts';
import { newWindowBook, type WindowBook } from './window-book.ts';

/** The registered terminals of one hall. */
export interface HallTerminals {
  all(): readonly Terminal[];
  find(kind: 'caller' | 'sensor', deviceId: string): Terminal | undefined;
}

/** One window as others see it. */
export function windowLive(window: Window, known: WindowBook | undefined, terminals: HallTerminals): WindowLive {
  const book = known ?? newWindowBook();
  const state = book.state?.value;
  const pause = state?.state === 'paused' ? book.pause?.value : null;
  const caller = callerOf(window, book, terminals);
  return {
    windowId: window.id,
    state: state?.state ?? 'unknown',
    since: state ? instant(state.since) : null,
    staff: book.staff?.value ?? null,
    ticketNo: state?.ticketNo ?? null,
    pauseReason: pause?.reason ?? null,
    pausePlannedMin: pause?.plannedMin ?? null,
    ...seatOf(window, book, terminals),
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

/** A sensor that is lost, or looks at another window by now, says nothing about this seat. */
function seatOf(window: Window, book: WindowBook, terminals: HallTerminals): Pick<WindowLive, 'seat' | 'seatSince'> {
  const seat = book.seat?.value;
  const sensor = seat && terminals.find('sensor', seat.sensor);
  if (!seat || sensor?.windowId !== window.id || sensor.link === 'lost') return { seat: 'unknown', seatSince: null };
  return { seat: seat.occupied ? 'occupied' : 'empty', seatSince: instant(seat.since) };
}

function instant(at: number): string {
  return new Date(at).toISOString();
}
