import { blend, brighten } from '../render/colour.ts';
import type { MeshBuilder } from '../render/mesh.ts';
import { add, cross, scale, type Vec3 } from '../render/vec.ts';
import type { Frame } from './body.ts';
import type { Figure } from './figure.ts';
import type { Pose } from './pose.ts';

/** Half sizes of the head of a person of one metre: across, up, to the front. */
const HALF_WIDTH = 0.0445;
const HALF_HEIGHT = 0.067;
const HALF_DEPTH = 0.057;
const NONE = -1;

/** Neck, head, face and hair on top of `neck`. */
export function buildHead(mesh: MeshBuilder, figure: Figure, neck: Vec3, chest: Frame, pose: Pose): void {
  // Heads do not grow with the body as much as limbs do.
  const size = 0.35 * 1.68 + 0.65 * figure.height;
  const frame = turnHead(chest, pose);
  const skin = mesh.surface({ colour: figure.skin });
  const centre = add(neck, add(scale(chest.up, 0.03 * size), scale(frame.up, 0.062 * size)));
  const at = (x: number, y: number, z: number): Vec3 =>
    add(
      centre,
      add(
        scale(frame.left, x * HALF_WIDTH * size),
        add(scale(frame.up, y * HALF_HEIGHT * size), scale(frame.front, z * HALF_DEPTH * size)),
      ),
    );
  const axes = (x: number, y: number, z: number): [Vec3, Vec3, Vec3] => [
    scale(frame.left, x * HALF_WIDTH * size),
    scale(frame.up, y * HALF_HEIGHT * size),
    scale(frame.front, z * HALF_DEPTH * size),
  ];

  mesh.loft(
    skin,
    [
      { centre: add(neck, scale(chest.up, -0.02)), radii: [0.034 * size, 0.034 * size] },
      { centre: add(neck, scale(chest.up, 0.02 * size)), radii: [0.03 * size, 0.031 * size] },
      { centre: at(0, -0.35, -0.1), radii: [0.03 * size, 0.033 * size] },
    ],
    chest.left,
    9,
  );
  mesh.ellipsoid(skin, centre, axes(1, 1, 1), 8, 12);
  // Jaw and chin make the face longer than an egg.
  mesh.ellipsoid(skin, at(0, -0.5, 0.2), axes(0.72, 0.58, 0.72), 7, 12);

  const dark = mesh.surface({ colour: [0.02, 0.017, 0.015] });
  const lips = mesh.surface({ colour: blend(figure.skin, [0.35, 0.06, 0.05], 0.35) });
  const shade = mesh.surface({ colour: brighten(figure.skin, 0.8) });
  for (const side of [-1, 1]) {
    mesh.ellipsoid(dark, at(side * 0.4, 0.06, 0.88), axes(0.15, 0.05, 0.08), 4, 6);
    mesh.ellipsoid(dark, at(side * 0.42, 0.26, 0.88), axes(0.2, 0.035, 0.08), 4, 6);
    mesh.ellipsoid(shade, at(side * 1.0, -0.05, -0.02), axes(0.12, 0.24, 0.2), 5, 6);
  }
  mesh.ellipsoid(shade, at(0, -0.18, 0.98), axes(0.16, 0.2, 0.14), 5, 8);
  mesh.ellipsoid(lips, at(0, -0.52, 0.88), axes(0.3, 0.055, 0.08), 4, 8);
  buildHair(mesh, figure, at, axes);
}

function turnHead(chest: Frame, { headTurn, headDrop }: Pose): Frame {
  const front = add(scale(chest.front, Math.cos(headTurn)), scale(chest.left, Math.sin(headTurn)));
  const left = cross(chest.up, front);
  const bowed = add(scale(front, Math.cos(headDrop)), scale(chest.up, -Math.sin(headDrop)));
  return { left, up: cross(bowed, left), front: bowed };
}

type At = (x: number, y: number, z: number) => Vec3;
type Axes = (x: number, y: number, z: number) => [Vec3, Vec3, Vec3];

function buildHair(mesh: MeshBuilder, { hair, hairCut }: Figure, at: At, axes: Axes): void {
  const surface = mesh.surface({ colour: hair });
  /** Where hair grows, by direction: u to the side, v up, w to the front. */
  const cap = (front: number, low: number) => (_: number, v: number, w: number) =>
    v > front - (w < 0 ? 2 : 0) * 0.4 && (w < 0.3 || v > front) && v > low ? surface : NONE;
  if (hairCut === 'thin') {
    mesh.ellipsoid(
      (_, v, w) => ((v > -0.45 && v < 0.62 && w < 0.12) || (v >= 0.62 && w < -0.1) ? surface : NONE),
      at(0, 0.04, -0.03),
      axes(1.05, 1.03, 1.05),
      14,
      22,
    );
    return;
  }
  if (hairCut === 'short') {
    mesh.ellipsoid(
      (_, v, w) => (v > 0.5 || (w < 0.1 && v > -0.5) ? surface : NONE),
      at(0, 0.1, -0.04),
      axes(1.1, 1.08, 1.08),
      14,
      22,
    );
    return;
  }
  mesh.ellipsoid(cap(0.42, -0.7), at(0, 0.1, -0.06), axes(1.14, 1.1, 1.12), 10, 16);
  if (hairCut === 'tail') {
    mesh.ellipsoid(surface, at(0, 0.1, -1.25), axes(0.4, 0.4, 0.4), 6, 8);
    mesh.ellipsoid(surface, at(0, -0.7, -1.3), axes(0.34, 0.85, 0.3), 7, 8);
    return;
  }
  const length = hairCut === 'long' ? 1.25 : 0.62;
  mesh.ellipsoid(surface, at(0, 0.1 - length * 0.75, -0.52), axes(1.1, length, 0.62), 9, 14);
  for (const side of [-1, 1])
    mesh.ellipsoid(surface, at(side * 0.95, -0.15 - length * 0.25, -0.1), axes(0.24, 0.45 + length * 0.3, 0.5), 7, 8);
}
