import { TEN } from '../../helpers/hall-fixture.ts';
import type { HallEvent, HallStatement } from '../../../server/features/queues/ports.ts';

let made = 0;

/** An event of `hall-a` so many seconds after ten o'clock. */
export function event(second: number, body: HallStatement, deviceId = 'd1'): HallEvent {
  made += 1;
  return {
    id: `id-${String(made).padStart(6, '0')}`,
    hallId: 'hall-a',
    deviceId,
    windowId: 'window' in body ? body.window : null,
    at: TEN + second * 1_000,
    backfilled: false,
    body,
  };
}

export const issued = (second: number, tid: string, queue = 'soc') =>
  event(second, { type: 'ticket.issued', tid, no: tid, queue, prio: 'normal' }, 'kiosk');
export const cancelled = (second: number, tid: string, queue = 'soc') =>
  event(second, { type: 'ticket.cancelled', tid, no: tid, queue }, 'kiosk');

type AtWindow = 'called' | 'recalled' | 'started' | 'skipped' | 'completed';
export const ticket = (second: number, what: AtWindow, tid: string, window = 'w01', queue = 'soc') =>
  event(second, { type: `ticket.${what}`, tid, no: tid, queue, window });
export const transferred = (second: number, tid: string, toQueue: string, window = 'w01', queue = 'soc') =>
  event(second, { type: 'ticket.transferred', tid, no: tid, queue, window, toQueue });
