import type { z } from 'zod';
import type { CallerEvent, CallerState } from '#contract/mqtt.ts';

/** How a caller is after what it told, which is all that is known of one on a serial line. */
export function stateAfter(before: CallerState | null, event: z.infer<typeof CallerEvent>, at: string): CallerState {
  const { window } = event;
  const staff = before?.staff ?? null;
  const empty = { window, staff, tid: null, no: null, since: at };
  switch (event.type) {
    case 'staff.login':
      return { ...empty, state: 'idle', staff: event.staff };
    case 'staff.logout':
      return { ...empty, state: 'closed', staff: null };
    case 'window.paused':
      return { ...empty, state: 'paused' };
    case 'window.resumed':
    case 'ticket.skipped':
    case 'ticket.transferred':
    case 'ticket.completed':
      return { ...empty, state: 'idle' };
    case 'ticket.called':
    case 'ticket.started': {
      const { tid, no } = event;
      return { ...empty, state: event.type === 'ticket.called' ? 'calling' : 'serving', tid, no };
    }
    case 'ticket.recalled': {
      const { tid, no } = event;
      const isSame = before?.state === 'calling' && before.tid === tid;
      return isSame ? before : { ...empty, state: 'calling', tid, no };
    }
  }
}
