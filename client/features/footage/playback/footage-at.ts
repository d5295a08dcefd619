import type { FootageSegment } from '#contract/footage.ts';

/** A segment with its times as epoch ms: all that is played is asked for in these. */
export interface Piece extends Omit<FootageSegment, 'startedAt' | 'endedAt'> {
  key: string;
  from: number;
  until: number;
}

export const pieceOf = ({ startedAt, endedAt, ...rest }: FootageSegment): Piece => ({
  ...rest,
  key: `${rest.run}/${rest.number}`,
  from: Date.parse(startedAt),
  until: Date.parse(endedAt),
});

/** A hole that is shorter keeps the last picture on the screen without a word. */
export const SHORT_HOLE_MS = 500;

/** What there is at a moment, by what is known of the segments around it. `hole` ends null: none is known of. */
export type Found = { is: 'footage'; piece: Piece } | { is: 'hole'; from: number | null; until: number | null };

/** The last piece that begins at or before `at`: index in pieces sorted by time, -1 if none does. */
export function indexAt(pieces: readonly Piece[], at: number): number {
  let [low, high] = [0, pieces.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (pieces[middle]!.from <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

export function findAt(pieces: readonly Piece[], at: number): Found {
  const index = indexAt(pieces, at);
  const piece = pieces[index];
  if (piece && at < piece.until) return { is: 'footage', piece };
  const next = pieces[index + 1];
  // What is written of it by now is not known, only that it goes on.
  if (piece && !piece.finished && !next) return { is: 'footage', piece };
  const hole = { from: piece?.until ?? null, until: next?.from ?? null };
  const short = hole.from !== null && hole.until !== null && hole.until - hole.from < SHORT_HOLE_MS;
  // Its last picture stands until the next one comes.
  if (piece && short) return { is: 'footage', piece };
  return { is: 'hole', ...hole };
}

/** The first piece that begins after `at`. */
export const nextAfter = (pieces: readonly Piece[], at: number): Piece | null =>
  pieces[indexAt(pieces, at) + 1] ?? null;
