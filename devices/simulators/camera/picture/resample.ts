export interface Size {
  width: number;
  height: number;
}

/** The part of a picture to be shown: shares of its width and height. */
export interface PictureWindow {
  left: number;
  top: number;
  size: number;
}

export const WHOLE: PictureWindow = { left: 0, top: 0, size: 1 };

/** A part of a yuv420p frame in another size, between the four nearest pixels. */
export function resample(from: Uint8Array, source: Size, window: PictureWindow, to: Uint8Array, target: Size): void {
  let sourceAt = 0;
  let targetAt = 0;
  for (const divisor of [1, 2, 2]) {
    const [columns, rows] = [source.width / divisor, source.height / divisor];
    const [width, height] = [target.width / divisor, target.height / divisor];
    const plane = from.subarray(sourceAt, sourceAt + columns * rows);
    // Where each column comes from does not depend on the row.
    const lefts = new Int32Array(width);
    const shares = new Int32Array(width);
    for (let column = 0; column < width; column++) {
      const x = Math.min(
        columns - 1,
        Math.max(0, (window.left + (window.size * (column + 0.5)) / width) * columns - 0.5),
      );
      lefts[column] = Math.min(columns - 2, Math.floor(x));
      shares[column] = Math.round((x - lefts[column]!) * 256);
    }
    for (let row = 0; row < height; row++) {
      const y = Math.min(rows - 1, Math.max(0, (window.top + (window.size * (row + 0.5)) / height) * rows - 0.5));
      const top = Math.min(rows - 2, Math.floor(y));
      const down = Math.round((y - top) * 256);
      for (let column = 0; column < width; column++) {
        const at = top * columns + lefts[column]!;
        const right = shares[column]!;
        const upper = plane[at]! * (256 - right) + plane[at + 1]! * right;
        const lower = plane[at + columns]! * (256 - right) + plane[at + columns + 1]! * right;
        to[targetAt++] = (upper * (256 - down) + lower * down + 32_768) >> 16;
      }
    }
    sourceAt += columns * rows;
  }
}
