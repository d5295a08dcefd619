/** Cells across the picture: 32 bits of time and 8 bits of checksum. */
export const BARCODE_CELLS = 40;
const BLACK = 16;
const WHITE = 235;
const GREY = 128;

/** Height of the bar code, which is as high as a cell is wide, pixels. */
export const barcodeHeight = (width: number): number => Math.floor(width / BARCODE_CELLS);

/**
 * Paints the low 32 bits of a time (epoch ms) as white and black cells across the top of a yuv420p frame, most significant
 * first, then the exclusive or of the four bytes and 0xa5.
 */
export function paintBarcode(frame: Uint8Array, width: number, height: number, epochMs: number): void {
  const time = Math.floor(epochMs) % 2 ** 32;
  const check = (time ^ (time >>> 8) ^ (time >>> 16) ^ (time >>> 24) ^ 0xa5) & 0xff;
  const cell = barcodeHeight(width);
  frame.fill(BLACK, 0, width);
  for (let bit = 0; bit < BARCODE_CELLS; bit++) {
    const isSet = bit < 32 ? (time >>> (31 - bit)) & 1 : (check >>> (39 - bit)) & 1;
    if (isSet) frame.fill(WHITE, bit * cell, (bit + 1) * cell);
  }
  for (let row = 1; row < cell; row++) frame.copyWithin(row * width, 0, width);
  const luma = width * height;
  for (const plane of [luma, (luma * 5) / 4]) frame.fill(GREY, plane, plane + ((cell >> 1) * width) / 2);
}
