import fc from '../../helpers/property.ts';
import { describe, expect, it } from 'vitest';
import type { CallerState } from '#contract/mqtt.ts';
import { TEN } from '../../helpers/hall-fixture.ts';
import type { HallEvent, HallStatement } from '../../../server/features/queues/ports.ts';
import { newWindowBook, noteInWindow } from '../../../server/features/queues/window-book.ts';
import { event, ticket } from './events.ts';

const at = (second: number) => TEN + second * 1_000;
const iso = (second: number) => new Date(at(second)).toISOString();
const snapshot = (second: number, state: CallerState['state'], since: number, rest: Partial<CallerState> = {}) =>
  event(second, { type: 'caller.state', window: 'w01', state, since: iso(since), ...rest });
const login = (second: number, staff = 'u1') => event(second, { type: 'staff.login', window: 'w01', staff });
const paused = (second: number) =>
  event(second, { type: 'window.paused', window: 'w01', reason: 'lunch', plannedMin: 30 });
const seat = (second: number, occupied: boolean) =>
  ({
    ...event(second, { type: occupied ? 'seat.occupied' : 'seat.empty' }, 'seat-1'),
    windowId: 'w01',
  }) satisfies HallEvent;

function bookOf(...events: HallEvent[]) {
  const book = newWindowBook();
  for (const each of events) noteInWindow(book, each);
  return book;
}
const stateOf = (...events: HallEvent[]) => bookOf(...events).state?.value;

describe('a window', () => {
  it.each<[string, HallStatement, object]>([
    ['logs in', { type: 'staff.login', window: 'w01', staff: 'u1' }, { state: 'idle', ticketNo: null }],
    ['logs out', { type: 'staff.logout', window: 'w01', staff: 'u1' }, { state: 'closed', ticketNo: null }],
    ['calls', ticket(0, 'called', 'A1').body, { state: 'calling', ticketNo: 'A1' }],
    ['serves', ticket(0, 'started', 'A1').body, { state: 'serving', ticketNo: 'A1' }],
    ['skips', ticket(0, 'skipped', 'A1').body, { state: 'idle', ticketNo: null }],
    ['is done', ticket(0, 'completed', 'A1').body, { state: 'idle', ticketNo: null }],
    ['pauses', { type: 'window.paused', window: 'w01', reason: 'lunch' }, { state: 'paused', ticketNo: null }],
    ['resumes', { type: 'window.resumed', window: 'w01' }, { state: 'idle', ticketNo: null }],
  ])('%s by an event alone', (_what, body, expected) => {
    expect(stateOf(event(5, body))).toEqual({ ...expected, since: at(5), backfilled: false });
  });

  it('moves by snapshots alone', () => {
    const book = bookOf(snapshot(5, 'serving', 2, { staff: 'u1', tid: 't1', no: 'A1' }));
    expect(book.state?.value).toEqual({ state: 'serving', ticketNo: 'A1', since: at(2), backfilled: false });
    expect(book.staff?.value).toBe('u1');
  });

  it('keeps its moment when the snapshot after an event reports the same change', () => {
    expect(stateOf(ticket(10, 'called', 'A1'), snapshot(11, 'calling', 10.3, { no: 'A1' }))).toMatchObject({
      since: at(10),
    });
  });

  it('begins anew when the snapshot tells of a change that no event told', () => {
    expect(stateOf(login(0), snapshot(600, 'idle', 500))).toMatchObject({ state: 'idle', since: at(500) });
  });

  it('calls the same ticket since the first call, and the next one since its own', () => {
    expect(stateOf(ticket(0, 'called', 'A1'), ticket(30, 'recalled', 'A1'))).toMatchObject({ since: at(0) });
    expect(stateOf(ticket(0, 'called', 'A1'), ticket(30, 'called', 'A2'))).toMatchObject({ since: at(30) });
  });

  it('remembers why it is paused when a snapshot only says that it is', () => {
    const book = bookOf(paused(0), snapshot(1, 'paused', 0));
    expect(book.pause?.value).toEqual({ reason: 'lunch', plannedMin: 30 });
    noteInWindow(book, snapshot(60, 'idle', 60));
    expect(book.pause?.value).toBeNull();
  });

  it('is not moved by what comes late', () => {
    expect(stateOf(login(10), ticket(20, 'started', 'A1'), ticket(15, 'called', 'A1'))).toMatchObject({
      state: 'serving',
    });
  });

  it('has a seat that is empty since it was left, however often the sensor says so', () => {
    const book = bookOf(seat(0, true), seat(10, false), seat(70, false));
    expect(book.seats.get('seat-1')?.value).toEqual({ word: 'seat.empty', since: at(10) });
  });

  it('ends in the same state, staff and pause in whatever order events come', () => {
    const statements = fc.constantFrom<HallStatement>(
      { type: 'staff.login', window: 'w01', staff: 'u1' },
      { type: 'staff.logout', window: 'w01', staff: 'u1' },
      { type: 'window.paused', window: 'w01', reason: 'lunch', plannedMin: 5 },
      { type: 'window.resumed', window: 'w01' },
      ticket(0, 'started', 'A1').body,
      ticket(0, 'completed', 'A1').body,
    );
    const sequences = fc
      .uniqueArray(fc.nat(1_000), { maxLength: 10 })
      .chain((seconds) => fc.tuple(...seconds.map((second) => statements.map((body) => event(second, body)))))
      .chain((events) => fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })));
    const visible = (events: HallEvent[]) => {
      const { state, staff, pause } = bookOf(...events);
      return [state?.value.state, state?.value.ticketNo, staff?.value, pause?.value];
    };
    fc.assert(
      fc.property(sequences, ([events, shuffled]) => {
        const inOrder = [...events].sort((a, b) => a.at - b.at);
        expect(visible(shuffled)).toEqual(visible(inOrder));
      }),
    );
  });
});
