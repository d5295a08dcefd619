import { describe, expect, it } from 'vitest';
import type { Camera } from '#contract/cameras.ts';
import { overlaps, Scene, SCENE_GRID, SceneInput, SceneTemplate, templatePlaces } from '#contract/scenes.ts';
import { missingSubjects } from '../../../server/features/scenes/check-scene.ts';
import { hallScene, hallsOf, overviewScene, regionScene } from '../../../server/features/scenes/house-scenes.ts';
import { hall } from '../../helpers/hall-fixture.ts';

const cameraOf = (id: string, change: Partial<Camera> = {}) =>
  ({ id, hallId: hall.id, name: id, purpose: 'window', enabled: true, windowIds: [], ...change }) as Camera;
const cell = { x: 0, y: 0, w: 12, h: 12, tiles: [] };
const scene = (cells: unknown[]) => SceneInput.safeParse({ name: { zh: '一', en: 'One' }, shared: true, cells });

describe('a scene', () => {
  it('has cells within the grid that do not overlap', () => {
    expect(scene([cell, { ...cell, x: 12 }]).success).toBe(true);
    expect(scene([cell, { ...cell, x: 11 }]).error?.issues[0]?.message).toBe('cells must not overlap');
    expect(scene([{ ...cell, x: 13 }]).error?.issues[0]?.message).toBe('must lie within the grid');
    expect(scene([]).success).toBe(false);
  });

  it.each(SceneTemplate.options)('of template %s fills the screen without a gap', (template) => {
    const places = templatePlaces(template);
    expect(scene(places.map((place) => ({ ...place, tiles: [] }))).success).toBe(true);
    expect(places.reduce((area, { w, h }) => area + w * h, 0)).toBe(SCENE_GRID * SCENE_GRID);
    expect(places.every((a, i) => places.every((b, j) => i === j || !overlaps(a, b)))).toBe(true);
  });

  it('names what is there', () => {
    const there = { halls: { get: (id: string) => (id === hall.id ? hall : undefined) }, cameras: { list: () => [] } };
    const tiles = [
      { kind: 'window' as const, hallId: hall.id, windowId: 'w01' },
      { kind: 'window' as const, hallId: hall.id, windowId: 'w99' },
      { kind: 'plan' as const, hallId: 'gone' },
      { kind: 'camera' as const, cameraId: 'gone' },
      { kind: 'clock' as const, hallId: null },
    ];
    const cells = [{ ...cell, tiles, everySec: 15, pinned: false }];
    expect(missingSubjects(cells, there).map(({ path }) => path)).toEqual([
      'cells.0.tiles.1',
      'cells.0.tiles.2',
      'cells.0.tiles.3',
    ]);
  });
});

describe('the scene of a hall', () => {
  const plan = { width: 10, height: 10, image: null, shapes: [], terminals: [] };

  it.each([0, 1, 4, 9, 12, 24, 60])('is a valid scene that shows all of its %i cameras', (count) => {
    const cameras = Array.from({ length: count }, (_, i) => cameraOf(`cam-${i}`));
    for (const floorPlan of [null, plan]) {
      const made = Scene.parse(hallScene({ ...hall, floorPlan }, [...cameras, cameraOf('other', { hallId: 'b' })]));
      const shown = made.cells.flatMap(({ tiles }) => tiles);
      expect(shown.flatMap((tile) => (tile.kind === 'camera' ? tile.cameraId : [])).sort()).toEqual(
        cameras.map(({ id }) => id).sort(),
      );
      expect(new Set(shown.map(({ kind }) => kind))).toContain('alerts');
      expect(shown.some(({ kind }) => kind === 'plan')).toBe(floorPlan !== null);
    }
  });

  it('is never empty, not even where there is nothing yet', () => {
    const empty = { ...hall, windows: [], queues: [] };
    expect(Scene.parse(hallScene(empty, [])).cells[0]?.tiles).toEqual([{ kind: 'map' }]);
    expect(Scene.parse(overviewScene([])).cells.length).toBeGreaterThan(0);
    const figures = overviewScene([hall, hall, hall]).cells.filter(({ tiles }) => tiles[0]?.kind === 'figure');
    expect(figures.map(({ x, w }) => [x, w])).toEqual([0, 6, 12].map((x) => [x, 6]));
  });
});

describe('the scene of a region', () => {
  const region = (id: string, parentId: string | null) => ({
    ...{ id, parentId, code: '530100', name: { zh: id, en: id }, outline: null },
  });
  const regions = [region('province', null), region('city', 'province'), region('other', 'province')];
  const halls = [
    { ...hall, id: 'a', regionId: 'city' },
    { ...hall, id: 'b', regionId: 'other' },
    { ...hall, id: 'c', regionId: 'province' },
  ];

  it('has the halls in it and below it', () => {
    const idsIn = (id: string) => hallsOf(id, halls, regions).map((each) => each.id);
    expect(idsIn('province')).toEqual(['a', 'b', 'c']);
    expect(idsIn('city')).toEqual(['a']);
  });

  it('is a valid scene of its places, its alerts and the figures of its halls', () => {
    const made = Scene.parse(regionScene(regions[0]!, halls));
    const tiles = made.cells.flatMap((each) => each.tiles);
    expect(tiles).toContainEqual({ kind: 'overview', regionId: 'province' });
    expect(tiles).toContainEqual({ kind: 'alerts', regionId: 'province' });
    expect(tiles.flatMap((tile) => (tile.kind === 'figure' ? tile.hallId : []))).toEqual(['a', 'b', 'c']);
  });
});
