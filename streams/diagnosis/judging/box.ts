import { HEIGHT, WIDTH } from '../picture.ts';

/** The small picture that edges, details and changes are sought in. */
export const SMALL_WIDTH = WIDTH / 4;
export const SMALL_HEIGHT = HEIGHT / 4;

/** Room for a small picture. What is only needed on the way to a result lies in room that is used again at the next look. */
export const smallRoom = () => new Float32Array(SMALL_WIDTH * SMALL_HEIGHT);

const across = smallRoom();

/** Mean over a square of 2 r + 1 pixels a side, written to `out`; a row first, then a column. */
export function boxed(values: Float32Array, r: number, out = smallRoom()): Float32Array {
  for (let y = 0; y < SMALL_HEIGHT; y += 1) {
    slide(values, across, y * SMALL_WIDTH, 1, SMALL_WIDTH, r);
  }
  for (let x = 0; x < SMALL_WIDTH; x += 1) slide(across, out, x, SMALL_WIDTH, SMALL_HEIGHT, r);
  return out;
}

function slide(from: Float32Array, to: Float32Array, start: number, step: number, length: number, r: number): void {
  let sum = 0;
  let count = 0;
  for (let at = 0; at < Math.min(r, length); at += 1, count += 1) sum += from[start + at * step]!;
  for (let at = 0; at < length; at += 1) {
    if (at + r < length) {
      sum += from[start + (at + r) * step]!;
      count += 1;
    }
    if (at - r > 0) {
      sum -= from[start + (at - r - 1) * step]!;
      count -= 1;
    }
    to[start + at * step] = sum / count;
  }
}
