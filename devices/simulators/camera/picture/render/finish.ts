import { noiseSource } from '../random.ts';
import type { Backdrop } from './room.ts';

/** Cameras of this kind show colours a little pale. */
export const SATURATION = 0.8;

/** Lens and sensor: darker corners, a touch of sharpening, standing noise; then BT.709 yuv420p of limited range. */
export function finish(backdrop: Backdrop, tones: Float32Array): void {
  const { width, height, pixels } = backdrop;
  const chroma = width * height;
  const quarter = chroma / 4;
  const sumU = new Float32Array(quarter);
  const sumV = new Float32Array(quarter);
  const luma = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const pixel = row * width + column;
      const dx = column / width - 0.5;
      const dy = (row / height - 0.5) * 0.75;
      const corner = 1 - 0.42 * (dx * dx + dy * dy);
      const r = tones[pixel * 3]! * corner;
      const g = tones[pixel * 3 + 1]! * corner;
      const b = tones[pixel * 3 + 2]! * corner;
      const y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
      luma[pixel] = y;
      const block = (row >> 1) * (width >> 1) + (column >> 1);
      sumU[block] = sumU[block]! + (b - y) / 1.8556 / 4;
      sumV[block] = sumV[block]! + (r - y) / 1.5748 / 4;
    }
  }
  const noise = noiseSource(1);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const pixel = row * width + column;
      const y = luma[pixel]!;
      const around =
        luma[pixel - (row > 0 ? width : 0)]! +
        luma[pixel + (row < height - 1 ? width : 0)]! +
        luma[pixel - (column > 0 ? 1 : 0)]! +
        luma[pixel + (column < width - 1 ? 1 : 0)]!;
      const sharp = y + (y * 4 - around) * 0.11;
      pixels[pixel] = Math.max(16, Math.min(235, Math.round(16 + 219 * sharp + noise() * 1.3)));
    }
  }
  for (let block = 0; block < quarter; block++) {
    pixels[chroma + block] = Math.round(128 + 224 * SATURATION * sumU[block]!);
    pixels[chroma + quarter + block] = Math.round(128 + 224 * SATURATION * sumV[block]!);
  }
}
