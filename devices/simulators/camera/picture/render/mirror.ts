import { place } from './light.ts';
import { look } from './raster.ts';
import { reflect, type Room } from './room.ts';
import type { View } from './view.ts';

/** The room upside down as the floor mirrors it, plainly lit and softened. */
export function mirrorImage(room: Room, view: View): Float32Array {
  const { mesh, lights } = room;
  const sight = look(mesh, view, { mirrored: true });
  const image = new Float32Array(view.width * view.height * 3);
  const point = new Float64Array(3);
  const colour = new Float64Array(3);
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
