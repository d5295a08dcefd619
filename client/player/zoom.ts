/** Which part of a picture is seen: how many times enlarged, and the middle of it in shares of the picture, 0..1. */
export interface Zoom {
  scale: number;
  x: number;
  y: number;
}

export interface Point {
  x: number;
  y: number;
}

export const WHOLE: Zoom = { scale: 1, x: 0.5, y: 0.5 };
const MIDDLE: Point = { x: 0.5, y: 0.5 };
/** Beyond this a picture shows nothing but its blocks. */
const MAX_SCALE = 8;

/** Never smaller than the whole, never past an edge. */
function bounded({ scale, x, y }: Zoom): Zoom {
  const size = Math.min(MAX_SCALE, Math.max(1, scale));
  const half = 0.5 / size;
  const within = (middle: number) => Math.min(1 - half, Math.max(half, middle));
  return { scale: size, x: within(x), y: within(y) };
}

/** Enlarges about a point of the tile, 0..1: what is under the pointer stays under it. */
export function zoomBy(zoom: Zoom, factor: number, at: Point = MIDDLE): Zoom {
  const scale = Math.min(MAX_SCALE, Math.max(1, zoom.scale * factor));
  const move = 1 / zoom.scale - 1 / scale;
  return bounded({ scale, x: zoom.x + (at.x - 0.5) * move, y: zoom.y + (at.y - 0.5) * move });
}

/** Moves what is seen by shares of the tile. */
export function panBy(zoom: Zoom, x: number, y: number): Zoom {
  return bounded({ ...zoom, x: zoom.x + x / zoom.scale, y: zoom.y + y / zoom.scale });
}

export const isZoomed = ({ scale }: Zoom): boolean => scale > 1;

/** As CSS about the upper left corner; none for the whole, which then costs nothing. */
export function zoomStyle(zoom: Zoom): { transform: string; transformOrigin: string } | undefined {
  if (!isZoomed(zoom)) return undefined;
  const shift = (middle: number) => `${((0.5 - middle * zoom.scale) * 100).toFixed(3)}%`;
  return { transform: `translate(${shift(zoom.x)}, ${shift(zoom.y)}) scale(${zoom.scale})`, transformOrigin: '0 0' };
}

const KEY_STEP = 1.25;
const PAN_STEP = 0.2;

/** What a key makes of it; null for keys that mean something else. Arrows move only where there is something to move. */
export function zoomByKey(zoom: Zoom, key: string): Zoom | null {
  if (key === '+' || key === '=') return zoomBy(zoom, KEY_STEP);
  if (!isZoomed(zoom)) return null;
  switch (key) {
    case '-':
      return zoomBy(zoom, 1 / KEY_STEP);
    case '0':
    case 'Escape':
      return WHOLE;
    case 'ArrowLeft':
      return panBy(zoom, -PAN_STEP, 0);
    case 'ArrowRight':
      return panBy(zoom, PAN_STEP, 0);
    case 'ArrowUp':
      return panBy(zoom, 0, -PAN_STEP);
    case 'ArrowDown':
      return panBy(zoom, 0, PAN_STEP);
    default:
      return null;
  }
}
