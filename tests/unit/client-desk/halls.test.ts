import { describe, expect, it } from 'vitest';
import { Hall } from '../../../server/contract/places.ts';
import {
  blankHall,
  checkHall,
  nextWindow,
  regionTree,
  removeQueue,
  renameQueue,
} from '../../../client/features/halls/hall-draft.ts';
import { checkRegion, outlineFromGeoJson, parentByCode } from '../../../client/features/halls/region-draft.ts';
import { aHall, aRegion } from './places.ts';

const draft = () => structuredClone(aHall);

describe('a hall that is edited', () => {
  it('is sent as it is when nothing is wrong', () => {
    expect(checkHall(draft(), [])).toEqual({ ok: true, data: aHall });
  });

  it('needs a name and an id of its own', () => {
    const blank = checkHall(blankHall('990100'), []);
    expect(blank.ok ? [] : Object.keys(blank.fields)).toEqual(['id', 'name.zh', 'name.en']);
    expect(checkHall(draft(), ['civic'])).toMatchObject({ fields: { id: { key: 'duplicate' } } });
  });

  it('names windows and queues once, and only queues that it has', () => {
    const hall = draft();
    hall.windows[1]!.id = 'w01';
    hall.queues[1]!.id = 'soc';
    const checked = checkHall(hall, []);
    expect(checked.ok ? {} : checked.fields).toEqual({
      'queues.1.id': { key: 'duplicate', params: { value: 'soc' } },
      'windows.1.id': { key: 'duplicate', params: { value: 'w01' } },
      'windows.1.queueIds': { key: 'unknownQueue', params: { value: 'tax' } },
    });
  });

  it('keeps windows and queues together', () => {
    const hall = draft();
    renameQueue(hall, 1, 'taxes');
    expect(hall.windows[1]!.queueIds).toEqual(['soc', 'taxes']);
    removeQueue(hall, 0);
    expect(hall.windows.map(({ queueIds }) => queueIds)).toEqual([[], ['taxes']]);
  });

  it('counts windows on', () => {
    const hall = draft();
    expect(nextWindow(hall.windows, hall.queues)).toMatchObject({ id: 'w03', label: '03', queueIds: ['soc', 'tax'] });
    expect(nextWindow([], hall.queues)).toMatchObject({ id: 'w01', label: '01', queueIds: ['soc', 'tax'] });
    hall.windows.push(nextWindow(hall.windows, hall.queues));
    expect(Hall.safeParse(hall).success).toBe(true);
  });
});

describe('regions', () => {
  it('stand as a tree, in the order of their codes', () => {
    const regions = [
      aRegion('440300', '440000'),
      aRegion('440103', '440100'),
      aRegion('440100', '440000'),
      aRegion('440000'),
    ];
    expect(regionTree(regions).map(({ region, depth }) => `${depth} ${region.id}`)).toEqual([
      '0 440000',
      '1 440100',
      '2 440103',
      '1 440300',
    ]);
  });

  it('are not lost when their parent is', () => {
    expect(regionTree([aRegion('440100', '440000')]).map(({ depth }) => depth)).toEqual([0]);
  });

  it('find their parent by the code', () => {
    const regions = [aRegion('440000'), aRegion('440100'), aRegion('440103')];
    const above = (code: string) => parentByCode(code, regions)?.id;
    expect(above('440103')).toBe('440100');
    expect(above('440200')).toBe('440000');
    expect(above('440303')).toBe('440000');
    expect(above('440103001')).toBe('440103');
    expect(above('440000')).toBeUndefined();
    expect(above('110000')).toBeUndefined();
  });

  it('do not take the id of another', () => {
    expect(checkRegion(aRegion('440100'), ['440100'])).toMatchObject({ fields: { id: { key: 'duplicate' } } });
    expect(checkRegion(aRegion('440100'), [])).toMatchObject({ ok: true });
  });
});

describe('an outline from a GeoJSON file', () => {
  const ring = [
    [113, 23],
    [114, 23],
    [114, 24],
    [113, 23],
  ];
  const polygon = { type: 'Polygon', coordinates: [ring, ring] };

  it('takes the outer rings of every form', () => {
    expect(outlineFromGeoJson(JSON.stringify(polygon))).toEqual([ring]);
    expect(
      outlineFromGeoJson(
        JSON.stringify({ type: 'FeatureCollection', features: [{ geometry: polygon }, { geometry: polygon }] }),
      ),
    ).toEqual([ring, ring]);
    expect(
      outlineFromGeoJson(
        JSON.stringify({ type: 'Feature', geometry: { type: 'MultiPolygon', coordinates: [[ring], [ring]] } }),
      ),
    ).toEqual([ring, ring]);
  });

  it('drops heights and thins what is too fine, keeping the rings closed', () => {
    const fine = Array.from({ length: 9999 }, (_, i) => [Math.cos(i / 1591), Math.sin(i / 1591), 12]);
    const closed = [...fine, fine[0]];
    const [outline] = outlineFromGeoJson(JSON.stringify({ type: 'Polygon', coordinates: [closed] }))!;
    expect(outline!.length).toBeLessThan(2100);
    expect(outline![0]).toEqual([1, 0]);
    expect(outline!.at(-1)).toEqual(outline![0]);
  });

  it('is nothing for anything else', () => {
    expect(outlineFromGeoJson('{')).toBeNull();
    expect(outlineFromGeoJson(JSON.stringify({ type: 'Point', coordinates: [1, 2] }))).toBeNull();
  });
});
