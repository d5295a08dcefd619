import { indexAt, type Piece } from './footage-at.ts';

/** `keys`: key pictures alone, for speeds that neither the line nor the decoder would follow with all of them. */
export type Depth = 'all' | 'keys';

/** A piece that is in the buffer. */
export interface Held {
  piece: Piece;
  depth: Depth;
  /** From here on, epoch ms: what is made anew begins where it was wanted. */
  from: number;
  /** Whole: nothing of it is to come any more. */
  whole: boolean;
}

export interface Plan {
  /** To be fetched next; null: everything wanted is there. */
  load: Piece | null;
  /** Keys of pieces to be removed. */
  drop: string[];
}

const AHEAD_MS = 20_000;
/** For a step or a jump back. */
const BEHIND_MS = 12_000;
/** A buffer keeps no more than that, whatever the bit rate: browsers give a video 150 MB. */
const MAX_BYTES = 64 * 2 ** 20;

/** Four times is what a decoder follows for a few pictures; sixteen camera-seconds a second is what a machine does. */
export function depthFor(rate: number, cameras: number): Depth {
  const speed = Math.abs(rate);
  return speed > 4 || (speed > 1 && speed * cameras > 16) ? 'keys' : 'all';
}

/**
 * What a buffer should load and let go of, played from `at` at `rate`. The piece under `at` first, then on in the direction
 * that time runs; what lies behind is kept for a step back and then let go of.
 */
export function planBuffer(
  pieces: readonly Piece[],
  held: ReadonlyMap<string, Held>,
  { at, rate, depth }: { at: number; rate: number; depth: Depth },
): Plan {
  const speed = Math.max(1, Math.abs(rate));
  const forward = rate >= 0;
  const [ahead, behind] = [AHEAD_MS * speed, BEHIND_MS];
  const from = at - (forward ? behind : ahead);
  const until = at + (forward ? ahead : behind);

  const wanted: Piece[] = [];
  let bytes = 0;
  const under = indexAt(pieces, at);
  const order = forward ? pieces.slice(Math.max(0, under)) : pieces.slice(0, under + 1).reverse();
  for (const piece of order) {
    if (piece.until <= from || piece.from >= until) {
      if (piece === order[0]) continue;
      break;
    }
    bytes += depth === 'keys' ? piece.bytes / 4 : piece.bytes;
    if (wanted.length > 0 && bytes > MAX_BYTES) break;
    wanted.push(piece);
  }

  const missing = (piece: Piece) => {
    const have = held.get(piece.key);
    const isBehind = have && piece.from <= at && at < have.from;
    return !have || !have.whole || isBehind || (depth === 'all' && have.depth === 'keys');
  };
  const load = wanted.find(missing) ?? null;
  const keep = new Set(wanted.map(({ key }) => key));
  const drop = [...held.values()]
    .filter(({ piece }) => !keep.has(piece.key) && (piece.until <= from || piece.from >= until || bytes > MAX_BYTES))
    .map(({ piece }) => piece.key);
  return { load, drop };
}
