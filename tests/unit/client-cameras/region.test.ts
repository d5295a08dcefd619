import { expect, it } from 'vitest';
import { regionBetween } from '../../../client/features/cameras/region.ts';
import { maskFilters } from '../../../streams/ffmpeg/mask-filter.ts';
import { MaskRegion } from '../../../server/contract/privacy.ts';

it('a mask lies between two corners, whichever comes first, within the picture', () => {
  expect(regionBetween({ x: 0.75, y: 0.5 }, { x: 0.25, y: 0.25 })).toEqual({
    ...{ x: 0.25, y: 0.25, width: 0.5, height: 0.25 },
  });
  expect(regionBetween({ x: -3, y: 0.5 }, { x: 0.5, y: 9 })).toEqual({ x: 0, y: 0.5, width: 0.5, height: 0.5 });
  expect(regionBetween({ x: 0.5, y: 0.5 }, { x: 0.5001, y: 0.9 })).toBeNull();
  expect(MaskRegion.safeParse({ x: 0.8, y: 0, width: 0.5, height: 0.5 }).success).toBe(false);
});

it('a mask is drawn a little larger, in numbers that say nothing else to ffmpeg', () => {
  expect(maskFilters([{ x: 1e-7, y: 0.5, width: 1 / 3, height: 0.5 }])).toEqual([
    'drawbox=x=floor(iw*0.00000)-2:y=floor(ih*0.50000)-2:w=ceil(iw*0.33333)+4:h=ceil(ih*0.50000)+4:color=black:t=fill',
  ]);
});
