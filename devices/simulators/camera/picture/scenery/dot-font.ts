import type { TextMask } from './lettering.ts';

/** The 5x7 dot matrix of light-emitting displays: five columns a character, the lowest bit on top. */
const columns: Record<string, string> = {
  '0': '3E5149453E',
  '1': '00427F4000',
  '2': '4261514946',
  '3': '2141454B31',
  '4': '1814127F10',
  '5': '2745454539',
  '6': '3C4A494930',
  '7': '0171090503',
  '8': '3649494936',
  '9': '064949291E',
  A: '7E1111117E',
  B: '7F49494936',
  C: '3E41414122',
  D: '7F4141221C',
  E: '7F49494941',
  F: '7F09090901',
  G: '3E41495A3A',
  H: '7F0808087F',
  I: '00417F4100',
  J: '2040413F01',
  K: '7F08142241',
  L: '7F40404040',
  M: '7F020C027F',
  N: '7F0408107F',
  O: '3E4141413E',
  P: '7F09090906',
  Q: '3E4151215E',
  R: '7F09192946',
  S: '4649494931',
  T: '01017F0101',
  U: '3F4040403F',
  V: '1F2040201F',
  W: '3F4038403F',
  X: '6314081463',
  Y: '0708700807',
  Z: '6151494543',
  '-': '0808080808',
  ':': '0036360000',
  '.': '0060600000',
  '/': '2010080402',
  ' ': '0000000000',
  _: '4040404040',
};

const ROWS = 7;
const ADVANCE = 6;

/** Dots of a text as rows of booleans; small letters as capitals, unknown characters left out. */
export function dots(text: string): boolean[][] {
  const known = [...text.toUpperCase()].flatMap((character) => columns[character] ?? []);
  return Array.from({ length: ROWS }, (_, row) =>
    known.flatMap((hex) => [
      ...Array.from(
        { length: 5 },
        (_, column) => ((Number.parseInt(hex.slice(column * 2, column * 2 + 2), 16) >> row) & 1) === 1,
      ),
      false,
    ]),
  );
}

/** A text in square dots of `dot` pixels. */
export function dotText(text: string, dot: number): TextMask {
  const rows = dots(text);
  const width = Math.max(1, (rows[0]!.length - 1) * dot);
  const coverage = new Uint8Array(width * ROWS * dot);
  for (let y = 0; y < ROWS * dot; y++) {
    for (let x = 0; x < width; x++) {
      if (rows[Math.floor(y / dot)]![Math.floor(x / dot)]) coverage[y * width + x] = 255;
    }
  }
  return { width, height: ROWS * dot, coverage };
}

export const DOT_ADVANCE = ADVANCE;
