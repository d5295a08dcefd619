/** A terminal counts as lost so long after its will, unless it is back. */
export const GRACE_MS = 10_000;
/** A lost terminal becomes a problem so long after its will. */
export const REPORT_MS = 60_000;
/**
 * So long after our own start a terminal may take to show that it is still there: when our broker dies, no will is
 * sent, and devices come back with some delay.
 */
export const CONFIRM_MS = 45_000;

/** Whether a terminal is there, as far as its session and its last will tell. Times are server time, epoch ms. */
export type Link =
  | { is: 'never-heard' }
  | { is: 'online'; sid: string | null }
  /** It was online before our restart and has not been heard since. */
  | { is: 'unconfirmed'; sid: string | null; since: number }
  /** Its session ended; it has a moment to come back. */
  | { is: 'leaving'; sid: string; since: number }
  | { is: 'lost'; sid: string | null; since: number; reported: boolean };

export type LinkInput =
  /** A status, live or kept by an outside broker. */
  | { type: 'status'; online: boolean; sid: string }
  /** Any other message that the terminal just sent. */
  | { type: 'heard'; sid: string }
  /** The deadline has come. */
  | { type: 'time' }
  | { type: 'decommissioned' };

/** When `time` has to be put in, or null. */
export function deadlineOf(link: Link): number | null {
  switch (link.is) {
    case 'unconfirmed':
      return link.since + CONFIRM_MS;
    case 'leaving':
      return link.since + GRACE_MS;
    case 'lost':
      return link.reported ? null : link.since + REPORT_MS;
    default:
      return null;
  }
}

/** The next state; the same object where nothing changes. */
export function nextLink(link: Link, input: LinkInput, now: number): Link {
  switch (input.type) {
    case 'status':
      return input.online ? online(link, input.sid) : sessionEnded(link, input.sid, now);
    case 'heard':
      // What a dead session sent before its death may arrive after its will.
      if ((link.is === 'leaving' || link.is === 'lost') && link.sid === input.sid) return link;
      // The session is what the status names: a buffered event still carries the one before.
      return online(link, link.is === 'online' || link.is === 'unconfirmed' ? (link.sid ?? input.sid) : input.sid);
    case 'time':
      return afterDeadline(link, now);
    case 'decommissioned':
      return link.is === 'never-heard' ? link : { is: 'never-heard' };
  }
}

function online(link: Link, sid: string): Link {
  return link.is === 'online' && link.sid === sid ? link : { is: 'online', sid };
}

function sessionEnded(link: Link, sid: string, now: number): Link {
  switch (link.is) {
    case 'never-heard':
      return { is: 'leaving', sid, since: now };
    case 'online':
    case 'unconfirmed':
      // A will that comes late, after a newer session began, must not end that session.
      return link.sid === null || link.sid === sid ? { is: 'leaving', sid, since: now } : link;
    case 'leaving':
    case 'lost':
      return link;
  }
}

function afterDeadline(link: Link, now: number): Link {
  const deadline = deadlineOf(link);
  if (deadline === null || now < deadline) return link;
  switch (link.is) {
    case 'unconfirmed':
    case 'leaving':
      return { is: 'lost', sid: link.sid, since: link.since, reported: false };
    case 'lost':
      return { ...link, reported: true };
    default:
      return link;
  }
}
