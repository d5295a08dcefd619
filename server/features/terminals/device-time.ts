const DAY_MS = 24 * 3600_000;
/** A device clock further ahead than this, or an event older than that, is beyond belief. */
const MAX_AHEAD_MS = DAY_MS;
const MAX_AGE_MS = 31 * DAY_MS;
/** An event that arrives later than this was kept while the terminal was offline. */
const BACKFILL_MS = 60_000;
/** Off by more than this is worth a problem. */
const SKEW_LIMIT_MS = 5_000;

export interface Placed {
  /** Where it stands in the log: the device's own time, or the receipt where that is beyond belief. */
  occurredAt: number;
  /** When it counts for figures and limits: the receipt, or its own time where it was kept back. */
  at: number;
  backfilled: boolean;
  misdated: boolean;
}

export interface Arriving {
  /** By the device's clock, epoch ms. */
  ts: number;
  /** By ours. */
  receivedAt: number;
  /** Kept by an outside broker from an earlier time. */
  retained: boolean;
  /** Device clock minus ours, where known. */
  skewMs: number | null;
}

/**
 * Puts a message into time. Device clocks drift, so what comes at once counts at our time; what was kept back can only
 * count at its own. A clock that is known to be slow does not make its events old.
 */
export function placeInTime({ ts, receivedAt, retained, skewMs }: Arriving): Placed {
  const believable = ts <= receivedAt + MAX_AHEAD_MS && ts >= receivedAt - MAX_AGE_MS;
  if (!believable) return { occurredAt: receivedAt, at: receivedAt, backfilled: false, misdated: true };
  const backfilled = receivedAt - (ts - (skewMs ?? 0)) > BACKFILL_MS;
  return {
    occurredAt: ts,
    at: backfilled || retained ? Math.min(ts, receivedAt) : receivedAt,
    backfilled,
    misdated: false,
  };
}

const BUCKET_MS = 60_000;

interface Bucket {
  since: number;
  /** The message least late in this time. */
  ms: number;
}

/**
 * How far a device's clock is off, judged over the last one to two minutes. A message can be late, be it in the device,
 * the network or the broker, but never early: of several the one least late tells best, a clock that runs ahead shows
 * with the first message, and a clock that runs behind only when messages have been late for a while.
 */
export class ClockSkew {
  #before: Bucket | null = null;
  #now: Bucket | null = null;

  /** Device clock minus ours, ms; null until something was heard. */
  get ms(): number | null {
    if (this.#now === null) return null;
    return Math.max(this.#now.ms, this.#before?.ms ?? -Infinity);
  }

  /**
   * The same where it is believed: that a clock runs behind is so only when messages have been late for a while. The first
   * ones after we were away are late because the broker kept them, and what comes behind them is as old as it says.
   */
  get believedMs(): number | null {
    const { ms } = this;
    return ms !== null && ms < 0 && this.#before === null ? null : ms;
  }

  get isOff(): boolean {
    return Math.abs(this.believedMs ?? 0) > SKEW_LIMIT_MS;
  }

  add(ts: number, receivedAt: number): void {
    const ms = ts - receivedAt;
    if (this.#now !== null && receivedAt - this.#now.since < BUCKET_MS) {
      this.#now.ms = Math.max(this.#now.ms, ms);
      return;
    }
    this.#before = this.#now;
    this.#now = { since: receivedAt, ms };
  }
}
