import type { Mesh, Surface } from '../render/mesh.ts';
import { look, type SightBuffers } from '../render/raster.ts';
import { View, type Frame } from '../render/view.ts';
import { coloursOf, lightOnCorners, lightStep, type Exposure } from './body-light.ts';

interface Extent {
  width: number;
  height: number;
  /** Where the feet stand, or the middle of the seat's foot point, pixels from the top left. */
  anchorX: number;
  anchorY: number;
  /** First and one past the last covered column of each row. */
  spans: Int16Array;
}

/** A body in no colours yet: dear to make, and the same for everybody of this build. */
export interface Shape extends Extent {
  /** For each pixel its surface, light and coverage (see `inkOf`); 0 where nothing is. */
  ink: Uint16Array;
}

/** Somebody as a picture with coverage. Rows know where something is. */
export interface Sprite extends Extent {
  y: Uint8Array;
  coverage: Uint8Array;
  /** Half as wide and high, rounded up. */
  u: Uint8Array;
  v: Uint8Array;
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
const SAMPLES = FINE ** 2;
/** The ink of a pixel: how many of its samples are covered, the surface, the step of light. */
const inkOf = (covered: number, surface: number, step: number): number => (covered << 12) | (surface << 8) | step;
const COLOUR_OF_INK = 0xfff;

/** Takes the picture of a body. */
export function takeShape(body: Mesh, { yaw, pitch, distance, focal }: SpriteView, buffers: SightBuffers): Shape {
  const turned = turnMesh(body, yaw);
  const place = {
    eye: [0, MIDDLE + Math.sin(pitch) * distance, Math.cos(pitch) * distance] as const,
    target: [0, MIDDLE, 0] as const,
  };
  const view = new View(place, focal * FINE, boundsOf(turned, new View(place, focal * FINE, NOWHERE)));
  const sight = look(turned, view, { buffers });
  return expose(
    {
      body,
      sight,
      light: lightOnCorners(turned.normals),
      unit: (focal * FINE) / distance,
    },
    view.project([0, 0, 0]),
  );
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

function expose(exposure: Exposure, foot: { x: number; y: number }): Shape {
  const { sight, body } = exposure;
  const width = Math.floor(sight.width / FINE);
  const height = Math.floor(sight.height / FINE);
  const ink = new Uint16Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      // Coverage takes all samples of a pixel, colour the first: outlines are what the eye notices.
      let covered = 0;
      let first = -1;
      for (let sample = 0; sample < SAMPLES; sample++) {
        const at = (row * FINE + (sample >> 1)) * sight.width + column * FINE + (sample & 1);
        if (sight.triangle[at]! < 0) continue;
        covered++;
        if (first < 0) first = at;
      }
      if (covered === 0) continue;
      const surface = body.surfaceOf[sight.triangle[first]!]!;
      const step = lightStep(exposure, first % sight.width, Math.floor(first / sight.width));
      ink[row * width + column] = inkOf(covered, surface, step);
    }
  }
  return { width, height, anchorX: foot.x / FINE, anchorY: foot.y / FINE, ink, spans: spansOf(ink, width, height) };
}

/** The colours of surfaces, by the colour part of an ink: y, u, v. */
export function paletteOf(surfaces: readonly Surface[]): Uint8Array {
  const palette = new Uint8Array((COLOUR_OF_INK + 1) * 3);
  surfaces.forEach((surface, index) => palette.set(coloursOf(surface), inkOf(0, index, 0) * 3));
  return palette;
}

/** A shape in somebody's colours. */
export function dye({ ink, ...extent }: Shape, palette: Uint8Array): Sprite {
  const { width, height, spans } = extent;
  const chromaWidth = (width + 1) >> 1;
  const chromaSize = chromaWidth * ((height + 1) >> 1);
  const y = new Uint8Array(width * height);
  const coverage = new Uint8Array(width * height);
  const u = new Uint8Array(chromaSize).fill(128);
  const v = new Uint8Array(chromaSize).fill(128);
  for (let row = 0; row < height; row++) {
    for (let column = spans[row * 2]!; column < spans[row * 2 + 1]!; column++) {
      const pixel = row * width + column;
      const value = ink[pixel]!;
      if (value === 0) continue;
      const colour = (value & COLOUR_OF_INK) * 3;
      y[pixel] = palette[colour]!;
      coverage[pixel] = (255 * (value >> 12)) / SAMPLES;
      // The last covered one of four pixels speaks for their colour.
      const block = (row >> 1) * chromaWidth + (column >> 1);
      u[block] = palette[colour + 1]!;
      v[block] = palette[colour + 2]!;
    }
  }
  return { ...extent, y, u, v, coverage };
}

/** First and one past the last covered column of each row. */
export function spansOf(coverage: Uint8Array | Uint16Array, width: number, height: number): Int16Array {
  const spans = new Int16Array(height * 2);
  for (let row = 0; row < height; row++) {
    const line = coverage.subarray(row * width, (row + 1) * width);
    const first = line.findIndex((value) => value > 0);
    spans[row * 2] = Math.max(0, first);
    spans[row * 2 + 1] = first < 0 ? 0 : line.findLastIndex((value) => value > 0) + 1;
  }
  return spans;
}
