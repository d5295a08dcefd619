/** Where things lie on the canvas, px. One row a camera: above the marks, then the states of its windows, then the footage. */
export interface RowLayout {
  ruler: number;
  row: number;
  /** Within a row: middle of the marks, top and height of the window line and of the bar. */
  marks: number;
  windowsTop: number;
  windowsHeight: number;
  barTop: number;
  barHeight: number;
  /** Half the size of a mark. */
  glyph: number;
}

/** `rem` in px. Many cameras stand closer. */
export function rowLayout(cameras: number, rem: number): RowLayout {
  const close = cameras > 4;
  const row = (close ? 1.75 : 2.625) * rem;
  const barHeight = (close ? 0.625 : 0.875) * rem;
  const barTop = row - barHeight - 0.25 * rem;
  const windowsHeight = 0.1875 * rem;
  const windowsTop = barTop - windowsHeight - 0.0625 * rem;
  return {
    ruler: 1.875 * rem,
    row,
    marks: (windowsTop + 0.0625 * rem) / 2,
    windowsTop,
    windowsHeight,
    barTop,
    barHeight,
    glyph: (close ? 0.3125 : 0.4375) * rem,
  };
}

export const heightOf = (cameras: number, layout: RowLayout): number => layout.ruler + cameras * layout.row;

/** The row at `y`; -1 is the ruler, null is below all. */
export function rowAt(y: number, cameras: number, layout: RowLayout): number | null {
  if (y < layout.ruler) return -1;
  const row = Math.floor((y - layout.ruler) / layout.row);
  return row < cameras ? row : null;
}
