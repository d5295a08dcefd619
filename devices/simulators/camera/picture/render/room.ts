import type { Lights } from './light.ts';
import type { Mesh, Surface } from './mesh.ts';
import type { Vec3 } from './vec.ts';
import type { ViewPlace } from './view.ts';

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

/** The colour of a surface at a point. */
export function reflect(surface: Surface, point: Float64Array, out: Float64Array): void {
  out[0] = surface.colour[0];
  out[1] = surface.colour[1];
  out[2] = surface.colour[2];
  surface.pattern?.(out, point[0]!, point[1]!, point[2]!);
}
