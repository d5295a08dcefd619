import type { Rgb } from './colour.ts';
import { add, cross, normalise, scale, subtract, type Vec3 } from './vec.ts';

/** Writes the colour of a surface at a point into `out`, which holds the surface's plain colour. */
export type Pattern = (out: Float64Array, x: number, y: number, z: number) => void;

export interface Surface {
  colour: Rgb;
  pattern?: Pattern;
  /** Share of the mirrored room in what one sees looking straight at it, 0..1; more at a grazing angle. Floors only. */
  gloss?: number;
  /** Light of its own, beside what it reflects. */
  glow?: number;
}

/** Triangles as flat arrays: nine numbers each for corners and corner normals, and the index of a surface. */
export interface Mesh {
  surfaces: readonly Surface[];
  corners: Float32Array;
  normals: Float32Array;
  surfaceOf: Uint16Array;
  /** 1 where the corner normals differ. */
  isRound: Uint8Array;
}

/** A ring of a lofted body: an ellipse around `centre` across `axis`. */
export interface Ring {
  centre: Vec3;
  /** Half widths along `side` and across it. */
  radii: readonly [number, number];
}

/** Collects shapes into a mesh. */
export class MeshBuilder {
  readonly #surfaces: Surface[] = [];
  readonly #corners: number[] = [];
  readonly #normals: number[] = [];
  readonly #surfaceOf: number[] = [];
  readonly #isRound: number[] = [];

  surface(surface: Surface): number {
    return this.#surfaces.push(surface) - 1;
  }

  triangle(surface: number, a: Vec3, b: Vec3, c: Vec3, normals?: readonly [Vec3, Vec3, Vec3]): void {
    const flat = normals ? null : normalise(cross(subtract(b, a), subtract(c, a)));
    this.#corners.push(...a, ...b, ...c);
    const [na, nb, nc] = flat ? [flat, flat, flat] : normals!;
    this.#normals.push(...na, ...nb, ...nc);
    this.#surfaceOf.push(surface);
    this.#isRound.push(flat ? 0 : 1);
  }

  /** Corners in turn; the front is where they run counter-clockwise. */
  quad(surface: number, a: Vec3, b: Vec3, c: Vec3, d: Vec3): void {
    this.triangle(surface, a, b, c);
    this.triangle(surface, a, c, d);
  }

  /** An upright box between two corners, turned around its middle by `turn` radians. */
  box(surface: number, from: Vec3, to: Vec3, turn = 0): void {
    const middle: Vec3 = [(from[0] + to[0]) / 2, 0, (from[2] + to[2]) / 2];
    const at = (x: number, y: number, z: number): Vec3 => turned([x, y, z], middle, turn);
    const [x0, y0, z0] = from;
    const [x1, y1, z1] = to;
    this.quad(surface, at(x0, y0, z1), at(x1, y0, z1), at(x1, y1, z1), at(x0, y1, z1));
    this.quad(surface, at(x1, y0, z0), at(x0, y0, z0), at(x0, y1, z0), at(x1, y1, z0));
    this.quad(surface, at(x0, y0, z0), at(x0, y0, z1), at(x0, y1, z1), at(x0, y1, z0));
    this.quad(surface, at(x1, y0, z1), at(x1, y0, z0), at(x1, y1, z0), at(x1, y1, z1));
    this.quad(surface, at(x0, y1, z1), at(x1, y1, z1), at(x1, y1, z0), at(x0, y1, z0));
    this.quad(surface, at(x0, y0, z0), at(x1, y0, z0), at(x1, y0, z1), at(x0, y0, z1));
  }

  /** A round tube through elliptic rings; `side` is the direction of each ring's first radius. */
  loft(surface: number, rings: readonly Ring[], side: Vec3, segments = 8): void {
    const outline = rings.map((ring, index) => {
      const before = rings[Math.max(0, index - 1)]!.centre;
      const after = rings[Math.min(rings.length - 1, index + 1)]!.centre;
      const axis = normalise(subtract(after, before));
      const across = normalise(cross(axis, side));
      const along = cross(across, axis);
      return Array.from({ length: segments }, (_, segment): { point: Vec3; normal: Vec3 } => {
        const angle = (segment / segments) * 2 * Math.PI;
        const [u, v] = [Math.cos(angle), Math.sin(angle)];
        const [ru, rv] = ring.radii;
        return {
          point: add(ring.centre, add(scale(along, u * ru), scale(across, v * rv))),
          normal: normalise(add(scale(along, u / (ru || 1)), scale(across, v / (rv || 1)))),
        };
      });
    });
    for (let ring = 0; ring + 1 < outline.length; ring++) {
      for (let segment = 0; segment < segments; segment++) {
        const next = (segment + 1) % segments;
        const [a, b] = [outline[ring]![segment]!, outline[ring]![next]!];
        const [c, d] = [outline[ring + 1]![next]!, outline[ring + 1]![segment]!];
        this.triangle(surface, a.point, b.point, c.point, [a.normal, b.normal, c.normal]);
        this.triangle(surface, a.point, c.point, d.point, [a.normal, c.normal, d.normal]);
      }
    }
  }

  /**
   * An ellipsoid with radii along three directions at right angles. A function chooses the surface by direction; where it
   * gives a negative number nothing is drawn.
   */
  ellipsoid(
    surface: number | ((u: number, v: number, w: number) => number),
    centre: Vec3,
    axes: readonly [Vec3, Vec3, Vec3],
    rows = 5,
    columns = 8,
  ): void {
    const squares = axes.map((axis) => axis[0] ** 2 + axis[1] ** 2 + axis[2] ** 2);
    const grid = Array.from({ length: (rows + 1) * columns }, (_, index) => {
      const polar = (Math.floor(index / columns) / rows) * Math.PI;
      const angle = ((index % columns) / columns) * 2 * Math.PI;
      const [u, v, w] = [Math.sin(polar) * Math.cos(angle), Math.cos(polar), Math.sin(polar) * Math.sin(angle)];
      return {
        point: combine(centre, axes, u, v, w),
        normal: normalise(combine([0, 0, 0], axes, u / squares[0]!, v / squares[1]!, w / squares[2]!)),
      };
    });
    const at = (row: number, column: number) => grid[row * columns + (column % columns)]!;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const polar = ((row + 0.5) / rows) * Math.PI;
        const angle = ((column + 0.5) / columns) * 2 * Math.PI;
        const chosen =
          typeof surface === 'number'
            ? surface
            : surface(Math.sin(polar) * Math.cos(angle), Math.cos(polar), Math.sin(polar) * Math.sin(angle));
        if (chosen < 0) continue;
        const corners = [at(row, column), at(row, column + 1), at(row + 1, column + 1), at(row + 1, column)] as const;
        const [a, b, c, d] = corners;
        if (row > 0) this.triangle(chosen, a.point, b.point, c.point, [a.normal, b.normal, c.normal]);
        if (row < rows - 1) this.triangle(chosen, a.point, c.point, d.point, [a.normal, c.normal, d.normal]);
      }
    }
  }

  build(): Mesh {
    return {
      surfaces: this.#surfaces,
      corners: Float32Array.from(this.#corners),
      normals: Float32Array.from(this.#normals),
      surfaceOf: Uint16Array.from(this.#surfaceOf),
      isRound: Uint8Array.from(this.#isRound),
    };
  }
}

function combine(origin: Vec3, [a, b, c]: readonly [Vec3, Vec3, Vec3], u: number, v: number, w: number): Vec3 {
  return [
    origin[0] + a[0] * u + b[0] * v + c[0] * w,
    origin[1] + a[1] * u + b[1] * v + c[1] * w,
    origin[2] + a[2] * u + b[2] * v + c[2] * w,
  ];
}

/** `point` turned around the upright line through `middle`. */
export function turned(point: Vec3, middle: Vec3, turn: number): Vec3 {
  if (turn === 0) return point;
  const [dx, dz] = [point[0] - middle[0], point[2] - middle[2]];
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  return [middle[0] + dx * cos + dz * sin, point[1], middle[2] - dx * sin + dz * cos];
}
