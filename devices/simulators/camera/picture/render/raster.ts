import type { Mesh } from './mesh.ts';
import type { View } from './view.ts';

/** What is nearest at every sample of a picture: the triangle (-1 for none) and one over its depth. */
export interface Sight {
  width: number;
  height: number;
  triangle: Int32Array;
  inverseDepth: Float32Array;
  /** Corners of the triangles on the picture: x, y, 1/depth for each of three. Of use where no corner is behind the eye. */
  projected: Float32Array;
}

const NEAR = 0.05;

/** Memory for sights that are of use only until the next one is taken: small ones are taken often. */
export class SightBuffers {
  #triangle = new Int32Array(0);
  #inverseDepth = new Float32Array(0);
  #projected = new Float32Array(0);

  /** An empty sight, nothing seen. What an earlier one saw is lost. */
  open(width: number, height: number, triangles: number): Sight {
    const samples = width * height;
    if (this.#triangle.length < samples) {
      this.#triangle = new Int32Array(samples);
      this.#inverseDepth = new Float32Array(samples);
    }
    if (this.#projected.length < triangles * 9) this.#projected = new Float32Array(triangles * 9);
    return {
      width,
      height,
      triangle: this.#triangle.subarray(0, samples).fill(-1),
      inverseDepth: this.#inverseDepth.subarray(0, samples).fill(0),
      projected: this.#projected.subarray(0, triangles * 9),
    };
  }
}

export interface LookOptions {
  /** Shows everything upside down, as the glossy floor does. */
  mirrored?: boolean;
  buffers?: SightBuffers;
}

/** Finds what each sample of the view sees, by depth buffer. */
export function look(
  mesh: Mesh,
  view: View,
  { mirrored = false, buffers = new SightBuffers() }: LookOptions = {},
): Sight {
  const { width, height, centreX, centreY } = view;
  const count = mesh.surfaceOf.length;
  const sight = buffers.open(width, height, count);
  const { eye, right, up, forward, focal } = view;
  const sign = mirrored ? -1 : 1;
  // A triangle in eye space, before and after it is cut at the near plane.
  const whole = new Float64Array(9);
  const cut = new Float64Array(12);
  for (let triangle = 0; triangle < count; triangle++) {
    if (mirrored && mesh.surfaces[mesh.surfaceOf[triangle]!]!.gloss !== undefined) continue;
    let behind = 0;
    for (let corner = 0; corner < 3; corner++) {
      const at = triangle * 9 + corner * 3;
      const dx = mesh.corners[at]! - eye[0];
      const dy = mesh.corners[at + 1]! * sign - eye[1];
      const dz = mesh.corners[at + 2]! - eye[2];
      whole[corner * 3] = dx * right[0] + dy * right[1] + dz * right[2];
      whole[corner * 3 + 1] = dx * up[0] + dy * up[1] + dz * up[2];
      const depth = dx * forward[0] + dy * forward[1] + dz * forward[2];
      whole[corner * 3 + 2] = depth;
      if (depth < NEAR) behind++;
      const inverse = 1 / depth;
      sight.projected[at] = centreX + focal * whole[corner * 3]! * inverse;
      sight.projected[at + 1] = centreY - focal * whole[corner * 3 + 1]! * inverse;
      sight.projected[at + 2] = inverse;
    }
    if (behind === 3) continue;
    if (behind === 0) {
      const at = triangle * 9;
      const p = sight.projected;
      fill(
        sight,
        triangle,
        p[at]!,
        p[at + 1]!,
        p[at + 2]!,
        p[at + 3]!,
        p[at + 4]!,
        p[at + 5]!,
        p[at + 6]!,
        p[at + 7]!,
        p[at + 8]!,
      );
      continue;
    }
    const corners = cutAtNear(whole, cut);
    for (let corner = 0; corner < corners; corner++) {
      const inverse = 1 / cut[corner * 3 + 2]!;
      cut[corner * 3] = centreX + focal * cut[corner * 3]! * inverse;
      cut[corner * 3 + 1] = centreY - focal * cut[corner * 3 + 1]! * inverse;
      cut[corner * 3 + 2] = inverse;
    }
    for (let second = 1; second + 1 < corners; second++) {
      const b = second * 3;
      fill(
        sight,
        triangle,
        cut[0]!,
        cut[1]!,
        cut[2]!,
        cut[b]!,
        cut[b + 1]!,
        cut[b + 2]!,
        cut[b + 3]!,
        cut[b + 4]!,
        cut[b + 5]!,
      );
    }
  }
  return sight;
}

/** Keeps what lies before the near plane: three or four corners in `out`. */
function cutAtNear(whole: Float64Array, out: Float64Array): number {
  let corners = 0;
  for (let corner = 0; corner < 3; corner++) {
    const a = corner * 3;
    const b = ((corner + 1) % 3) * 3;
    const [depthA, depthB] = [whole[a + 2]!, whole[b + 2]!];
    if (depthA >= NEAR) {
      out.set(whole.subarray(a, a + 3), corners * 3);
      corners++;
    }
    if (depthA >= NEAR !== depthB >= NEAR) {
      const share = (NEAR - depthA) / (depthB - depthA);
      for (let axis = 0; axis < 3; axis++)
        out[corners * 3 + axis] = whole[a + axis]! + (whole[b + axis]! - whole[a + axis]!) * share;
      corners++;
    }
  }
  return corners;
}

/** One triangle row by row; 1/depth is linear on the picture. */
function fill(
  sight: Sight,
  triangle: number,
  ax: number,
  ay: number,
  az: number,
  bx: number,
  by: number,
  bz: number,
  cx: number,
  cy: number,
  cz: number,
): void {
  const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
  if (area === 0 || !Number.isFinite(area)) return;
  const { width, height, inverseDepth, triangle: nearest } = sight;
  const slopeX = ((bz - az) * (cy - ay) - (cz - az) * (by - ay)) / area;
  const slopeY = ((cz - az) * (bx - ax) - (bz - az) * (cx - ax)) / area;
  const top = Math.max(0, Math.ceil(Math.min(ay, by, cy) - 0.5));
  const bottom = Math.min(height - 1, Math.floor(Math.max(ay, by, cy) - 0.5));
  for (let row = top; row <= bottom; row++) {
    const y = row + 0.5;
    let from = Infinity;
    let to = -Infinity;
    // Where the row crosses the three edges.
    if (ay <= y !== by <= y) {
      const x = ax + ((bx - ax) * (y - ay)) / (by - ay);
      if (x < from) from = x;
      if (x > to) to = x;
    }
    if (by <= y !== cy <= y) {
      const x = bx + ((cx - bx) * (y - by)) / (cy - by);
      if (x < from) from = x;
      if (x > to) to = x;
    }
    if (cy <= y !== ay <= y) {
      const x = cx + ((ax - cx) * (y - cy)) / (ay - cy);
      if (x < from) from = x;
      if (x > to) to = x;
    }
    const first = Math.max(0, Math.ceil(from - 0.5));
    const last = Math.min(width - 1, Math.floor(to - 0.5));
    let inverse = az + (first + 0.5 - ax) * slopeX + (y - ay) * slopeY;
    for (let at = row * width + first, end = row * width + last; at <= end; at++) {
      if (inverse > inverseDepth[at]!) {
        inverseDepth[at] = inverse;
        nearest[at] = triangle;
      }
      inverse += slopeX;
    }
  }
}
