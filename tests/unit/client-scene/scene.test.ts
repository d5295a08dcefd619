import { describe, expect, it } from 'vitest';
import type { Alert } from '#contract/alerts.ts';
import type { Camera } from '#contract/cameras.ts';
import type { SceneCell } from '#contract/scenes.ts';
import { added, arranged, moved, placeAfterKey, removed, type Draft } from '../../../client/wall/scene/scene-draft.ts';
import { hallsOf, isOverHalls } from '../../../client/wall/scene/halls.ts';
import { spotInNeed } from '../../../client/wall/scene/spot.ts';
import { isAbout, tileOnTurn } from '../../../client/wall/scene/turn.ts';
import { alertOf } from '../../helpers/alert-fixture.ts';

const text = (words: string) => ({ kind: 'text' as const, text: words });
const cell = (change: Partial<SceneCell> = {}): SceneCell => ({
  ...{ x: 0, y: 0, w: 12, h: 12, tiles: [text('a')], everySec: 10, pinned: false },
  ...change,
});
const wordsOf = ({ cells }: Pick<Draft, 'cells'>) =>
  cells.map(({ tiles }) => tiles.map((tile) => (tile.kind === 'text' ? tile.text : tile.kind)).join());

describe('a cell with several tiles', () => {
  const several = cell({ tiles: [text('a'), text('b'), text('c')] });
  const [never, always] = [() => false, () => true];

  it('gives each its turn by the clock, so that all screens turn together', () => {
    expect([0, 9_999, 10_000, 25_000, 30_000].map((at) => tileOnTurn(several, at, never))).toEqual(
      ['a', 'a', 'b', 'c', 'a'].map(text),
    );
  });

  it('stays at the first where it is pinned', () => {
    expect(tileOnTurn({ ...several, pinned: true }, 15_000, always)).toEqual(text('a'));
    expect(tileOnTurn(cell({ tiles: [] }), 0, never)).toBeUndefined();
  });

  it('turns among those that call, while some do', () => {
    const turns = (...words: string[]) =>
      [0, 10_000, 20_000, 30_000].map((at) =>
        tileOnTurn(several, at, (tile) => tile.kind === 'text' && words.includes(tile.text)),
      );
    expect(turns('b')).toEqual(['b', 'b', 'b', 'b'].map(text));
    expect(turns('a', 'c')).toEqual(['a', 'c', 'a', 'c'].map(text));
  });

  it('has a tile called by an alert about what it shows', () => {
    const camera = { id: 'eye', hallId: 'hall-a', windowIds: ['w01'] } as Camera;
    const cameras = new Map([[camera.id, camera]]);
    const tiles = [
      { kind: 'camera' as const, cameraId: 'eye' },
      { kind: 'window' as const, hallId: 'hall-a', windowId: 'w01' },
      { kind: 'queue' as const, hallId: 'hall-a', queueId: 'soc' },
      { kind: 'queue' as const, hallId: 'hall-b', queueId: 'soc' },
      { kind: 'plan' as const, hallId: 'hall-a' },
    ];
    const called = (change: Partial<Alert>) =>
      tiles.map((tile) => isAbout(alertOf({ hallId: 'hall-a', ...change }), tile, cameras));
    const none = { windowId: null, queueId: null, cameraId: null, cameraIds: [] };
    expect(called({ ...none, windowId: 'w01' })).toEqual([true, true, false, false, false]);
    expect(called({ ...none, queueId: 'soc' })).toEqual([false, false, true, false, false]);
    expect(called({ ...none, cameraId: 'gone' })).toEqual([false, false, false, false, false]);
  });
});

describe('a draft', () => {
  const draft: Draft = { cells: [cell(), cell({ x: 12, tiles: [text('b')] })], spare: [] };

  it('lets a cell go where it covers nothing and stays on the grid', () => {
    const down = placeAfterKey(draft.cells[0]!, 'ArrowDown', false)!;
    expect(moved(draft, 0, down).cells[0]).toMatchObject({ x: 0, y: 1, w: 12, h: 12 });
    const wider = placeAfterKey(draft.cells[0]!, 'ArrowRight', true)!;
    expect(moved(draft, 0, wider)).toBe(draft);
    expect(moved(draft, 0, placeAfterKey(draft.cells[0]!, 'ArrowUp', false)!)).toBe(draft);
    expect(placeAfterKey(draft.cells[0]!, 'a', false)).toBeNull();
  });

  it('gets a cell as large as fits, until there is no room', () => {
    const more = added(added(draft));
    expect(more.cells.slice(2)).toMatchObject([
      { x: 0, y: 12, w: 12, h: 12, tiles: [] },
      { x: 12, y: 12, w: 12, h: 12 },
    ]);
    expect(added(more)).toBe(more);
    expect(removed(more, 0).cells).toHaveLength(3);
    expect(removed({ cells: [cell()], spare: [] }, 0).cells).toHaveLength(1);
  });

  it('loses nothing in a smaller template: it comes back in a larger one', () => {
    const small = arranged(draft, '1');
    expect(wordsOf(small)).toEqual(['a']);
    expect(wordsOf(arranged(small, '2x2'))).toEqual(['a', 'b', '', '']);
  });

  it('gets a hot spot in its large place once', () => {
    const spot = arranged(arranged(draft, 'hotspot'), 'hotspot');
    expect(wordsOf(spot).slice(0, 4)).toEqual(['hotspot', 'a', 'b', '']);
  });
});

describe('the hot spot', () => {
  const cameras = new Map(
    [
      { id: 'c1', hallId: 'sw', windowIds: ['w01'] },
      { id: 'c3', hallId: 'sw', windowIds: ['w03'] },
    ].map((camera) => [camera.id, camera as Camera]),
  );

  it('looks at the most urgent alert that lasts and that a camera sees', () => {
    const yellow = alertOf({ severity: 'yellow', windowId: 'w01' });
    const red = alertOf({ severity: 'red', windowId: 'w03' });
    expect(spotInNeed([yellow, red], cameras)?.cameraId).toBe('c3');
    expect(spotInNeed([yellow, { ...red, outcome: 'cleared' }], cameras)?.cameraId).toBe('c1');
    expect(spotInNeed([yellow, { ...red, windowId: null, queueId: 'soc' }], cameras)?.cameraId).toBe('c1');
    expect(spotInNeed([], cameras)).toBeNull();
  });

  it('takes the camera that the server ranked first, if it is still there', () => {
    expect(spotInNeed([alertOf({ cameraIds: ['gone', 'c1', 'c3'] })], cameras)?.cameraId).toBe('c1');
  });

  it('needs the live rows of those halls whose windows, queues or plan are shown', () => {
    const tiles = [
      { kind: 'window' as const, hallId: 'a', windowId: 'w01' },
      { kind: 'plan' as const, hallId: 'b' },
    ];
    expect(hallsOf([cell({ tiles }), cell({ tiles: tiles.slice(0, 1) }), cell()])).toEqual(['a', 'b']);
  });

  it('says of which hall its pictures are where they are of several', () => {
    const both = new Map([
      ['a1', { hallId: 'a' } as Camera],
      ['a2', { hallId: 'a' } as Camera],
      ['b1', { hallId: 'b' } as Camera],
    ]);
    const of = (...ids: string[]) => ids.map((cameraId) => cell({ tiles: [{ kind: 'camera', cameraId }] }));
    const figure = cell({ tiles: [{ kind: 'figure', hallId: 'b', figure: 'waiting' }] });
    expect(isOverHalls([...of('a1', 'a2', 'gone'), figure], both)).toBe(false);
    expect(isOverHalls(of('a1', 'b1'), both)).toBe(true);
    const window = cell({ tiles: [{ kind: 'window', hallId: 'b', windowId: 'w01' }] });
    expect(isOverHalls([...of('a1'), window], both)).toBe(true);
  });
});
