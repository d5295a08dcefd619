/** How a hall stands at one instant. All times are seconds from that instant: the past is negative. */
export interface Situation {
  queues: readonly QueueNow[];
  windows: readonly WindowNow[];
}

export interface QueueNow {
  queueId: string;
  /** Those who wait, the first in line first within each kind of ticket. */
  waiting: readonly { issuedAt: number; priority: boolean }[];
}

export interface WindowNow {
  windowId: string;
  /** The queues it may call from, by the set-up of the hall. */
  queueIds: readonly string[];
  /** Queues that it calls from too while nobody waits in its own. */
  helps?: readonly string[];
  now:
    | { is: 'idle' }
    | { is: 'closed' }
    /** It called somebody of this queue at `calledAt`. */
    | { is: 'busy'; queueId: string; calledAt: number }
    | { is: 'paused'; backAt: number };
}

/** What is to be expected of one queue from now on. */
export interface Demand {
  queueId: string;
  /** People expected in each slot of `SLOT_SEC` from now on; nobody comes after the last. */
  arrivals: readonly number[];
  /** How long one ticket keeps a window, from its call to the next call: what was seen, ascending, never empty. */
  occupationSec: readonly number[];
  /** Share of tickets that are called before the others. */
  priorityShare: number;
}

export const SLOT_SEC = 300;
