import type { Mesh, Surface } from '../render/mesh.ts';
import { look, type Sight } from '../render/raster.ts';
import { exposed } from '../render/tone.ts';
import { View, type Frame } from '../render/view.ts';

/** Somebody as a picture with coverage. Rows know where something is. */
export interface Sprite {
  width: number;
  height: number;
  /** Where the feet stand, or the middle of the seat's foot point, pixels from the top left. */
  anchorX: number;
  anchorY: number;
  y: Uint8Array;
  coverage: Uint8Array;
  /** Half as wide and high, rounded up. */
  u: Uint8Array;
  v: Uint8Array;
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
/** Light on people, fitted to what the rooms' lamps give: from above, on what looks to the side, from below. */
const ABOVE = 0.51;
const SIDEWAYS = 0.15;
const BELOW = 0.19;
const SATURATION = 0.8;
/** Steps of light for which the colours of a surface are worked out beforehand. */
const LIGHT_STEPS = 160;
const MOST_LIGHT = 0.8;

/** Takes the picture of a body. */
export function takeSprite(body: Mesh, { yaw, pitch, distance, focal }: SpriteView): Sprite {
  const turned = turnMesh(body, yaw);
  const place = {
    eye: [0, MIDDLE + Math.sin(pitch) * distance, Math.cos(pitch) * distance] as const,
    target: [0, MIDDLE, 0] as const,
  };
  const view = new View(place, focal * FINE, boundsOf(turned, new View(place, focal * FINE, NOWHERE)));
  const sight = look(turned, view);
  return expose(
    { body, sight, light: lightOnCorners(turned.normals), colours: body.surfaces.map(coloursOf), unit: (focal * FINE) / distance },
    view.project([0, 0, 0]),
  );
}

/** A body before the camera, and what is needed for its colours. */
interface Exposure {
  body: Mesh;
  sight: Sight;
  /** For each corner. */
  light: Float32Array;
  /** For each surface: y, u, v for every step of light. */
  colours: Uint8Array[];
  /** Samples for one metre. */
  unit: number;
}

/** The height on a body that the camera is thought to look at, metres. */
const MIDDLE = 0.9;
const NOWHERE = { left: 0, top: 0, width: 0, height: 0 };

/** The part of the picture that a mesh needs, in whole pixels. */
function boundsOf({ corners }: Mesh, { eye, right, up, forward, focal }: View): Frame {
  let left = Infinity;
  let rightmost = -Infinity;
  let top = Infinity;
  let bottom = -Infinity;
  for (let at = 0; at < corners.length; at += 3) {
    const dx = corners[at]! - eye[0];
    const dy = corners[at + 1]! - eye[1];
    const dz = corners[at + 2]! - eye[2];
    const scale = focal / (dx * forward[0] + dy * forward[1] + dz * forward[2]);
    const x = (dx * right[0] + dy * right[1] + dz * right[2]) * scale;
    const y = -(dx * up[0] + dy * up[1] + dz * up[2]) * scale;
    if (x < left) left = x;
    if (x > rightmost) rightmost = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  const down = (value: number) => Math.floor(value / FINE) * FINE;
  return {
    left: down(left),
    top: down(top),
    width: down(rightmost - down(left)) + FINE,
    height: down(bottom - down(top)) + FINE,
  };
}

function turnMesh(mesh: Mesh, yaw: number): Mesh {
  const cos = Math.cos(yaw);
  const sin = Math.sin(yaw);
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


function expose(exposure: Exposure, foot: { x: number; y: number }): Sprite {
  const { sight, body, colours } = exposure;
  const width = Math.floor(sight.width / FINE);
  const height = Math.floor(sight.height / FINE);
  const chromaWidth = (width + 1) >> 1;
  const chromaSize = chromaWidth * ((height + 1) >> 1);
  const planes = {
    y: new Uint8Array(width * height),
    coverage: new Uint8Array(width * height),
    u: new Uint8Array(chromaSize).fill(128),
    v: new Uint8Array(chromaSize).fill(128),
  };
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      // Coverage takes all samples of a pixel, colour the first: outlines are what the eye notices.
      let covered = 0;
      let first = -1;
      for (let sample = 0; sample < FINE * FINE; sample++) {
        const at = (row * FINE + (sample >> 1)) * sight.width + column * FINE + (sample & 1);
        if (sight.triangle[at]! < 0) continue;
        covered++;
        if (first < 0) first = at;
      }
      if (covered === 0) continue;
      const colour = colours[body.surfaceOf[sight.triangle[first]!]!]!;
      const step = lightAt(exposure, first % sight.width, Math.floor(first / sight.width)) * 3;
      const pixel = row * width + column;
      planes.y[pixel] = colour[step]!;
      planes.coverage[pixel] = (255 * covered) / FINE ** 2;
      // The last covered one of four pixels speaks for their colour.
      const block = (row >> 1) * chromaWidth + (column >> 1);
      planes.u[block] = colour[step + 1]!;
      planes.v[block] = colour[step + 2]!;
    }
  }
  const spans = spansOf(planes.coverage, width, height);
  return { width, height, anchorX: foot.x / FINE, anchorY: foot.y / FINE, ...planes, spans };
}

/** What a surface looks like in every step of light. */
function coloursOf({ colour: [red, green, blue] }: Surface): Uint8Array {
  const steps = new Uint8Array((LIGHT_STEPS + 1) * 3);
  for (let step = 0; step <= LIGHT_STEPS; step++) {
    const light = (step / LIGHT_STEPS) * MOST_LIGHT;
    const [r, g, b] = [exposed(red * light), exposed(green * light), exposed(blue * light)];
    const luma = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    steps[step * 3] = 16.5 + 219 * luma;
    steps[step * 3 + 1] = 128.5 + (224 * SATURATION * (b - luma)) / 1.8556;
    steps[step * 3 + 2] = 128.5 + (224 * SATURATION * (r - luma)) / 1.5748;
  }
  return steps;
}

/** The light on every corner by where it looks. */
function lightOnCorners(normals: Float32Array): Float32Array {
  const light = new Float32Array(normals.length / 3);
  for (let corner = 0; corner < light.length; corner++) {
    const upward = normals[corner * 3 + 1]!;
    const raised = Math.max(0, (upward + 0.55) / 1.55);
    const above = raised * Math.sqrt(Math.sqrt(raised));
    const below = Math.max(0, 0.5 - upward * 0.5);
    light[corner] = ABOVE * above + SIDEWAYS * Math.abs(normals[corner * 3 + 2]!) + BELOW * below;
  }
  return light;
}

const tone = new Float64Array(3);

/** The step of light at a sample: its corners' light, the pattern of the cloth, what stands close before it. */
function lightAt({ body, sight, light, unit }: Exposure, x: number, y: number): number {
  const { projected } = sight;
  const triangle = sight.triangle[y * sight.width + x]!;
  const t = triangle * 9;
  // Shares of the corners on the picture; on so small triangles they are those in space.
  const ax = projected[t]!;
  const ay = projected[t + 1]!;
  const bx = projected[t + 3]! - ax;
  const by = projected[t + 4]! - ay;
  const cx = projected[t + 6]! - ax;
  const cy = projected[t + 7]! - ay;
  const area = bx * cy - cx * by;
  const dx = x + 0.5 - ax;
  const dy = y + 0.5 - ay;
  const b = (dx * cy - cx * dy) / area;
  const c = (bx * dy - dx * by) / area;
  const a = 1 - b - c;
  let amount = light[triangle * 3]! * a + light[triangle * 3 + 1]! * b + light[triangle * 3 + 2]! * c;
  const { pattern } = body.surfaces[body.surfaceOf[triangle]!]!;
  if (pattern) {
    const { corners } = body;
    tone[0] = tone[1] = tone[2] = 1;
    pattern(
      tone,
      corners[t]! * a + corners[t + 3]! * b + corners[t + 6]! * c,
      corners[t + 1]! * a + corners[t + 4]! * b + corners[t + 7]! * c,
      corners[t + 2]! * a + corners[t + 5]! * b + corners[t + 8]! * c,
    );
    amount *= tone[0]!;
  }
  amount *= openness(sight, x, y, unit);
  return Math.max(0, Math.min(LIGHT_STEPS, Math.round((amount / MOST_LIGHT) * LIGHT_STEPS)));
}

/** Where to look for what stands before a point: steps to the right and down, metres. */
const AROUND = [
  [0.05, 0.01],
  [-0.1, -0.02],
  [0.01, -0.05],
  [-0.02, 0.1],
  [0.035, 0.035],
  [-0.07, -0.07],
  [0.035, -0.04],
  [-0.07, -0.08],
].flat();

/** How much of the surroundings a point sees: less under the chin, between arm and body, between the legs. */
function openness(sight: Sight, x: number, y: number, unit: number): number {
  const { width, height, inverseDepth } = sight;
  const depth = 1 / inverseDepth[y * width + x]!;
  let hidden = 0;
  for (let index = 0; index < AROUND.length; index += 2) {
    const column = Math.round(x + AROUND[index]! * unit);
    const row = Math.round(y + AROUND[index + 1]! * unit);
    if (column < 0 || row < 0 || column >= width || row >= height) continue;
    const other = inverseDepth[row * width + column]!;
    if (other === 0) continue;
    const nearer = depth - 1 / other;
    if (nearer > 0.015) hidden += Math.min(1, nearer / 0.06) * (nearer < 0.35 ? 1 : 0.3);
  }
  return 1 - 0.16 * hidden;
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
