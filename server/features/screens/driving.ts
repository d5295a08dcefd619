import { rankOf } from '#contract/alert-rules.ts';
import type { Alert } from '#contract/alerts.ts';
import type { ScreenDrive } from '#contract/screens.ts';

/** An alert that waits this long for a screen is no longer news, ms. */
const STALE_MS = 5 * 60_000;
/** A storm longer than this keeps its gravest and oldest. */
const MOST_WAITING = 100;

/** An alert on a screen. Times are epoch ms. */
export interface Shown {
  alert: Alert;
  until: number;
}

/** Screens that alerts drive together: one, or those of a group. */
export interface Pool {
  drive: ScreenDrive;
  waiting: readonly Alert[];
  shown: ReadonlyMap<string, Shown>;
  /** When alerts last changed a screen. */
  changedAt: ReadonlyMap<string, number>;
}

export interface Turn {
  pool: Pool;
  /** What changes now, by screen; null: back to its own. */
  changes: ReadonlyMap<string, Shown | null>;
  /** When to ask again; null: when something happens. */
  wakeAt: number | null;
}

export const emptyPool = (drive: ScreenDrive): Pool => ({
  drive,
  waiting: [],
  shown: new Map(),
  changedAt: new Map(),
});

/** Whether this state of an alert calls for a screen: open, lasting, grave enough, of a hall that counts. */
export function calls({ severity, hallIds }: ScreenDrive, alert: Alert): boolean {
  if (alert.status !== 'open' || alert.outcome !== null) return false;
  return rankOf(alert.severity) >= rankOf(severity) && (hallIds === null || hallIds.includes(alert.hallId));
}

/** Takes the new state of an alert: it waits, waits with another severity, or waits no more. */
export function heard(pool: Pool, alert: Alert): Pool {
  const others = pool.waiting.filter(({ id }) => id !== alert.id);
  const onScreen = [...pool.shown.values()].some(({ alert: { id, severity } }) => {
    return id === alert.id && rankOf(severity) >= rankOf(alert.severity);
  });
  if (onScreen || !calls(pool.drive, alert)) return { ...pool, waiting: others };
  return { ...pool, waiting: [...others, alert].sort(gravestFirst).slice(0, MOST_WAITING) };
}

/** The gravest first, and of those alike the oldest. */
function gravestFirst(a: Alert, b: Alert): number {
  return rankOf(b.severity) - rankOf(a.severity) || Date.parse(a.raisedAt) - Date.parse(b.raisedAt);
}

/**
 * What the screens of a pool show now. `free`: the keys of those that may be changed, in the order in which they are
 * taken. A screen is not changed again before its least time is over, unless to go back; an alert gives way only to a graver one.
 */
export function turn(pool: Pool, free: readonly string[], now: number): Turn {
  const { drive } = pool;
  const waiting = pool.waiting.filter(({ severityAt }) => now - Date.parse(severityAt) < STALE_MS);
  const shown = new Map([...pool.shown].filter(([screen]) => free.includes(screen)));
  const changedAt = new Map(pool.changedAt);
  const changes = new Map<string, Shown | null>();
  const restsUntil = (screen: string) => (changedAt.get(screen) ?? -Infinity) + drive.everySec * 1000;

  function put(screen: string): void {
    const next = { alert: waiting.shift()!, until: now + drive.forSec * 1000 };
    shown.set(screen, next);
    changedAt.set(screen, now);
    changes.set(screen, next);
  }
  const isIdle = (screen: string) => (shown.get(screen)?.until ?? now) <= now;
  const takesLess = (screen: string) => {
    const alert = shown.get(screen)?.alert;
    return alert !== undefined && waiting[0] !== undefined && rankOf(waiting[0].severity) > rankOf(alert.severity);
  };

  for (const screen of free) if (waiting.length > 0 && isIdle(screen) && restsUntil(screen) <= now) put(screen);
  for (const screen of free) if (takesLess(screen) && restsUntil(screen) <= now) put(screen);
  for (const [screen, { until }] of [...shown]) {
    if (until > now) continue;
    shown.delete(screen);
    changes.set(screen, null);
  }

  const ends = [...shown.values()].map(({ until }) => until);
  const rests = waiting.length > 0 ? free.map(restsUntil).filter((at) => at > now) : [];
  const wakeAt = Math.min(...ends, ...rests);
  return { pool: { drive, waiting, shown, changedAt }, changes, wakeAt: Number.isFinite(wakeAt) ? wakeAt : null };
}
