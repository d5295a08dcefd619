import { facing, illuminate, isSamePlane, place, type LightMap, type Lights } from './light.ts';
import type { Mesh, Surface } from './mesh.ts';
import { look, type Sight } from './raster.ts';
import { exposed } from './tone.ts';
import type { Vec3 } from './vec.ts';
import { View, type ViewPlace } from './view.ts';

/** An upright sheet of glass, square to the z axis. */
export interface Pane {
  from: Vec3;
  to: Vec3;
}

/** A furnished and lit room without people. */
export interface Room {
  mesh: Mesh;
  lights: Lights;
  panes: readonly Pane[];
  place: ViewPlace;
}

/** A picture of the empty room, and what is needed to put people into it. */
export interface Backdrop {
  width: number;
  height: number;
  /** yuv420p. */
  pixels: Uint8Array;
  /** Nearest and farthest depth within each pixel, mm: people farther than both are hidden. */
  nearest: Uint16Array;
  farthest: Uint16Array;
  /** 255 where the floor shows: shadows and mirror images fall there. */
  floor: Uint8Array;
  /** How much the glass before a pixel hides of what is behind it, 0..255. */
  veil: Uint8Array;
}

/** Samples along each side of a pixel. */
const FINE = 2;
/** Cells of the light map. */
const CELLS_ACROSS = 192;
const CELLS_DOWN = 108;
/** Cameras of this kind show colours a little pale. */
const SATURATION = 0.8;
/** What glass looks like: pale, a little green. Tone values, 0..255. */
export const GLASS = { y: 150, u: 127, v: 124 };

/** The light on everything that the camera sees; the same for every size of picture. */
export function light(room: Room): LightMap {
  return illuminate(room.mesh, View.whole(room.place, CELLS_ACROSS, CELLS_DOWN), room.lights);
}

/** Takes the picture of a lit room at the given size. */
export function develop(room: Room, map: LightMap, width: number, height: number): Backdrop {
  const view = View.whole(room.place, width * FINE, height * FINE);
  const sight = look(room.mesh, view);
  const mirror = mirrorImage(room, View.whole(room.place, width, height));
  const backdrop: Backdrop = {
    width,
    height,
    pixels: new Uint8Array((width * height * 3) / 2),
    nearest: new Uint16Array(width * height),
    farthest: new Uint16Array(width * height),
    floor: new Uint8Array(width * height),
    veil: new Uint8Array(width * height),
  };
  const tones = new Float32Array(width * height * 3);
  shadeAll(room, view, sight, map, mirror, backdrop, tones);
  glaze(room, view, backdrop, tones);
  finish(backdrop, tones);
  return backdrop;
}

/** Samples of a pixel in the order in which they are looked at: across the corner first. */
const ORDER = [0, 3, 1, 2];

/** Tone values of every pixel. Where all samples show one surface, two of them, or one of a plain one, speak for all. */
function shadeAll(
  room: Room, view: View, sight: Sight, map: LightMap, mirror: Float32Array, backdrop: Backdrop, tones: Float32Array,
): void {
  const { width, height } = backdrop;
  const { surfaceOf, surfaces } = room.mesh;
  const tone = new Float64Array(3);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const pixel = row * width + column;
      let nearest = 65_535;
      let farthest = 0;
      let floor = 0;
      let isMixed = false;
      let surface = -1;
      for (let sample = 0; sample < FINE * FINE; sample++) {
        const at = (row * FINE + (sample >> 1)) * view.width + column * FINE + (sample & 1);
        const triangle = sight.triangle[at]!;
        const depth = triangle < 0 ? 65_535 : 1000 / sight.inverseDepth[at]!;
        if (depth < nearest) nearest = depth;
        if (depth > farthest) farthest = depth;
        const seen = triangle < 0 ? -1 : surfaceOf[triangle]!;
        if (sample > 0 && seen !== surface) isMixed = true;
        surface = seen;
        if (seen >= 0 && surfaces[seen]!.gloss !== undefined) floor++;
      }
      backdrop.nearest[pixel] = nearest;
      backdrop.farthest[pixel] = Math.min(65_535, farthest);
      backdrop.floor[pixel] = (255 * floor) / FINE ** 2;
      if (surface < 0 && !isMixed) continue;
      const count = isMixed ? FINE * FINE : surfaces[surface]!.pattern ? 2 : 1;
      tone[0] = tone[1] = tone[2] = 0;
      for (let index = 0; index < count; index++) {
        const x = column * FINE + (ORDER[index]! & 1);
        const y = row * FINE + (ORDER[index]! >> 1);
        addTone(room, view, sight, map, mirror, pixel, x, y, tone);
      }
      for (let channel = 0; channel < 3; channel++) tones[pixel * 3 + channel] = tone[channel]! / count;
    }
  }
}

const point = new Float64Array(3);
const normal = new Float64Array(3);
const received = new Float64Array(3);
const colour = new Float64Array(3);

/** Adds the tone of one sample. */
function addTone(
  room: Room, view: View, sight: Sight, map: LightMap, mirror: Float32Array,
  pixel: number, x: number, y: number, tone: Float64Array,
): void {
  const at = y * view.width + x;
  const triangle = sight.triangle[at]!;
  if (triangle < 0) return;
  const surface = room.mesh.surfaces[room.mesh.surfaceOf[triangle]!]!;
  place(view, x + 0.5, y + 0.5, 1 / sight.inverseDepth[at]!, point, 0);
  facing(room.mesh, triangle, view, point, 0, normal, 0);
  lightAt(map, x / view.width, y / view.height, normal, point, received);
  reflect(surface, point, colour);
  const glow = surface.glow ?? 0;
  for (let channel = 0; channel < 3; channel++) colour[channel] = colour[channel]! * (received[channel]! + glow);
  if (surface.gloss !== undefined) addMirror(surface.gloss, room.place.eye, point, mirror, pixel, colour);
  for (let channel = 0; channel < 3; channel++) tone[channel] = tone[channel]! + exposed(colour[channel]!);
}

function reflect(surface: Surface, point: Float64Array, out: Float64Array): void {
  out[0] = surface.colour[0];
  out[1] = surface.colour[1];
  out[2] = surface.colour[2];
  surface.pattern?.(out, point[0]!, point[1]!, point[2]!);
}

/** Light at a point from the four cells around it, as far as they belong to the same plane. */
function lightAt(
  map: LightMap,
  u: number,
  v: number,
  normal: Float64Array,
  point: Float64Array,
  out: Float64Array,
): void {
  const x = u * map.width - 0.5;
  const y = v * map.height - 0.5;
  const column = Math.floor(x);
  const row = Math.floor(y);
  let sum = 0;
  out[0] = out[1] = out[2] = 0;
  for (let corner = 0; corner < 4; corner++) {
    const c = Math.min(map.width - 1, Math.max(0, column + (corner & 1)));
    const r = Math.min(map.height - 1, Math.max(0, row + (corner >> 1)));
    const at = (r * map.width + c) * 3;
    const near = (corner & 1 ? x - column : 1 - x + column) * (corner >> 1 ? y - row : 1 - y + row);
    const weight = near * (isSamePlane(normal, point, 0, map.normal, map.position, at) ? 1 : 0.002) + 1e-6;
    sum += weight;
    out[0] = out[0]! + map.light[at]! * weight;
    out[1] = out[1]! + map.light[at + 1]! * weight;
    out[2] = out[2]! + map.light[at + 2]! * weight;
  }
  out[0] = out[0]! / sum;
  out[1] = out[1]! / sum;
  out[2] = out[2]! / sum;
}

/** Schlick's approximation: polished stone mirrors little from above and much at a grazing angle. */
function addMirror(
  gloss: number,
  eye: Vec3,
  point: Float64Array,
  mirror: Float32Array,
  pixel: number,
  colour: Float64Array,
): void {
  const distance = Math.sqrt((eye[0] - point[0]!) ** 2 + (eye[1] - point[1]!) ** 2 + (eye[2] - point[2]!) ** 2);
  const grazing = 1 - (eye[1] - point[1]!) / distance;
  const share = gloss + (1 - gloss) * 0.8 * grazing ** 3;
  for (let channel = 0; channel < 3; channel++) {
    colour[channel] = colour[channel]! * (1 - share) + mirror[pixel * 3 + channel]! * share;
  }
}

/** The room upside down as the floor mirrors it, plainly lit and softened. */
function mirrorImage(room: Room, view: View): Float32Array {
  const { mesh, lights } = room;
  const sight = look(mesh, view, true);
  const image = new Float32Array(view.width * view.height * 3);
  for (let at = 0; at < sight.triangle.length; at++) {
    const triangle = sight.triangle[at]!;
    if (triangle < 0) continue;
    place(view, (at % view.width) + 0.5, Math.floor(at / view.width) + 0.5, 1 / sight.inverseDepth[at]!, point, 0);
    point[1] = -point[1]!;
    const surface = mesh.surfaces[mesh.surfaceOf[triangle]!]!;
    reflect(surface, point, colour);
    const upward = 0.5 + 0.5 * Math.abs(mesh.normals[triangle * 9 + 1]!);
    for (let channel = 0; channel < 3; channel++) {
      const light = lights.fromAbove[channel]! * upward + lights.fromBelow[channel]! * 0.5;
      image[at * 3 + channel] = colour[channel]! * (light + (surface.glow ?? 0));
    }
  }
  const half = Math.max(1, Math.round(view.height / 70));
  return blur(blur(image, view.width, view.height, half, true), view.width, view.height, Math.max(1, half >> 1), false);
}

/** Box blur of a picture of three numbers a pixel, down the columns or along the rows. */
function blur(image: Float32Array, width: number, height: number, half: number, down: boolean): Float32Array {
  const out = new Float32Array(image.length);
  const [lines, steps] = down ? [width, height] : [height, width];
  const stride = (down ? width : 1) * 3;
  for (let line = 0; line < lines; line++) {
    const start = (down ? line : line * width) * 3;
    for (let channel = 0; channel < 3; channel++) {
      let sum = 0;
      for (let step = -half; step < steps; step++) {
        if (step + half < steps) sum += image[start + (step + half) * stride + channel]!;
        if (step - half - 1 >= 0) sum -= image[start + (step - half - 1) * stride + channel]!;
        if (step < 0) continue;
        const members = Math.min(steps - 1, step + half) - Math.max(0, step - half) + 1;
        out[start + step * stride + channel] = sum / members;
      }
    }
  }
  return out;
}

/** Lays the glass over what is behind it. */
function glaze(room: Room, view: View, backdrop: Backdrop, tones: Float32Array): void {
  const { width, height } = backdrop;
  const far = new Float64Array(3);
  for (const { from, to } of room.panes) {
    for (let pixel = 0; pixel < width * height; pixel++) {
      const x = (pixel % width) * FINE + FINE / 2;
      const y = Math.floor(pixel / width) * FINE + FINE / 2;
      place(view, x, y, 1, far, 0);
      const { eye } = view;
      const depth = (from[2] - eye[2]) / (far[2]! - eye[2]);
      if (depth <= 0 || depth * 1000 > backdrop.farthest[pixel]!) continue;
      const px = eye[0] + (far[0]! - eye[0]) * depth;
      const py = eye[1] + (far[1]! - eye[1]) * depth;
      if (px < from[0] || px > to[0] || py < from[1] || py > to[1]) continue;
      // Slanted streaks, as lamps and windows behind the onlooker leave them on glass.
      const slant = px * 1.1 + py;
      const streak =
        Math.max(0, Math.sin(slant * 2.3) - 0.72) * 0.38 + Math.max(0, Math.sin(slant * 5.1 + 1) - 0.9) * 0.5;
      const edge = Math.min(px - from[0], to[0] - px, py - from[1], to[1] - py) < 0.012 ? 0.35 : 0;
      const share = Math.min(0.6, 0.1 + streak + edge);
      backdrop.veil[pixel] = Math.round(share * 255);
      for (let channel = 0; channel < 3; channel++) {
        const at = pixel * 3 + channel;
        tones[at] = tones[at]! * (1 - share) + [0.66, 0.71, 0.72][channel]! * share;
      }
    }
  }
}

/** Lens and sensor: darker corners, a touch of sharpening, standing noise; then BT.709 yuv420p of limited range. */
function finish(backdrop: Backdrop, tones: Float32Array): void {
  const { width, height, pixels } = backdrop;
  const chroma = width * height;
  const quarter = chroma / 4;
  const sumU = new Float32Array(quarter);
  const sumV = new Float32Array(quarter);
  const luma = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const pixel = row * width + column;
      const dx = column / width - 0.5;
      const dy = (row / height - 0.5) * 0.75;
      const corner = 1 - 0.42 * (dx * dx + dy * dy);
      const r = tones[pixel * 3]! * corner;
      const g = tones[pixel * 3 + 1]! * corner;
      const b = tones[pixel * 3 + 2]! * corner;
      const y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
      luma[pixel] = y;
      const block = (row >> 1) * (width >> 1) + (column >> 1);
      sumU[block] = sumU[block]! + (b - y) / 1.8556 / 4;
      sumV[block] = sumV[block]! + (r - y) / 1.5748 / 4;
    }
  }
  const noise = noiseSource(1);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const pixel = row * width + column;
      const y = luma[pixel]!;
      const around =
        luma[pixel - (row > 0 ? width : 0)]! +
        luma[pixel + (row < height - 1 ? width : 0)]! +
        luma[pixel - (column > 0 ? 1 : 0)]! +
        luma[pixel + (column < width - 1 ? 1 : 0)]!;
      const sharp = y + (y * 4 - around) * 0.11;
      pixels[pixel] = Math.max(16, Math.min(235, Math.round(16 + 219 * sharp + noise() * 1.3)));
    }
  }
  for (let block = 0; block < quarter; block++) {
    pixels[chroma + block] = Math.round(128 + 224 * SATURATION * sumU[block]!);
    pixels[chroma + quarter + block] = Math.round(128 + 224 * SATURATION * sumV[block]!);
  }
}

/** Bell-shaped noise, the same at every run. */
export function noiseSource(seed: number): () => number {
  let state = seed >>> 0 || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32 - 0.5;
  };
  return () => (next() + next() + next()) * 2;
}
