import type { SeatWord } from '#contract/seats.ts';

/** What is held to be so of a seat, and what the last looks say otherwise. Times are epoch ms. */
export interface SeatState {
  /** Null: nobody has looked yet. */
  word: SeatWord | null;
  since: number;
  suspected: { word: SeatWord; since: number } | null;
}

/** Less of the region than this is otherwise than in the view without anybody: the seat is empty. */
const EMPTY_BELOW = 0.2;
/** More than this: somebody sits there. Between the two it stays as it was. */
const TAKEN_FROM = 0.28;
/** Two looks must say the same: people pass by, and lights are switched. */
const HOLD_MS = 4_000;

export const notLookedAt: SeatState = { word: null, since: 0, suspected: null };

/**
 * One more look. Pure.
 *
 * @param changed share of the region that shows something else than the view without anybody; null: nobody can tell
 */
export function seatAfter(state: SeatState, changed: number | null, at: number): SeatState {
  const word = wordOf(changed) ?? state.word ?? 'unknown';
  if (word === state.word) return state.suspected ? { ...state, suspected: null } : state;
  const suspected = state.suspected?.word === word ? state.suspected : { word, since: at };
  if (at - suspected.since < HOLD_MS) return { ...state, suspected };
  return { word, since: suspected.since, suspected: null };
}

function wordOf(changed: number | null): SeatWord | null {
  if (changed === null) return 'unknown';
  if (changed < EMPTY_BELOW) return 'empty';
  return changed >= TAKEN_FROM ? 'occupied' : null;
}
