import type { Rgb } from '../render/colour.ts';
import type { Pattern } from '../render/mesh.ts';
import type { TextMask } from './lettering.ts';

/** Big polished tiles with thin joints, each a little different. */
export function tiles(size: number): Pattern {
  return (out, x, _, z) => {
    const [u, v] = [x / size, z / size];
    const [column, row] = [Math.floor(u), Math.floor(v)];
    const [fu, fv] = [u - column, v - row];
    const joint = 0.006 / size;
    let tone = 0.97 + 0.05 * hash(column, row);
    // Veins and clouds of the stone.
    tone += 0.022 * (waves(x * 1.9 + column * 5.1, z * 1.7 + row * 3.3) + 0.5 * waves(x * 6.1 - row, z * 5.3 + column));
    if (Math.min(fu, 1 - fu, fv, 1 - fv) < joint) tone *= 0.72;
    scaleColour(out, tone);
  };
}

/** Veneer: long grain along y or x, with a seam at every `panel` metres. */
export function wood(along: 'x' | 'y', panel: number): Pattern {
  return (out, x, y, z) => {
    const across = along === 'y' ? x + z * 0.7 : y + z * 0.7;
    const run = along === 'y' ? y : x;
    const board = Math.floor(across / panel);
    const grain = waves(across * 60 + waves(run * 2.1 + board * 9, across * 3) * 1.6, run * 1.3 + board * 4);
    let tone = 1 + 0.07 * grain + 0.06 * (hash(board, 7) - 0.5);
    const seam = across / panel - board;
    if (Math.min(seam, 1 - seam) * panel < 0.004) tone *= 0.6;
    scaleColour(out, tone);
  };
}

/** A seam at every `width` metres along x, and at every `height` metres along y. */
export function panels(width: number, height: number): Pattern {
  return (out, x, y) => {
    const [u, v] = [x / width - Math.floor(x / width), y / height - Math.floor(y / height)];
    if (Math.min(u, 1 - u) * width < 0.005 || Math.min(v, 1 - v) * height < 0.005) scaleColour(out, 0.7);
  };
}

/** A grid of ceiling tiles. */
export function ceilingTiles(size: number): Pattern {
  return (out, x, _, z) => {
    const [u, v] = [x / size - Math.floor(x / size), z / size - Math.floor(z / size)];
    if (Math.min(u, 1 - u, v, 1 - v) * size < 0.012) scaleColour(out, 0.78);
  };
}

/** Letters on an upright face that looks along z: `middle` is the middle of the text, `height` that of its letters. */
export function lettered(mask: TextMask, middle: readonly [x: number, y: number], height: number, ink: Rgb): Pattern {
  const width = (mask.width / mask.height) * height;
  return (out, x, y) => {
    const u = ((x - middle[0]) / width + 0.5) * mask.width - 0.5;
    const v = (0.5 - (y - middle[1]) / height) * mask.height - 0.5;
    if (u < -1 || v < -1 || u > mask.width || v > mask.height) return;
    const share = sample(mask, u, v);
    for (let channel = 0; channel < 3; channel++) out[channel] = out[channel]! * (1 - share) + ink[channel]! * share;
  };
}

/** A band of another colour between two heights. */
export function band(from: number, to: number, ink: Rgb): Pattern {
  return (out, _, y) => {
    if (y < from || y > to) return;
    out[0] = ink[0];
    out[1] = ink[1];
    out[2] = ink[2];
  };
}

/** One pattern over another. */
export function layers(...patterns: Pattern[]): Pattern {
  return (out, x, y, z) => {
    for (const pattern of patterns) pattern(out, x, y, z);
  };
}

/** A notice: a coloured head and rows of print. */
export function notice(left: number, bottom: number, width: number, height: number, head: Rgb): Pattern {
  return (out, x, y) => {
    const [u, v] = [(x - left) / width, (y - bottom) / height];
    if (v > 0.86) {
      for (let channel = 0; channel < 3; channel++) out[channel] = head[channel]!;
      if (v > 0.9 && v < 0.96 && u > 0.25 && u < 0.75 && waves(u * 60, 3) > -0.4) scaleColour(out, 3.2);
      return;
    }
    const line = Math.floor(v * 24);
    const end = 0.55 + 0.4 * hash(line, 11);
    const isPrint = line % 2 === 0 && u > 0.08 && u < end && v < 0.82 && v > 0.06;
    if (isPrint && waves(u * 90 + line * 3, line) > -0.5) scaleColour(out, 0.45);
  };
}

function sample(mask: TextMask, u: number, v: number): number {
  const [x, y] = [Math.floor(u), Math.floor(v)];
  const [fu, fv] = [u - x, v - y];
  const at = (column: number, row: number) =>
    column < 0 || row < 0 || column >= mask.width || row >= mask.height ? 0 : mask.coverage[row * mask.width + column]!;
  const upper = at(x, y) * (1 - fu) + at(x + 1, y) * fu;
  const lower = at(x, y + 1) * (1 - fu) + at(x + 1, y + 1) * fu;
  return (upper * (1 - fv) + lower * fv) / 255;
}

function scaleColour(out: Float64Array, by: number): void {
  out[0] = out[0]! * by;
  out[1] = out[1]! * by;
  out[2] = out[2]! * by;
}

const waves = (a: number, b: number): number =>
  Math.sin(a + 1.3 * Math.sin(b * 0.9)) * Math.cos(b + 0.7 * Math.sin(a * 1.1));

/** 0..1, scattered. */
function hash(a: number, b: number): number {
  const value = Math.sin(a * 127.1 + b * 311.7) * 43_758.5453;
  return value - Math.floor(value);
}
