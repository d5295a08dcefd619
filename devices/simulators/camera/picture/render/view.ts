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

/** The part of the picture that a view covers, pixels from the optical axis. */
export interface Frame {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A pinhole camera that looks from `eye` at `target` with a level horizon. */
export class View {
  readonly eye: Vec3;
  readonly forward: Vec3;
  readonly right: Vec3;
  readonly up: Vec3;
  readonly width: number;
  readonly height: number;
  /** Where the optical axis meets the picture. */
  readonly centreX: number;
  readonly centreY: number;
  /** Pixels for one metre at one metre. */
  readonly focal: number;

  constructor({ eye, target }: Pick<ViewPlace, 'eye' | 'target'>, focal: number, frame: Frame) {
    this.eye = eye;
    this.forward = normalise(subtract(target, eye));
    this.right = normalise(cross(this.forward, [0, 1, 0]));
    this.up = cross(this.right, this.forward);
    this.focal = focal;
    this.width = frame.width;
    this.height = frame.height;
    this.centreX = -frame.left;
    this.centreY = -frame.top;
  }

  /** A whole picture of this size. */
  static whole(place: ViewPlace, width: number, height: number): View {
    const focal = width / 2 / Math.tan((place.fieldOfView * Math.PI) / 360);
    return new View(place, focal, { left: -width / 2, top: -height / 2, width, height });
  }

  /** Where a point appears; only of use where its depth is positive. */
  project(point: Vec3): Projected {
    const offset = subtract(point, this.eye);
    const depth = dot(offset, this.forward);
    return {
      x: this.centreX + (this.focal * dot(offset, this.right)) / depth,
      y: this.centreY - (this.focal * dot(offset, this.up)) / depth,
      depth,
    };
  }
}
