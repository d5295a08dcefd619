import type { Alert } from '#contract/alerts.ts';

/**
 * What a rule is about: one window, queue, camera or terminal of a hall, or a ticket at a window; none of them: the hall
 * itself. A terminal's window says where it stands.
 */
export type Subject = Pick<Alert, 'windowId' | 'queueId' | 'cameraId' | 'terminalId' | 'ticketId'>;

export const ofHall: Subject = { windowId: null, queueId: null, cameraId: null, terminalId: null, ticketId: null };
export const ofWindow = (windowId: string): Subject => ({ ...ofHall, windowId });
export const ofQueue = (queueId: string): Subject => ({ ...ofHall, queueId });
export const ofCamera = (cameraId: string): Subject => ({ ...ofHall, cameraId });
export const ofTerminal = (terminalId: string, windowId: string | null): Subject => ({
  ...ofHall,
  terminalId,
  windowId,
});
export const ofTicket = (ticketId: string, windowId: string): Subject => ({ ...ofHall, ticketId, windowId });

/** What an alert is about, apart from the rest of it. */
export function subjectOf({ windowId, queueId, cameraId, terminalId, ticketId }: Subject): Subject {
  return { windowId, queueId, cameraId, terminalId, ticketId };
}

/** Names a subject within its hall. */
export function subjectKey({ windowId, queueId, cameraId, terminalId, ticketId }: Subject): string {
  if (ticketId !== null) return `ticket:${ticketId}`;
  if (terminalId !== null) return `terminal:${terminalId}`;
  if (windowId !== null) return `window:${windowId}`;
  if (queueId !== null) return `queue:${queueId}`;
  return cameraId !== null ? `camera:${cameraId}` : 'hall';
}

/** How it stands with the condition of a rule. Times are epoch milliseconds. */
export type Condition =
  | {
      is: 'present';
      since: number;
      /** False: it lasts and counts, but raises and escalates nothing just now. */
      armed: boolean;
      /** When it will be armed if nothing happens until then; without it, only something new can arm it. */
      armsAt?: number;
      /** When it will be over if nothing happens until then; without it, only something new can end it. */
      endsAt?: number;
    }
  | {
      is: 'absent';
      /** When it ended, where that is known. */
      since: number | null;
      /** When it will begin if nothing happens until then; null: only something new can begin it. */
      beginsAt: number | null;
    }
  /** No one can tell. That is not normal: it clears nothing, and raises nothing. */
  | { is: 'unknown' };

export const unknown: Condition = { is: 'unknown' };
/** It was over since then, where that is known. */
export const absent = (since: number | null = null): Condition => ({ is: 'absent', since, beginsAt: null });
/** It begins then, if nothing happens until then. */
export const absentUntil = (beginsAt: number): Condition => ({ is: 'absent', since: null, beginsAt });
export const present = (since: number, armed = true): Extract<Condition, { is: 'present' }> => ({
  is: 'present',
  since,
  armed,
});
/** It lasts at most until then. */
export const presentUntil = (since: number, endsAt: number): Condition => ({
  is: 'present',
  since,
  armed: true,
  ...(endsAt < Infinity && { endsAt }),
});

/** From an instant on: absent before it, and known beforehand; present since then. */
export function from(instant: number, now: number): Condition {
  return now < instant ? absentUntil(instant) : present(instant);
}

export function epoch(instant: string | null): number | null {
  return instant === null ? null : Date.parse(instant);
}

/** Whole seconds from an instant (epoch ms) to now, or null where there is no instant. */
export function secondsSince(since: number | null, now: number): number | null {
  return since === null ? null : Math.max(0, Math.round((now - since) / 1000));
}
