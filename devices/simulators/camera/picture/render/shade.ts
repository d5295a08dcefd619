import { facing, isSamePlane, place, type LightMap } from './light.ts';
import type { Sight } from './raster.ts';
import { reflect, type Room } from './room.ts';
import { exposed } from './tone.ts';
import type { Vec3 } from './vec.ts';
import type { View } from './view.ts';

/** Everything that the tone of a sample depends on. */
export interface Shading {
  room: Room;
  view: View;
  sight: Sight;
  map: LightMap;
  /** The room as the floor mirrors it, three numbers for every pixel. */
  mirror: Float32Array;
}

// Reused from sample to sample: there are millions of them.
const point = new Float64Array(3);
const normal = new Float64Array(3);
const received = new Float64Array(3);
const colour = new Float64Array(3);

/** Adds the tone of one sample to `tone`; `pixel` is the pixel that it lies in. */
export function addTone(shading: Shading, pixel: number, x: number, y: number, tone: Float64Array): void {
  const { room, view, sight, map, mirror } = shading;
  const at = y * view.width + x;
  const triangle = sight.triangle[at]!;
  if (triangle < 0) return;
  const surface = room.mesh.surfaces[room.mesh.surfaceOf[triangle]!]!;
  place(view, x + 0.5, y + 0.5, 1 / sight.inverseDepth[at]!, point, 0);
  facing(room.mesh, triangle, view, point, 0, normal, 0);
  lightAt(map, x / view.width, y / view.height);
  reflect(surface, point, colour);
  const glow = surface.glow ?? 0;
  for (let channel = 0; channel < 3; channel++) colour[channel] = colour[channel]! * (received[channel]! + glow);
  if (surface.gloss !== undefined) addMirror(surface.gloss, room.place.eye, mirror, pixel);
  for (let channel = 0; channel < 3; channel++) tone[channel] = tone[channel]! + exposed(colour[channel]!);
}

/** Light at a point from the four cells around it, as far as they belong to the same plane. */
function lightAt(map: LightMap, u: number, v: number): void {
  const x = u * map.width - 0.5;
  const y = v * map.height - 0.5;
  const column = Math.floor(x);
  const row = Math.floor(y);
  let sum = 0;
  received[0] = received[1] = received[2] = 0;
  for (let corner = 0; corner < 4; corner++) {
    const c = Math.min(map.width - 1, Math.max(0, column + (corner & 1)));
    const r = Math.min(map.height - 1, Math.max(0, row + (corner >> 1)));
    const at = (r * map.width + c) * 3;
    const near = (corner & 1 ? x - column : 1 - x + column) * (corner >> 1 ? y - row : 1 - y + row);
    const weight = near * (isSamePlane(normal, point, 0, map.normal, map.position, at) ? 1 : 0.002) + 1e-6;
    sum += weight;
    received[0] = received[0]! + map.light[at]! * weight;
    received[1] = received[1]! + map.light[at + 1]! * weight;
    received[2] = received[2]! + map.light[at + 2]! * weight;
  }
  received[0] = received[0]! / sum;
  received[1] = received[1]! / sum;
  received[2] = received[2]! / sum;
}

/** Schlick's approximation: polished stone mirrors little from above and much at a grazing angle. */
function addMirror(gloss: number, eye: Vec3, mirror: Float32Array, pixel: number): void {
  const distance = Math.sqrt((eye[0] - point[0]!) ** 2 + (eye[1] - point[1]!) ** 2 + (eye[2] - point[2]!) ** 2);
  const grazing = 1 - (eye[1] - point[1]!) / distance;
  const share = gloss + (1 - gloss) * 0.8 * grazing ** 3;
  for (let channel = 0; channel < 3; channel++) {
    colour[channel] = colour[channel]! * (1 - share) + mirror[pixel * 3 + channel]! * share;
  }
}
