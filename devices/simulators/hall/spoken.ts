import type { TerminalKind } from '#contract/mqtt.ts';
import type { EventFields } from '../../terminals/terminal-client.ts';
import type { SimulatedHall } from '../city.ts';
import type { Notice } from './twin.ts';

/** An event of the contract, and which terminal says it. */
export interface Spoken {
  kind: TerminalKind;
  device: string;
  event: EventFields;
}

/** What a terminal says about what it noticed; null for what only sensors measure. */
export function spokenOf(notice: Notice, hall: SimulatedHall): Spoken | null {
  switch (notice.device) {
    case 'door':
      return null;
    case 'kiosk': {
      const { id: tid, no, queue, priority } = notice.ticket;
      const prio = priority && notice.type === 'issued' ? { prio: 'priority' as const } : {};
      return { kind: 'kiosk', device: notice.kiosk, event: { type: `ticket.${notice.type}`, tid, no, queue, ...prio } };
    }
    case 'rater': {
      const rating = { tid: notice.ticket.id, window: notice.window };
      const event: EventFields =
        notice.type === 'submitted'
          ? { type: 'rating.submitted', ...rating, score: notice.score }
          : { type: `rating.${notice.type}`, ...rating };
      return { kind: 'rater', device: notice.window, event };
    }
    case 'window': {
      const event = callerEvent(notice, hall);
      return event && { kind: 'caller', device: notice.window, event };
    }
  }
}

function callerEvent(
  { window, action }: Extract<Notice, { device: 'window' }>,
  hall: SimulatedHall,
): EventFields | null {
  switch (action.type) {
    case 'seat-left':
    case 'seat-taken':
      return null;
    case 'login':
    case 'logout': {
      const staff = hall.windows.find(({ id }) => id === window)?.staff ?? '';
      return { type: `staff.${action.type}`, window, staff };
    }
    case 'paused':
      return { type: 'window.paused', window, reason: action.reason, plannedMin: action.plannedMin };
    case 'resumed':
      return { type: 'window.resumed', window };
    default: {
      const { id: tid, no, queue } = action.ticket;
      return { type: `ticket.${action.type}`, tid, no, queue, window };
    }
  }
}
