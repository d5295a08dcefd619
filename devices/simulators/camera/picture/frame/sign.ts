import { spansOf } from '../people/sprite.ts';
import type { View } from '../render/view.ts';
import type { TextMask } from '../scenery/lettering.ts';
import type { Face } from '../scenery/set.ts';
import { stamp, type Stamp } from './stamp.ts';

/** Red as such displays appear on a sensor: nearly white in the middle of a dot. */
const GLOW = { y: 128, u: 104, v: 196 };
const WHITE = { y: 228, u: 129, v: 127 };

/** Share of a sign's height that its letters take. */
const LETTER_SHARE = 0.7;
/** Samples along each side of a pixel. */
const FINE = 3;

/** Lit dots, row by row, in the middle of a display; null for a dark one. */
export function displayStamp(view: View, face: Face, rows: readonly (readonly boolean[])[]): Stamp | null {
  const columns = rows[0]?.length ?? 0;
  if (columns === 0) return null;
  const pitch = Math.min((face.top - face.bottom) / (rows.length + 2), (face.right - face.left) / (columns + 2));
  const left = (face.left + face.right - (columns - 1) * pitch) / 2;
  const top = (face.top + face.bottom + (rows.length - 1) * pitch) / 2;
  const { x: x0, y: y0, width, height, depth } = boundsOf(view, face);
  const light = new Float32Array(width * height);
  const radius = Math.max(0.55, ((view.focal * pitch) / depth) * 0.52);
  rows.forEach((row, down) =>
    row.forEach((isLit, across) => {
      if (!isLit) return;
      const { x, y } = view.project([left + across * pitch, top - down * pitch, face.z]);
      splat(light, width, height, x - x0, y - y0, radius);
    }),
  );
  const luma = Uint8Array.from(light, (value) => Math.min(235, GLOW.y + Math.max(0, value - 0.7) * 60));
  const coverage = Uint8Array.from(light, (value) => Math.min(255, value * 255));
  return flatStamp(x0, y0, width, height, depth, luma, coverage, GLOW);
}

/** White letters in the middle of a sign. */
export function signStamp(view: View, face: Face, { width: columns, height: rows, coverage: ink }: TextMask): Stamp {
  const { x: x0, y: y0, width, height, depth } = boundsOf(view, face);
  const letterHeight = (face.top - face.bottom) * LETTER_SHARE;
  const letterWidth = (letterHeight * columns) / rows;
  const [left, top] = [(face.left + face.right - letterWidth) / 2, (face.top + face.bottom + letterHeight) / 2];
  const { eye, forward, right, up, focal, centreX, centreY } = view;
  const coverage = new Uint8Array(width * height);
  for (let at = 0; at < coverage.length; at++) {
    let sum = 0;
    for (let sample = 0; sample < FINE * FINE; sample++) {
      const across = (x0 + (at % width) + ((sample % FINE) + 0.5) / FINE - centreX) / focal;
      const upward = (centreY - y0 - Math.floor(at / width) - (Math.floor(sample / FINE) + 0.5) / FINE) / focal;
      const ray = (axis: 0 | 1 | 2) => forward[axis] + right[axis] * across + up[axis] * upward;
      const reach = (face.z - eye[2]) / ray(2);
      const column = Math.floor(((eye[0] + ray(0) * reach - left) / letterWidth) * columns);
      const row = Math.floor(((top - eye[1] - ray(1) * reach) / letterHeight) * rows);
      if (column >= 0 && row >= 0 && column < columns && row < rows) sum += ink[row * columns + column]!;
    }
    coverage[at] = sum / FINE ** 2;
  }
  return flatStamp(x0, y0, width, height, depth, new Uint8Array(width * height).fill(WHITE.y), coverage, WHITE);
}

/** The pixels that a face needs, and its distance. */
function boundsOf(view: View, { left, right, bottom, top, z }: Face) {
  const corners = [left, right].flatMap((x) => [bottom, top].map((y) => view.project([x, y, z])));
  const x = Math.floor(Math.min(...corners.map((corner) => corner.x)));
  const y = Math.floor(Math.min(...corners.map((corner) => corner.y)));
  return {
    x,
    y,
    width: Math.max(1, Math.ceil(Math.max(...corners.map((corner) => corner.x))) - x),
    height: Math.max(1, Math.ceil(Math.max(...corners.map((corner) => corner.y))) - y),
    depth: Math.min(...corners.map((corner) => corner.depth)),
  };
}

function flatStamp(
  x: number,
  y: number,
  width: number,
  height: number,
  depth: number,
  luma: Uint8Array,
  coverage: Uint8Array,
  colour: { u: number; v: number },
): Stamp {
  const chroma = ((width + 1) >> 1) * ((height + 1) >> 1);
  const sprite = {
    ...{ width, height, anchorX: 0, anchorY: 0, y: luma, coverage },
    u: new Uint8Array(chroma).fill(colour.u),
    v: new Uint8Array(chroma).fill(colour.v),
    spans: spansOf(coverage, width, height),
  };
  // Just before the face, which would otherwise hide it.
  const millimetres = depth * 1000 - 80;
  return stamp({
    kind: 'body',
    sprite,
    x,
    y,
    scaleX: 1,
    scaleY: 1,
    lean: 0,
    depth: millimetres,
    isBehindGlass: false,
    opacity: 1,
  });
}

/** Adds a soft round dot. */
function splat(light: Float32Array, width: number, height: number, x: number, y: number, radius: number): void {
  const reach = Math.ceil(radius * 1.8);
  for (let row = Math.max(0, Math.floor(y) - reach); row <= Math.min(height - 1, Math.floor(y) + reach); row++) {
    for (
      let column = Math.max(0, Math.floor(x) - reach);
      column <= Math.min(width - 1, Math.floor(x) + reach);
      column++
    ) {
      const square = ((column + 0.5 - x) ** 2 + (row + 0.5 - y) ** 2) / radius ** 2;
      light[row * width + column] = light[row * width + column]! + Math.exp(-square * 1.1);
    }
  }
}
