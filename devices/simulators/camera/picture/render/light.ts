import type { Rgb } from './colour.ts';
import type { Mesh } from './mesh.ts';
import { Obstacles, type Block } from './obstacles.ts';
import { look } from './raster.ts';
import type { Vec3 } from './vec.ts';
import type { View } from './view.ts';

/** A flat lamp in the ceiling that shines down. */
export interface Lamp {
  centre: Vec3;
  halfWidth: number;
  halfDepth: number;
  /** Radiance. */
  power: number;
}

/** Everything that lights a room. */
export interface Lights {
  lamps: readonly Lamp[];
  lampColour: Rgb;
  /** What comes from ceiling and walls, and what comes back from the floor. */
  fromAbove: Rgb;
  fromBelow: Rgb;
  blocks: readonly Block[];
}

/** How much light falls on what a view sees, on a coarse grid, with position and normal of each cell as guides. */
export interface LightMap {
  width: number;
  height: number;
  /** Three numbers a cell. */
  light: Float32Array;
  normal: Float32Array;
  position: Float32Array;
}

/** Rays into the open from each cell; with the pattern of neighbours this makes 128 after smoothing. */
const RAYS = 8;
/** Side of the pattern in which neighbouring cells shoot different rays, and of the smoothing that evens it out. */
const PATTERN = 4;
/** Beyond this a block does not darken the ambient light, metres. */
const AMBIENT_REACH = 2.2;
/** Share of the light that a blocked direction still gives, having come by other ways. */
const INDIRECT = 0.18;
const LIFT = 0.004;

/** Lights what `view` sees: lamps with soft shadows, and ambient light where nothing is in its way. */
export function illuminate(mesh: Mesh, view: View, lights: Lights): LightMap {
  const { width, height } = view;
  const sight = look(mesh, view);
  const obstacles = new Obstacles(lights.blocks);
  const map: LightMap = {
    width,
    height,
    light: new Float32Array(width * height * 3),
    normal: new Float32Array(width * height * 3),
    position: new Float32Array(width * height * 3),
  };
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const cell = row * width + column;
      const triangle = sight.triangle[cell]!;
      if (triangle < 0) continue;
      const at = cell * 3;
      place(view, column + 0.5, row + 0.5, 1 / sight.inverseDepth[cell]!, map.position, at);
      facing(mesh, triangle, view, map.position, at, map.normal, at);
      const turn = (column % PATTERN) + PATTERN * (row % PATTERN);
      gather(map, at, turn / PATTERN ** 2, lights, obstacles);
    }
  }
  return smooth(map);
}

/** The point at a depth on the picture. */
export function place(
  view: View,
  x: number,
  y: number,
  depth: number,
  out: Float32Array | Float64Array,
  at: number,
): void {
  const across = ((x - view.centreX) / view.focal) * depth;
  const upward = ((view.centreY - y) / view.focal) * depth;
  const { eye, right, up, forward } = view;
  out[at] = eye[0] + right[0] * across + up[0] * upward + forward[0] * depth;
  out[at + 1] = eye[1] + right[1] * across + up[1] * upward + forward[1] * depth;
  out[at + 2] = eye[2] + right[2] * across + up[2] * upward + forward[2] * depth;
}

/** The normal of a triangle, turned towards the eye. */
export function facing(
  mesh: Mesh,
  triangle: number,
  view: View,
  position: ArrayLike<number>,
  at: number,
  out: Float32Array | Float64Array,
  to: number,
): void {
  const n = triangle * 9;
  let [x, y, z] = [mesh.normals[n]!, mesh.normals[n + 1]!, mesh.normals[n + 2]!];
  if (mesh.isRound[triangle]) {
    // Good enough for furniture: the mean of the corners.
    x = (x + mesh.normals[n + 3]! + mesh.normals[n + 6]!) / 3;
    y = (y + mesh.normals[n + 4]! + mesh.normals[n + 7]!) / 3;
    z = (z + mesh.normals[n + 5]! + mesh.normals[n + 8]!) / 3;
  }
  const { eye } = view;
  const away = x * (position[at]! - eye[0]) + y * (position[at + 1]! - eye[1]) + z * (position[at + 2]! - eye[2]);
  const sign = away > 0 ? -1 : 1;
  out[to] = x * sign;
  out[to + 1] = y * sign;
  out[to + 2] = z * sign;
}

function gather(map: LightMap, at: number, turn: number, lights: Lights, obstacles: Obstacles): void {
  const [nx, ny, nz] = [map.normal[at]!, map.normal[at + 1]!, map.normal[at + 2]!];
  const ox = map.position[at]! + nx * LIFT;
  const oy = map.position[at + 1]! + ny * LIFT;
  const oz = map.position[at + 2]! + nz * LIFT;
  let direct = 0;
  for (const [index, lamp] of lights.lamps.entries()) {
    // A point of the lamp that differs from cell to cell and from lamp to lamp: smoothed, a soft shadow.
    const u = fraction(turn + index * 0.618034) * 2 - 1;
    const v = fraction(turn * 7.31 + index * 0.754878) * 2 - 1;
    const dx = lamp.centre[0] + u * lamp.halfWidth - ox;
    const dy = lamp.centre[1] - oy;
    const dz = lamp.centre[2] + v * lamp.halfDepth - oz;
    const square = dx * dx + dy * dy + dz * dz;
    const incoming = (nx * dx + ny * dy + nz * dz) * dy;
    if (incoming <= 0) continue;
    const amount = (lamp.power * 4 * lamp.halfWidth * lamp.halfDepth * incoming) / (square * square * Math.PI);
    if (amount > 4e-3 && !obstacles.blocks(ox, oy, oz, dx, dy, dz, 0.995)) direct += amount;
  }

  // Directions spread over the half sphere, denser around the normal (cosine law).
  const [tx, ty, tz] = Math.abs(ny) < 0.9 ? [nz, 0, -nx] : [0, -nz, ny];
  const inverse = 1 / Math.hypot(tx, ty, tz);
  const [ux, uy, uz] = [tx * inverse, ty * inverse, tz * inverse];
  const [vx, vy, vz] = [ny * uz - nz * uy, nz * ux - nx * uz, nx * uy - ny * ux];
  let red = 0;
  let green = 0;
  let blue = 0;
  for (let ray = 0; ray < RAYS; ray++) {
    const square = (ray + fraction(turn * 3.7 + 0.5)) / RAYS;
    const angle = 2 * Math.PI * fraction(ray * 0.618034 + turn);
    const radius = Math.sqrt(square);
    const lift = Math.sqrt(1 - square);
    const [c, s] = [Math.cos(angle) * radius, Math.sin(angle) * radius];
    const dx = ux * c + vx * s + nx * lift;
    const dy = uy * c + vy * s + ny * lift;
    const dz = uz * c + vz * s + nz * lift;
    const open = obstacles.blocks(ox, oy, oz, dx, dy, dz, AMBIENT_REACH) ? INDIRECT : 1;
    const share = (dy * 0.5 + 0.5) * open;
    const rest = open - share;
    red += lights.fromAbove[0] * share + lights.fromBelow[0] * rest;
    green += lights.fromAbove[1] * share + lights.fromBelow[1] * rest;
    blue += lights.fromAbove[2] * share + lights.fromBelow[2] * rest;
  }
  map.light[at] = lights.lampColour[0] * direct + red / RAYS;
  map.light[at + 1] = lights.lampColour[1] * direct + green / RAYS;
  map.light[at + 2] = lights.lampColour[2] * direct + blue / RAYS;
}

const fraction = (value: number): number => value - Math.floor(value);

/** The mean of each cell's surroundings, as far as they lie in the same plane: one whole pattern of rays. */
function smooth(map: LightMap): LightMap {
  const { width, height, light, normal, position } = map;
  const even = new Float32Array(light.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const at = (row * width + column) * 3;
      let sum = 0;
      let [red, green, blue] = [0, 0, 0];
      for (let dr = -PATTERN / 2; dr <= PATTERN / 2; dr++) {
        for (let dc = -PATTERN / 2; dc <= PATTERN / 2; dc++) {
          const [r, c] = [row + dr, column + dc];
          if (r < 0 || c < 0 || r >= height || c >= width) continue;
          const from = (r * width + c) * 3;
          if (!isSamePlane(normal, position, at, normal, position, from)) continue;
          const weight = (Math.abs(dr) === PATTERN / 2 ? 0.5 : 1) * (Math.abs(dc) === PATTERN / 2 ? 0.5 : 1);
          sum += weight;
          red += light[from]! * weight;
          green += light[from + 1]! * weight;
          blue += light[from + 2]! * weight;
        }
      }
      if (sum === 0) continue;
      even[at] = red / sum;
      even[at + 1] = green / sum;
      even[at + 2] = blue / sum;
    }
  }
  return { ...map, light: even };
}

/** Whether the point at `b` lies in the plane through `a`, looking the same way. */
export function isSamePlane(
  normalA: ArrayLike<number>,
  positionA: ArrayLike<number>,
  a: number,
  normalB: ArrayLike<number>,
  positionB: ArrayLike<number>,
  b: number,
): boolean {
  const nx = normalA[a]!;
  const ny = normalA[a + 1]!;
  const nz = normalA[a + 2]!;
  if (nx * normalB[b]! + ny * normalB[b + 1]! + nz * normalB[b + 2]! < 0.8) return false;
  const dx = positionB[b]! - positionA[a]!;
  const dy = positionB[b + 1]! - positionA[a + 1]!;
  const dz = positionB[b + 2]! - positionA[a + 2]!;
  return Math.abs(nx * dx + ny * dy + nz * dz) < 0.05;
}
