import type { Mesh } from '../render/mesh.ts';
import { look, type Sight } from '../render/raster.ts';
import { exposed } from '../render/tone.ts';
import { View } from '../render/view.ts';

/** Somebody as a picture with coverage, four planes of the same size. Rows know where something is. */
export interface Sprite {
  width: number;
  height: number;
  /** Where the feet stand, or the middle of the seat's foot point, pixels from the top left. */
  anchorX: number;
  anchorY: number;
  y: Uint8Array;
  u: Uint8Array;
  v: Uint8Array;
  coverage: Uint8Array;
  /** First and one past the last covered column of each row. */
  spans: Int16Array;
}

export interface SpriteView {
  /** Radians: 0 faces the camera, growing turns to its right. */
  yaw: number;
  /** How far the camera looks down, radians. */
  pitch: number;
  distance: number;
  /** Pixels for one metre at one metre. */
  focal: number;
}

const FINE = 2;
/** Space that any body in any pose fits into, metres: to each side, above and below the floor point. */
const HALF_WIDTH = 0.72;
const TOP = 1.95;
const BOTTOM = 0.45;
/** Light on people, fitted to what the rooms' lamps give: from above, from the front, from below. */
const ABOVE = [0.5, 0.51, 0.52] as const;
const FRONT = [0.15, 0.15, 0.148] as const;
const BELOW = [0.2, 0.19, 0.175] as const;
const SATURATION = 0.8;

/** Takes the picture of a body. */
export function takeSprite(body: Mesh, { yaw, pitch, distance, focal }: SpriteView): Sprite {
  const turned = turnMesh(body, yaw);
  const unit = (focal * FINE) / distance;
  const width = Math.ceil(HALF_WIDTH * 2 * unit);
  const height = Math.ceil((TOP + BOTTOM) * unit);
  const middle = (TOP - BOTTOM) / 2;
  const view = new View(
    {
      eye: [0, middle + Math.sin(pitch) * distance, Math.cos(pitch) * distance],
      target: [0, middle, 0],
      fieldOfView: (2 * Math.atan(width / 2 / (focal * FINE)) * 180) / Math.PI,
    },
    width,
    height,
  );
  const sight = look(turned, view);
  const shaded = shade(turned, sight, unit);
  return reduce(shaded, sight, view.project([0, 0, 0]));
}

function turnMesh(mesh: Mesh, yaw: number): Mesh {
  const [cos, sin] = [Math.cos(yaw), Math.sin(yaw)];
  const turn = (from: Float32Array) => {
    const to = new Float32Array(from.length);
    for (let at = 0; at < from.length; at += 3) {
      to[at] = from[at]! * cos + from[at + 2]! * sin;
      to[at + 1] = from[at + 1]!;
      to[at + 2] = from[at + 2]! * cos - from[at]! * sin;
    }
    return to;
  };
  return { ...mesh, corners: turn(mesh.corners), normals: turn(mesh.normals) };
}

/** Tone values of every sample, three numbers each. */
function shade(mesh: Mesh, sight: Sight, unit: number): Float32Array {
  const { width, height, triangle: nearest, inverseDepth, projected } = sight;
  const tones = new Float32Array(width * height * 3);
  const colour = new Float64Array(3);
  for (let at = 0; at < nearest.length; at++) {
    const triangle = nearest[at]!;
    if (triangle < 0) continue;
    const t = triangle * 9;
    const weights = barycentric(projected, t, (at % width) + 0.5, Math.floor(at / width) + 0.5);
    const mixed = (from: Float32Array, axis: number) =>
      from[t + axis]! * weights[0] + from[t + 3 + axis]! * weights[1] + from[t + 6 + axis]! * weights[2];
    const surface = mesh.surfaces[mesh.surfaceOf[triangle]!]!;
    colour[0] = surface.colour[0];
    colour[1] = surface.colour[1];
    colour[2] = surface.colour[2];
    surface.pattern?.(colour, mixed(mesh.corners, 0), mixed(mesh.corners, 1), mixed(mesh.corners, 2));
    const [nx, ny, nz] = [mixed(mesh.normals, 0), mixed(mesh.normals, 1), mixed(mesh.normals, 2)];
    const size = Math.sqrt(nx * nx + ny * ny + nz * nz) || 1;
    const upward = ny / size;
    const forward = Math.abs(nz) / size;
    const open = openness(sight, at, inverseDepth[at]!, unit);
    const above = Math.max(0, (upward + 0.55) / 1.55) ** 1.3;
    const below = Math.max(0, 0.5 - upward * 0.5);
    for (let channel = 0; channel < 3; channel++) {
      const light = ABOVE[channel]! * above + FRONT[channel]! * forward + BELOW[channel]! * below;
      tones[at * 3 + channel] = exposed(colour[channel]! * light * open);
    }
  }
  return tones;
}

/** Weights of the corners at a point of the picture, right in space as well. */
function barycentric(projected: Float32Array, t: number, x: number, y: number): [number, number, number] {
  const [ax, ay, az] = [projected[t]!, projected[t + 1]!, projected[t + 2]!];
  const [bx, by, bz] = [projected[t + 3]!, projected[t + 4]!, projected[t + 5]!];
  const [cx, cy, cz] = [projected[t + 6]!, projected[t + 7]!, projected[t + 8]!];
  const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
  const b = (((x - ax) * (cy - ay) - (cx - ax) * (y - ay)) / area) * bz;
  const c = (((bx - ax) * (y - ay) - (x - ax) * (by - ay)) / area) * cz;
  const a = (1 - b / bz - c / cz) * az;
  const sum = a + b + c;
  return [a / sum, b / sum, c / sum];
}

const DIRECTIONS = [[1, 0.2], [-1, -0.2], [0.2, -1], [-0.2, 1], [0.7, 0.7], [-0.7, -0.7], [0.7, -0.8], [-0.7, -0.8]] as const;

/** How much of the surroundings a point sees: less under the chin, between arm and body, between the legs. */
function openness(sight: Sight, at: number, inverse: number, unit: number): number {
  const { width, height, inverseDepth } = sight;
  const depth = 1 / inverse;
  const [x, y] = [at % width, Math.floor(at / width)];
  let hidden = 0;
  for (const [index, [dx, dy]] of DIRECTIONS.entries()) {
    const reach = unit * (index % 2 === 0 ? 0.05 : 0.1);
    const column = Math.round(x + dx * reach);
    const row = Math.round(y + dy * reach);
    if (column < 0 || row < 0 || column >= width || row >= height) continue;
    const other = inverseDepth[row * width + column]!;
    if (other === 0) continue;
    const nearer = depth - 1 / other;
    if (nearer > 0.015) hidden += Math.min(1, nearer / 0.06) * (nearer < 0.35 ? 1 : 0.3);
  }
  return 1 - 0.085 * hidden;
}

/** Averages the samples into pixels, cut to what is covered. */
function reduce(tones: Float32Array, sight: Sight, foot: { x: number; y: number }): Sprite {
  const width = Math.floor(sight.width / FINE);
  const height = Math.floor(sight.height / FINE);
  const full = { y: new Uint8Array(width * height), u: new Uint8Array(width * height), v: new Uint8Array(width * height), coverage: new Uint8Array(width * height) };
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      let [count, r, g, b] = [0, 0, 0, 0];
      for (let sample = 0; sample < FINE * FINE; sample++) {
        const at = (row * FINE + Math.floor(sample / FINE)) * sight.width + column * FINE + (sample % FINE);
        if (sight.triangle[at]! < 0) continue;
        count++;
        r += tones[at * 3]!;
        g += tones[at * 3 + 1]!;
        b += tones[at * 3 + 2]!;
      }
      if (count === 0) continue;
      const pixel = row * width + column;
      const luma = (0.2126 * r + 0.7152 * g + 0.0722 * b) / count;
      full.y[pixel] = Math.round(16 + 219 * luma);
      full.u[pixel] = Math.round(128 + (224 * SATURATION * (b / count - luma)) / 1.8556);
      full.v[pixel] = Math.round(128 + (224 * SATURATION * (r / count - luma)) / 1.5748);
      full.coverage[pixel] = Math.round((255 * count) / FINE ** 2);
      left = Math.min(left, column);
      right = Math.max(right, column);
      top = Math.min(top, row);
      bottom = Math.max(bottom, row);
    }
  }
  const size = { width: Math.max(1, right - left + 1), height: Math.max(1, bottom - top + 1) };
  const cut = (plane: Uint8Array) => {
    const out = new Uint8Array(size.width * size.height);
    for (let row = 0; row < size.height; row++) {
      const from = (top + row) * width + left;
      out.set(plane.subarray(from, from + size.width), row * size.width);
    }
    return out;
  };
  const coverage = cut(full.coverage);
  return {
    ...size,
    anchorX: foot.x / FINE - left,
    anchorY: foot.y / FINE - top,
    y: cut(full.y),
    u: cut(full.u),
    v: cut(full.v),
    coverage,
    spans: spansOf(coverage, size.width, size.height),
  };
}

/** First and one past the last covered column of each row. */
export function spansOf(coverage: Uint8Array, width: number, height: number): Int16Array {
  const spans = new Int16Array(height * 2);
  for (let row = 0; row < height; row++) {
    const line = coverage.subarray(row * width, (row + 1) * width);
    const first = line.findIndex((value) => value > 0);
    spans[row * 2] = Math.max(0, first);
    spans[row * 2 + 1] = first < 0 ? 0 : line.findLastIndex((value) => value > 0) + 1;
  }
  return spans;
}
