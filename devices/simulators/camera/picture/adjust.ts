/** Levels as ONVIF Imaging has them here: 0..100, 50 leaves the picture as it is. */
export interface ImagingLevels {
  brightness: number;
  contrast: number;
  saturation: number;
  sharpness: number;
}

export const usualLevels: ImagingLevels = { brightness: 50, contrast: 50, saturation: 50, sharpness: 50 };

export const isUsual = (levels: ImagingLevels): boolean => Object.values(levels).every((level) => level === 50);

/** Adjusts a yuv420p frame where it is: tables for light and colour, and neighbours for sharpness. */
export function adjust(frame: Uint8Array, width: number, height: number, levels: ImagingLevels): void {
  const luma = width * height;
  if (levels.sharpness !== 50) sharpen(frame, width, height, (levels.sharpness - 50) / 50);
  const gain = levels.contrast <= 50 ? levels.contrast / 50 : 1 + (levels.contrast - 50) / 50;
  const lift = (levels.brightness - 50) * 1.6;
  map(frame.subarray(0, luma), (value) => (value - 126) * gain + 126 + lift, 16, 235);
  const colour = levels.saturation / 50;
  map(frame.subarray(luma), (value) => (value - 128) * colour + 128, 16, 240);
}

function map(plane: Uint8Array, change: (value: number) => number, least: number, most: number): void {
  const table = Uint8Array.from({ length: 256 }, (_, value) =>
    Math.min(most, Math.max(least, Math.round(change(value)))),
  );
  for (let at = 0; at < plane.length; at++) plane[at] = table[plane[at]!]!;
}

/** Adds (or with a negative amount takes away) what tells a pixel from the mean of its neighbours in the row. */
function sharpen(frame: Uint8Array, width: number, height: number, amount: number): void {
  for (let row = 0; row < height; row++) {
    let before = frame[row * width]!;
    for (let at = row * width + 1, end = (row + 1) * width - 1; at < end; at++) {
      const value = frame[at]!;
      const detail = value - (before + 2 * value + frame[at + 1]!) / 4;
      before = value;
      frame[at] = Math.min(235, Math.max(16, value + 2 * amount * detail));
    }
  }
}
