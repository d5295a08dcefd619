import { describe, expect, it } from 'vitest';
import type { Hall, Region } from '#contract/places.ts';
import type { HallLine } from '../../../client/map/hall-line.ts';
import { hallsBelow, pathTo, regionLines } from '../../../client/map/region-line.ts';
import { hall } from '../../helpers/hall-fixture.ts';

const region = (id: string, parentId: string | null): Region => ({
  ...{ id, code: '330100', name: { zh: id, en: id }, parentId, outline: null },
});
const line = (id: string, regionId: string, waiting: number, worst: HallLine['worst'] = null): HallLine => ({
  hall: { ...hall, id, regionId } as Hall,
  summary: {
    ...{ hallId: id, waiting, longestSince: null, windowsOpen: 1, windowsTotal: 2, inside: null, terminalsLost: 0 },
  },
  ...{ worst, calling: worst !== null },
});
const regions = [region('province', null), region('city', 'province'), region('east', 'city'), region('west', 'city')];
const lines = [line('a', 'east', 3), line('b', 'west', 1, 'yellow'), line('c', 'west', 1)];

describe('the way down through regions', () => {
  it('passes over levels that say nothing, and shows the worst first', () => {
    const top = regionLines(regions, lines, null);
    expect(
      top.map(({ region: { id }, halls, waiting, worst, calling }) => [id, halls, waiting, worst, calling]),
    ).toEqual([
      ['west', 2, 2, 'yellow', true],
      ['east', 1, 3, null, false],
    ]);
    expect(regionLines(regions, lines, 'west')).toEqual([]);
  });

  it('ends at a region with nothing but halls of its own', () => {
    expect(regionLines(regions, [line('d', 'city', 0)], null).map(({ region: { id } }) => id)).toEqual(['city']);
  });

  it('knows the way and what lies below, also where somebody sees a part of the tree alone', () => {
    expect(pathTo(regions, 'west').map(({ id }) => id)).toEqual(['province', 'city', 'west']);
    expect(hallsBelow(regions, lines, 'city')).toHaveLength(3);
    const part = regions.slice(2);
    expect(regionLines(part, lines, null).map(({ region: { id } }) => id)).toEqual(['west', 'east']);
  });
});
