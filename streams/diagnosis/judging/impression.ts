import { boxed, SMALL_HEIGHT, SMALL_WIDTH, smallRoom } from './box.ts';
import { HEIGHT, LUMA_BYTES, WIDTH, type Picture } from '../picture.ts';

/** The picture is judged in cells of this many pixels a side. */
const CELL = 16;
export const CELLS_ACROSS = WIDTH / CELL;
export const CELLS_DOWN = Math.floor(HEIGHT / CELL);
export const CELLS = CELLS_ACROSS * CELLS_DOWN;
/** Level from which a studio-range picture counts as blown out. */
const BLOWN = 226;

/** What is kept of a picture: everything that the judges ask for. */
export interface Impression {
  /** By cell: brightness, slope (first derivative), bend (second derivative), and the colour difference signals. */
  readonly luma: Float32Array;
  readonly slope: Float32Array;
  readonly bend: Float32Array;
  readonly u: Float32Array;
  readonly v: Float32Array;
  /** Means of 4 x 4 pixels. */
  readonly small: Float32Array;
  /** The colour difference signals of the same 4 x 4 pixels, in whole levels. */
  readonly smallU: Uint8Array;
  readonly smallV: Uint8Array;
  /** What of `small` is no slow change of light: without the mean of its surroundings. */
  readonly detail: Float32Array;
  /** Single pixels, one of each 4 x 4: noise lives in them. */
  readonly dots: Uint8Array;
  readonly mean: number;
  /** 95 % of the pixels are darker. */
  readonly high: number;
  /** 5 % of the pixels are darker. */
  readonly low: number;
  /** Share of pixels that are blown out. */
  readonly blown: number;
  /** Standard deviation of the noise, estimated within the picture (Immerkær 1996), at the quietest quarter of the cells. */
  readonly noise: number;
}

export function impressionOf(picture: Picture): Impression {
  const luma = new Float32Array(CELLS);
  const slope = new Float32Array(CELLS);
  const bend = new Float32Array(CELLS);
  const u = new Float32Array(CELLS);
  const v = new Float32Array(CELLS);
  const rough = new Float32Array(CELLS);
  for (let cell = 0; cell < CELLS; cell += 1) {
    const left = (cell % CELLS_ACROSS) * CELL;
    const top = Math.floor(cell / CELLS_ACROSS) * CELL;
    measureLuma(picture, left, top, cell, { luma, slope, bend, rough });
    u[cell] = chroma(picture, LUMA_BYTES, left, top);
    v[cell] = chroma(picture, (LUMA_BYTES * 5) / 4, left, top);
  }
  const smallU = smallChroma(picture, LUMA_BYTES);
  const smallV = smallChroma(picture, (LUMA_BYTES * 5) / 4);
  return { luma, slope, bend, u, v, smallU, smallV, noise: quartile(rough), ...shrunk(picture), ...levels(picture) };
}

function measureLuma(
  picture: Picture,
  left: number,
  top: number,
  cell: number,
  out: Record<'luma' | 'slope' | 'bend' | 'rough', Float32Array>,
): void {
  let sum = 0;
  let slope = 0;
  let bend = 0;
  let rough = 0;
  // One pixel at the rim of the picture is left out; every second row is enough.
  const [fromX, toX] = [Math.max(1, left), Math.min(WIDTH - 1, left + CELL)];
  const fromY = Math.max(1, top);
  let count = 0;
  for (let y = fromY; y < top + CELL; y += 2) {
    for (let at = y * WIDTH + fromX, end = y * WIDTH + toX; at < end; at += 1) {
      const here = picture[at]!;
      const west = picture[at - 1]!;
      const east = picture[at + 1]!;
      const north = picture[at - WIDTH]!;
      const south = picture[at + WIDTH]!;
      const corners =
        picture[at - WIDTH - 1]! + picture[at - WIDTH + 1]! + picture[at + WIDTH - 1]! + picture[at + WIDTH + 1]!;
      const sides = west + east + north + south;
      sum += here;
      slope += Math.abs(east - west) + Math.abs(south - north);
      bend += Math.abs(4 * here - sides);
      rough += Math.abs(4 * here - 2 * sides + corners);
      count += 1;
    }
  }
  out.luma[cell] = sum / count;
  out.slope[cell] = slope / count / 2;
  out.bend[cell] = bend / count;
  out.rough[cell] = (Math.sqrt(Math.PI / 2) / 6) * (rough / count);
}

function chroma(picture: Picture, plane: number, left: number, top: number): number {
  let sum = 0;
  for (let y = top / 2; y < (top + CELL) / 2; y += 2) {
    const row = plane + y * (WIDTH / 2) + left / 2;
    for (let x = 0; x < CELL / 2; x += 2) sum += picture[row + x]!;
  }
  return sum / ((CELL / 4) * (CELL / 4));
}

function smallChroma(picture: Picture, plane: number): Uint8Array {
  const small = new Uint8Array(SMALL_WIDTH * SMALL_HEIGHT);
  for (let y = 0; y < SMALL_HEIGHT; y += 1) {
    const row = plane + y * WIDTH;
    for (let x = 0; x < SMALL_WIDTH; x += 1) {
      const at = row + x * 2;
      const below = at + WIDTH / 2;
      small[y * SMALL_WIDTH + x] = (picture[at]! + picture[at + 1]! + picture[below]! + picture[below + 1]! + 2) >> 2;
    }
  }
  return small;
}

const around = smallRoom();

function shrunk(picture: Picture): Pick<Impression, 'small' | 'detail' | 'dots'> {
  const small = smallRoom();
  const dots = new Uint8Array(SMALL_WIDTH * SMALL_HEIGHT);
  for (let y = 0; y < SMALL_HEIGHT; y += 1) {
    for (let x = 0; x < SMALL_WIDTH; x += 1) {
      const at = y * 4 * WIDTH + x * 4;
      let sum = 0;
      for (let row = at; row < at + 4 * WIDTH; row += WIDTH) {
        sum += picture[row]! + picture[row + 1]! + picture[row + 2]! + picture[row + 3]!;
      }
      small[y * SMALL_WIDTH + x] = sum / 16;
      dots[y * SMALL_WIDTH + x] = picture[at + WIDTH + 1]!;
    }
  }
  boxed(small, 4, around);
  return { small, detail: small.map((level, at) => level - around[at]!), dots };
}

function levels(picture: Picture): Pick<Impression, 'mean' | 'high' | 'low' | 'blown'> {
  const histogram = new Uint32Array(256);
  let count = 0;
  let sum = 0;
  for (let at = 0; at < LUMA_BYTES; at += 3) {
    const level = picture[at]!;
    histogram[level]! += 1;
    sum += level;
    count += 1;
  }
  const below = (share: number) => {
    let passed = 0;
    let level = 0;
    while (level < 255 && (passed += histogram[level]!) < share * count) level += 1;
    return level;
  };
  const blown = histogram.subarray(BLOWN).reduce((all, each) => all + each, 0) / count;
  return { mean: sum / count, low: below(0.05), high: below(0.95), blown };
}

function quartile(values: Float32Array): number {
  return Float32Array.from(values).sort()[Math.floor(values.length / 4)]!;
}
