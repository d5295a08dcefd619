/** Every look has this size, whatever the camera sends: large enough for blur and noise to be seen, small enough to be cheap. */
export const WIDTH = 640;
export const HEIGHT = 360;
export const LUMA_BYTES = WIDTH * HEIGHT;
export const PICTURE_BYTES = (LUMA_BYTES * 3) / 2;

/** One decoded picture: yuv420p in studio range, `WIDTH` x `HEIGHT`. */
export type Picture = Uint8Array;
