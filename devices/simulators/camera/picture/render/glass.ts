import { place } from './light.ts';
import type { Backdrop, Room } from './room.ts';
import type { View } from './view.ts';

/** What glass looks like: pale, a little green; as y, u, v and as tones. */
export const GLASS = { y: 150, u: 127, v: 124 };
const GLASS_TONES = [0.66, 0.71, 0.72] as const;

/** Lays the glass over what is behind it. */
export function glaze(room: Room, view: View, backdrop: Backdrop, tones: Float32Array): void {
  const { width, height } = backdrop;
  const far = new Float64Array(3);
  for (const { from, to } of room.panes) {
    for (let pixel = 0; pixel < width * height; pixel++) {
      place(view, (pixel % width) + 0.5, Math.floor(pixel / width) + 0.5, 1, far, 0);
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
        tones[at] = tones[at]! * (1 - share) + GLASS_TONES[channel]! * share;
      }
    }
  }
}
