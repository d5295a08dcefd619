import { SATURATION } from '../render/finish.ts';
import type { Mesh, Surface } from '../render/mesh.ts';
import type { Sight } from '../render/raster.ts';
import { exposed } from '../render/tone.ts';

/** Light on people, fitted to what the rooms' lamps give: from above, on what looks to the side, from below. */
const ABOVE = 0.51;
const SIDEWAYS = 0.15;
const BELOW = 0.19;
/** Steps of light for which the colours of a surface are worked out beforehand. */
const LIGHT_STEPS = 160;
const MOST_LIGHT = 0.8;

/** A body before the camera, and what is needed for its colours. */
export interface Exposure {
  body: Mesh;
  sight: Sight;
  /** For each corner. */
  light: Float32Array;
  /** Samples for one metre. */
  unit: number;
}

/** What a surface looks like in every step of light. */
export function coloursOf({ colour: [red, green, blue] }: Surface): Uint8Array {
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
export function lightOnCorners(normals: Float32Array): Float32Array {
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
export function lightStep({ body, sight, light, unit }: Exposure, x: number, y: number): number {
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
