import { finish } from './finish.ts';
import { glaze } from './glass.ts';
import { illuminate, type LightMap } from './light.ts';
import { mirrorImage } from './mirror.ts';
import { look } from './raster.ts';
import type { Backdrop, Room } from './room.ts';
import { addTone, type Shading } from './shade.ts';
import { View } from './view.ts';

/** Samples along each side of a pixel. */
const FINE = 2;
/** Cells of the light map. */
const CELLS_ACROSS = 192;
const CELLS_DOWN = 108;

/** The light on everything that the camera sees; the same for every size of picture. */
export function light(room: Room): LightMap {
  return illuminate(room.mesh, View.whole(room.place, CELLS_ACROSS, CELLS_DOWN), room.lights);
}

/** Takes the picture of a lit room at the given size. */
export function develop(room: Room, map: LightMap, width: number, height: number): Backdrop {
  const pixelView = View.whole(room.place, width, height);
  const view = View.whole(room.place, width * FINE, height * FINE);
  const backdrop: Backdrop = {
    width,
    height,
    pixels: new Uint8Array((width * height * 3) / 2),
    nearest: new Uint16Array(width * height),
    farthest: new Uint16Array(width * height),
    floor: new Uint8Array(width * height),
    veil: new Uint8Array(width * height),
  };
  const sight = look(room.mesh, view);
  const tones = shadeAll({ room, view, sight, map, mirror: mirrorImage(room, pixelView) }, backdrop);
  glaze(room, pixelView, backdrop, tones);
  finish(backdrop, tones);
  return backdrop;
}

/** Samples of a pixel in the order in which they are looked at: across the corner first. */
const ORDER = [0, 3, 1, 2];

/** Tone values of every pixel. Where all samples show one surface, two of them, or one of a plain one, speak for all. */
function shadeAll(shading: Shading, backdrop: Backdrop): Float32Array {
  const { width, height } = backdrop;
  const { room, view, sight } = shading;
  const { surfaceOf, surfaces } = room.mesh;
  const tones = new Float32Array(width * height * 3);
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
        addTone(shading, pixel, x, y, tone);
      }
      for (let channel = 0; channel < 3; channel++) tones[pixel * 3 + channel] = tone[channel]! / count;
    }
  }
  return tones;
}
