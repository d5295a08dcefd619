import { ulid } from 'ulid';
import { hall, minutes } from '../../helpers/hall-fixture.ts';
import type { Statement, StoredEvent } from '../../../server/features/terminals/stored-event.ts';

/** A line of the log. */
export function event(at: number, body: Statement, windowId: string | null = null): StoredEvent {
  return {
    ...{
      id: ulid(at),
      hallId: hall.id,
      kind: windowId ? 'caller' : 'kiosk',
      deviceId: windowId ?? 'k1',
      windowId,
      body,
    },
    ...{ channel: 'evt', sid: 's', seq: 1, receivedAt: at, occurredAt: at, at, backfilled: false, misdated: false },
  };
}

/** A morning from nine at one window: a ticket every five minutes that is served for four, one after the other. */
export function morning(begins: number, tickets: number): StoredEvent[] {
  return Array.from({ length: tickets }, (_, i) => {
    const ticket = { tid: `t${begins}-${i}`, no: `A${i}`, queue: 'soc' };
    const [issued, called] = [begins + minutes(5 * i), begins + minutes(7 + 5 * i)];
    return [
      event(issued, { type: 'ticket.issued', ...ticket, prio: 'normal' }),
      event(called, { type: 'ticket.called', ...ticket, window: 'w01' }, 'w01'),
      event(called + minutes(1), { type: 'ticket.started', ...ticket, window: 'w01' }, 'w01'),
      event(called + minutes(4), { type: 'ticket.completed', ...ticket, window: 'w01' }, 'w01'),
    ];
  }).flat();
}
