/** Steps that are kept; more would only be clicked through. */
const LIMIT = 100;

/** What was, what is, and what was undone. */
export interface History<T> {
  past: readonly T[];
  now: T;
  future: readonly T[];
}

export const begin = <T>(now: T): History<T> => ({ past: [], now, future: [] });

export function step<T>({ past, now }: History<T>, next: T): History<T> {
  return next === now ? { past, now, future: [] } : { past: [...past, now].slice(-LIMIT), now: next, future: [] };
}

export function undo<T>(history: History<T>): History<T> {
  const { past, now, future } = history;
  if (past.length === 0) return history;
  return { past: past.slice(0, -1), now: past.at(-1)!, future: [now, ...future] };
}

export function redo<T>(history: History<T>): History<T> {
  const { past, now, future } = history;
  const [next, ...rest] = future;
  return next === undefined ? history : { past: [...past, now], now: next, future: rest };
}
