import type { MaskRegion } from '#contract/privacy.ts';

/**
 * Filters that fill parts of the picture with black, before it is scaled. They are drawn a pixel larger on each side: chroma is
 * half as fine as luma, and what stands at an edge must not shine through.
 */
export function maskFilters(regions: readonly MaskRegion[]): string[] {
  return regions.map(({ x, y, width, height }) => {
    const place = `x=floor(iw*${share(x)})-2:y=floor(ih*${share(y)})-2`;
    return `drawbox=${place}:w=ceil(iw*${share(width)})+4:h=ceil(ih*${share(height)})+4:color=black:t=fill`;
  });
}

const share = (value: number) => value.toFixed(5);
