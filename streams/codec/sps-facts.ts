/** What a sequence parameter set says about the pictures. */
export interface SpsFacts {
  id: number;
  /** After cropping. */
  width: number;
  height: number;
  /** chroma_format_idc: 0 grey, 1 4:2:0, 2 4:2:2, 3 4:4:4. */
  chromaFormat: number;
  bitDepthLuma: number;
  bitDepthChroma: number;
  /** From the timing in the VUI, where it is there and plausible. */
  fps: number | null;
}

/** No camera picture is wider or higher; anything above is garbage. */
export const MAX_PICTURE_SIDE = 16_384;

/** A frame rate that can be, rounded to a hundredth; cameras also send zeros and nonsense. */
export function plausibleFps(fps: number): number | null {
  return fps >= 0.1 && fps <= 240 ? Math.round(fps * 100) / 100 : null;
}
