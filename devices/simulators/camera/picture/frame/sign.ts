import { spansOf } from '../people/sprite.ts';
import type { View } from '../render/view.ts';
import { stamp, type Stamp } from './stamp.ts';

/** A display of light-emitting dots on an upright face that looks along z. */
export interface DisplayPlace {
  left: number;
  right: number;
  bottom: number;
  top: number;
  z: number;
}

/** Red as such displays appear on a sensor: nearly white in the middle of a dot. */
const GLOW = { y: 128, u: 104, v: 196 };

/** Lit dots, row by row, in the middle of a display; null for a dark one. */
export function displayStamp(view: View, place: DisplayPlace, rows: readonly (readonly boolean[])[]): Stamp | null {
  const columns = rows[0]?.length ?? 0;
  if (columns === 0) return null;
  const pitch = Math.min((place.top - place.bottom) / (rows.length + 2), (place.right - place.left) / (columns + 2));
  const left = (place.left + place.right - (columns - 1) * pitch) / 2;
  const top = (place.top + place.bottom + (rows.length - 1) * pitch) / 2;
  const corner = view.project([place.left, place.top, place.z]);
  const opposite = view.project([place.right, place.bottom, place.z]);
  const higher = view.project([place.right, place.top, place.z]);
  const lower = view.project([place.left, place.bottom, place.z]);
  const x0 = Math.floor(Math.min(corner.x, lower.x));
  const y0 = Math.floor(Math.min(corner.y, higher.y));
  const width = Math.ceil(Math.max(opposite.x, higher.x)) - x0;
  const height = Math.ceil(Math.max(opposite.y, lower.y)) - y0;
  const light = new Float32Array(width * height);
  const radius = Math.max(0.55, ((view.focal * pitch) / corner.depth) * 0.52);
  rows.forEach((row, down) =>
    row.forEach((isLit, across) => {
      if (!isLit) return;
      const { x, y } = view.project([left + across * pitch, top - down * pitch, place.z]);
      splat(light, width, height, x - x0, y - y0, radius);
    }),
  );
  const level = (base: number, more: number) => Uint8Array.from(light, (value) => Math.min(235, base + Math.max(0, value - 0.7) * more));
  const coverage = Uint8Array.from(light, (value) => Math.min(255, value * 255));
  const sprite = { width, height, anchorX: 0, anchorY: 0, y: level(GLOW.y, 60), u: level(GLOW.u, 0), v: level(GLOW.v, 0), coverage, spans: spansOf(coverage, width, height) };
  // Just before the face, which would otherwise hide it.
  const depth = Math.min(corner.depth, opposite.depth) * 1000 - 80;
  return stamp({ kind: 'body', sprite, x: x0, y: y0, scaleX: 1, scaleY: 1, lean: 0, depth, isBehindGlass: false, opacity: 1 });
}

/** Adds a soft round dot. */
function splat(light: Float32Array, width: number, height: number, x: number, y: number, radius: number): void {
  const reach = Math.ceil(radius * 1.8);
  for (let row = Math.max(0, Math.floor(y) - reach); row <= Math.min(height - 1, Math.floor(y) + reach); row++) {
    for (let column = Math.max(0, Math.floor(x) - reach); column <= Math.min(width - 1, Math.floor(x) + reach); column++) {
      const square = ((column + 0.5 - x) ** 2 + (row + 0.5 - y) ** 2) / radius ** 2;
      light[row * width + column] = light[row * width + column]! + Math.exp(-square * 1.1);
    }
  }
}
