import { cross, dot, normalise, subtract, type Vec3 } from './vec.ts';

export interface ViewPlace {
  eye: Vec3;
  target: Vec3;
  /** Horizontal field of view, degrees. */
  fieldOfView: number;
}

/** A point on the picture, pixels from the top left; `depth` in metres along the viewing direction. */
export interface Projected {
  x: number;
  y: number;
  depth: number;
}

/** A pinhole camera that looks from `eye` at `target` with a level horizon. */
export class View {
  readonly eye: Vec3;
  readonly forward: Vec3;
  readonly right: Vec3;
  readonly up: Vec3;
  readonly width: number;
  readonly height: number;
  /** Pixels for one metre at one metre. */
  readonly focal: number;

  constructor(place: ViewPlace, width: number, height: number) {
    this.eye = place.eye;
    this.forward = normalise(subtract(place.target, place.eye));
    this.right = normalise(cross(this.forward, [0, 1, 0]));
    this.up = cross(this.right, this.forward);
    this.width = width;
    this.height = height;
    this.focal = width / 2 / Math.tan((place.fieldOfView * Math.PI) / 360);
  }

  /** Where a point appears; only of use where its depth is positive. */
  project(point: Vec3): Projected {
    const offset = subtract(point, this.eye);
    const depth = dot(offset, this.forward);
    return {
      x: this.width / 2 + (this.focal * dot(offset, this.right)) / depth,
      y: this.height / 2 - (this.focal * dot(offset, this.up)) / depth,
      depth,
    };
  }
}
